"""A study: what generated tasks are worth to the policies that are trained on them, with equal budgets for all.

<home>/studies/<name>/config.json        what was asked for
                      plan.json          tasks, arms, and how like the tests are to what is trained on
                      trials.json        the layouts of all test episodes, the same for all arms
                      clock.json         how long it was at work, and with which commits
                      arms/<arm>/        policy, test episodes, result
<home>/datasets/study-<name>/            the demonstrations, each recorded once for all arms

Everything is made once and kept: a study that was stopped goes on with what is missing.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field, ValidationError

from memory import TaskLibrary
from memory.atomic import write_atomically
from memory.errors import LibraryDamaged
from memory.failures import FailureStore
from memory.files import is_task_name
from policy.collect import Look, Progress, collect
from policy.predictors import Nearness
from policy.rejected import only_filtered, rejected_record, rejected_task
from policy.splits import Split
from policy.study_arm import ArmJob, kept_result, run_arm
from policy.study_clock import Clock
from policy.study_config import Costs, StudyConfig, keep_config
from policy.study_plan import Arm, Plan, make_plan
from policy.study_proposal import Proposal
from policy.study_results import ArmResult
from policy.study_trials import lay_out, read_trials
from policy.tasks import PracticeTask, find_tasks
from sim.errors import EnvironmentBroken, UsageError
from sim.layout import Frozen
from sim.sandbox import Sandbox
from sim.workers import Lost, Workers

STEPS_A_DEMONSTRATION = 6  # on average, rather more than fewer
BYTES_A_STEP = 10_000
BYTES_A_POLICY = 40_000_000  # weights, checkpoint and curves
RESERVE = 2 * 10**8
ARM_TRIES = 8  # of an arm whose worker dies: an episode takes two, see `policy.study_arm`
AGAIN = "make room, and run the same command again: what is finished is kept"


class KeptPlan(Frozen):
    """A plan as it lies on the disk.

    Attributes:
        plan: The plan.
        nearness: How like each test task is to each task that may be trained on.
        writers: Who wrote each rejected candidate.
        given_up: Tasks whose oracle failed too often to record them, and why; they are not in the plan.
    """

    plan: Plan
    nearness: Nearness
    writers: dict[str, str] = Field(default_factory=dict)
    given_up: dict[str, str] = Field(default_factory=dict)


@dataclass
class Study:
    """A study of a home.

    Attributes:
        home: The home.
        name: The study's name.
        config: What it is asked to do.
        sandbox: Where programs are laid out.
        commit: The commit of the code that runs it; empty where it is not known.
    """

    home: Path
    name: str
    config: StudyConfig
    sandbox: Sandbox
    commit: str = ""
    clock: Clock = field(init=False)

    @property
    def folder(self) -> Path:
        """The study's folder."""
        return self.home / "studies" / self.name

    @property
    def dataset(self) -> Path:
        """The folder of the demonstrations."""
        return self.home / "datasets" / f"study-{self.name}"

    @contextlib.contextmanager
    def opened(self) -> Iterator[Study]:
        """Begins the study, or goes on with it; no other process is at it meanwhile.

        Raises:
            UsageError: No name for a study, another config before, or another process is at it.
            EnvironmentBroken: The home cannot be written.
        """
        import filelock

        if not is_task_name(self.name):
            raise UsageError(f"{self.name!r} cannot be a study's name", "take small letters, digits and hyphens")
        with disk(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(self.folder / ".lock")
            try:
                lock.acquire(timeout=0)
            except filelock.Timeout:
                raise UsageError(f"the study {self.name} runs in another process", "wait for it, or end it") from None
            try:
                keep_config(self.folder, self.config)
                with Clock(self.folder / "clock.json", self.commit) as self.clock:
                    yield self
            finally:
                lock.release()

    # -- the plan --------------------------------------------------------------------------------------------------

    def kept(self) -> KeptPlan | None:
        """The plan that was made before; None when there is none yet.

        Raises:
            LibraryDamaged: It cannot be read.
        """
        path = self.folder / "plan.json"
        if not path.exists():
            return None
        try:
            return KeptPlan.model_validate_json(path.read_bytes())
        except ValidationError:
            raise LibraryDamaged(f"{path} cannot be read", "restore it, or take another --name") from None

    def keep(self, kept: KeptPlan) -> KeptPlan:
        """Writes a plan, which a second run goes by."""
        with disk(self.folder):
            write_atomically(self.folder / "plan.json", kept.model_dump_json(indent=1).encode())
        return kept

    def plan(self, proposal: Proposal) -> KeptPlan:
        """Makes the plan from the tasks, once and for all.

        Raises:
            UsageError: There are too few generated tasks.
            EnvironmentBroken: There is no room for it.
        """
        made = make_plan(self.config, proposal.split, proposal.writers)
        need = needed_bytes(made)
        free = shutil.disk_usage(self.folder).free
        if free < need:
            raise EnvironmentBroken(
                f"the study needs about {need / 1e9:.1f} GB in {self.home}, and {free / 1e9:.1f} GB are free",
                "make room, or take another --home",
            )
        return self.keep(KeptPlan(plan=made, nearness=proposal.nearness, writers=proposal.writers))

    # -- demonstrations and tests ----------------------------------------------------------------------------------

    def record(
        self, kept: KeptPlan, library: TaskLibrary, workers: Workers, tell: Callable[[Progress], None] | None = None
    ) -> KeptPlan:
        """Records the demonstrations that are missing; a task whose oracle fails too often is replaced in the plan.

        Those of rejected candidates are recorded under Ravens' rules, by which they succeed.

        Returns:
            The plan as it is now.
        """
        while True:
            needed = kept.plan.demonstrations
            regular = find_tasks(
                [name for name in needed if name not in kept.plan.split.rejected], self.home, self.sandbox
            )
            rejected = self._rejected(kept.plan.split, needed, library)
            for tasks, look in ((regular, Look()), (rejected, Look(rules="ravens"))):
                if tasks:
                    dataset = collect(
                        self.dataset,
                        tasks,
                        {task.name: needed[task.name] for task in tasks},
                        sandbox=self.sandbox,
                        workers=workers,
                        look=look,
                        command=f"simsmith study --preset {self.config.preset} --name {self.name}",
                        tell=tell,
                    )
            lost = {name: task.given_up for name, task in dataset.left_out.items() if name in needed}
            if not lost:
                return kept
            kept = self._without(kept, lost)

    def _rejected(self, split: Split, needed: Iterable[str], library: TaskLibrary) -> list[PracticeTask]:
        wanted = set(needed) & set(split.rejected)
        if not wanted:
            return []
        store = FailureStore(self.home, library.embedder)
        records = [rejected_record(failure) for failure in only_filtered(store.all())]
        return [rejected_task(record) for record in records if record.name in wanted]

    def _without(self, kept: KeptPlan, lost: dict[str, str]) -> KeptPlan:
        """The plan without tasks that cannot be recorded; the next ones in order take their places."""
        split = kept.plan.split
        human = [name for name in split.train_human if name in lost]
        if human:
            raise UsageError(f"{human[0]} cannot be trained on: {lost[human[0]]}", "take it out of the study")
        split = split.model_copy(
            update={
                "train_generated": tuple(name for name in split.train_generated if name not in lost),
                "rejected": tuple(name for name in split.rejected if name not in lost),
            }
        )
        made = make_plan(self.config, split, kept.writers)
        return self.keep(kept.model_copy(update={"plan": made, "given_up": kept.given_up | lost}))

    def lay_out_trials(self, plan: Plan) -> Path:
        """The file of all test episodes, made in this process, since programs are laid out in the sandbox.

        Raises:
            LibraryDamaged: It is there and cannot be read.
            EnvironmentBroken: The disk refuses.
        """
        path = self.folder / "trials.json"
        if path.exists():
            read_trials(path)
            return path
        trials = lay_out(self.config, plan.split, self.home, self.sandbox)
        with disk(self.folder):
            write_atomically(path, trials.model_dump_json().encode())
        return path

    # -- arms ------------------------------------------------------------------------------------------------------

    def finished(self, plan: Plan) -> list[ArmResult]:
        """The results of the arms that are done."""
        found = (kept_result(self._arm_folder(arm), arm) for arm in plan.arms)
        return [result for result in found if result]

    def run(self, plan: Plan, trials: Path, workers: Workers) -> Iterator[ArmResult]:
        """Runs the arms that are not done, one a worker; their results come in the order of the plan.

        An arm that fails does not stop the others; a second run tries it again. One whose worker dies goes on where it
        was: an episode that ends its worker again and again is void, and the others are run.

        Raises:
            EnvironmentBroken: The disk refuses.
        """
        done = {result.arm.name for result in self.finished(plan)}
        jobs = [self._job(arm, trials) for arm in plan.arms if arm.name not in done]
        for result in workers.map(run_arm, jobs, tries=ARM_TRIES):
            if isinstance(result, Lost):
                result = ArmResult(arm=result.item.arm, failed=f"{result.reason}; the same command tries it again")
            yield result

    def _job(self, arm: Arm, trials: Path) -> ArmJob:
        folder = str(self._arm_folder(arm))
        return ArmJob(arm, self.config, folder, str(self.dataset), str(trials), self.clock.run)

    def _arm_folder(self, arm: Arm) -> Path:
        return self.folder / "arms" / arm.name


def measured_costs(config: StudyConfig, results: Iterable[ArmResult]) -> Costs:
    """What things cost by the arms that are done; the config's where none is."""
    found = list(results)
    samples = sum(result.steps for result in found) * config.batch
    episodes = sum(result.tested for result in found)
    update: dict[str, object] = {"measured": "this study"}
    if samples:
        update["sample"] = sum(result.training_seconds for result in found if result.steps) / samples
    if episodes:
        update["episode"] = sum(result.evaluation_seconds for result in found if result.tested) / episodes
    return config.costs.model_copy(update=update)


def needed_bytes(plan: Plan) -> int:
    """How much room a study takes, rather more than less."""
    recorded = sum(plan.demonstrations.values()) * STEPS_A_DEMONSTRATION * BYTES_A_STEP
    return recorded + len(plan.arms) * BYTES_A_POLICY + RESERVE


@contextlib.contextmanager
def disk(folder: Path) -> Iterator[None]:
    """Says of a disk that refuses what to do.

    Raises:
        EnvironmentBroken: It refuses.
    """
    try:
        yield
    except OSError as error:
        raise EnvironmentBroken(f"{folder} cannot be written: {error.strerror or error}", AGAIN) from None
