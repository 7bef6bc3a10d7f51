"""What is trained, in the middle of training: network, running average, optimiser, and the step it is at."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from policy.acting import Policy, policy_config, text_encoder, vision_encoder
from policy.batches import Batch, Batches
from policy.checkpoint import WEIGHTS, put_weights, read_tensors
from policy.config import TrainConfig
from policy.dataset import Samples
from policy.objective import Losses, losses
from policy.transporter import Transporter
from sim.errors import EnvironmentBroken, FileDamaged, UsageError

PARTS = ("network", "average", "first_moment", "second_moment")


def set_up_torch(device: str, threads: int) -> torch.device:
    """Chooses a device, and makes the CPU's arithmetic the same each time.

    Raises:
        UsageError: No such device.
        EnvironmentBroken: A GPU was asked for, and torch sees none.
    """
    if device not in ("auto", "cpu", "cuda"):
        raise UsageError(f"no device {device!r}", "use auto, cpu or cuda")
    gpu = torch.cuda.is_available()
    if device == "cuda" and not gpu:
        raise EnvironmentBroken("torch sees no GPU", "use --device cpu, or install a torch that is built for your GPU")
    torch.set_num_threads(threads)
    chosen = torch.device("cuda" if gpu and device != "cpu" else "cpu")
    if chosen.type == "cuda":
        torch.set_float32_matmul_precision("high")
        torch.backends.cudnn.benchmark = True
    return chosen


class Learner:
    """A network that learns.

    Args:
        config: How; names and sizes of encoders are filled in.
        device: Where.
        init: Folder of a policy whose weights it begins with.

    Attributes:
        config: As it is saved.
        step: Steps so far.
    """

    def __init__(self, config: TrainConfig, device: torch.device, init: Path | None = None) -> None:
        whose = str(init) if init else "the policy"
        self._encoder = text_encoder(config.network, whose)
        self._vision = vision_encoder(config, whose)
        self.config = _filled_in(config, self._encoder, self._vision)
        self.device = device
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            self._network = Transporter(self.config.network)
        if init is not None:
            _begin_with(self._network, self.config, init)
        self._network.to(device)
        if device.type == "cuda":
            self._network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._average = copy.deepcopy(self._network).requires_grad_(False).eval()
        self._names = [name for name, _ in self._network.named_parameters()]
        self._weights = list(self._network.parameters())
        self._optimiser = torch.optim.AdamW(
            self._weights, lr=config.learning_rate, weight_decay=config.weight_decay, fused=device.type == "cuda"
        )
        self._run: Any = torch.compile(self._network) if config.compile and device.type == "cuda" else self._network
        self.step = 0
        self.forget_losses()

    @property
    def parameters(self) -> int:
        """Numbers in the network."""
        return sum(weight.numel() for weight in self._weights)

    @property
    def sound(self) -> bool:
        """Whether all its weights are numbers."""
        return all(bool(torch.isfinite(weight).all()) for weight in self._weights)

    def batches(self, samples: Samples) -> Batches:
        """What it learns from."""
        config = self.config
        return Batches(
            samples,
            self._encoder,
            seed=config.seed,
            size=config.batch,
            augment=config.augment,
            disturb=config.disturb,
            resolution=config.network.resolution,
            held_out=config.held_out,
            device=self.device,
        )

    def rate(self, step: int) -> float:
        """The learning rate of a step: up a line, then down a cosine (arXiv 1608.03983)."""
        config = self.config
        rising = max(1, round(config.warmup * config.steps))
        if step < rising:
            return config.learning_rate * (step + 1) / rising
        return config.learning_rate * 0.5 * (1.0 + math.cos(math.pi * (step - rising) / max(1, config.steps - rising)))

    def learn(self, batch: Batch) -> None:
        """One step."""
        for group in self._optimiser.param_groups:
            group["lr"] = self.rate(self.step)
        found = self._losses(self._run, batch.to(self.device))
        loss = (found.pick + found.place).mean()
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._weights, self.config.clip)
        self._optimiser.step()
        self.step += 1
        # The first weights are chance: the average forgets them sooner than later ones.
        decay = min(self.config.average, (1.0 + self.step) / (10.0 + self.step))
        with torch.no_grad():
            for kept, weight in zip(self._average.parameters(), self._weights, strict=True):
                kept.lerp_(weight, 1.0 - decay)
            self._sums += torch.stack([found.pick.mean(), found.place.mean()]).double()
        self._count += 1

    def validate(self, batches: Sequence[Batch]) -> tuple[float, float] | None:
        """Mean losses (pick, place) of the running average on batches; None of no batches."""
        if not batches:
            return None
        with torch.inference_mode():
            each = [self._losses(self._average, batch.to(self.device)) for batch in batches]
        pick, place = (torch.cat([getattr(found, name) for found in each]).mean().item() for name in ("pick", "place"))
        return pick, place

    def policy(self) -> Policy:
        """The policy as it would act now."""
        return Policy(self._average, self._encoder, self._vision)

    def losses(self) -> tuple[float, float]:
        """Mean losses (pick, place) since they were forgotten."""
        pick, place = (self._sums / max(self._count, 1)).tolist()
        return pick, place

    def forget_losses(self) -> None:
        """Begins a new mean."""
        self._sums, self._count = torch.zeros(2, dtype=torch.float64, device=self.device), 0

    def acting_weights(self) -> dict[str, Tensor]:
        """The weights that act: the running average."""
        return self._average.state_dict()

    def state(self) -> dict[str, Tensor]:
        """All tensors that training goes on from."""
        moments = [self._optimiser.state[weight] for weight in self._weights]
        found = {f"network.{name}": weight for name, weight in zip(self._names, self._weights, strict=True)}
        found |= {f"average.{name}": tensor for name, tensor in self._average.named_parameters()}
        found |= {f"first_moment.{name}": kept["exp_avg"] for name, kept in zip(self._names, moments, strict=True)}
        found |= {f"second_moment.{name}": kept["exp_avg_sq"] for name, kept in zip(self._names, moments, strict=True)}
        return found | {"sums": self._sums}

    def told(self) -> dict[str, Any]:
        """Everything else."""
        return {"step": self.step, "count": self._count}

    def restore(self, tensors: Mapping[str, Tensor], told: Mapping[str, Any], where: str) -> None:
        """Goes back to a state.

        Raises:
            UsageError: It is that of another architecture.
        FileDamaged: It is that of no training at all.
        """
        parts = {part: _beginning_with(tensors, f"{part}.") for part in PARTS}
        if "step" not in told or "sums" not in tensors:
            raise FileDamaged(f"{where} is no checkpoint", "remove it to begin again, or train into another folder")
        for network, part in ((self._network, "network"), (self._average, "average")):
            put_weights(network, parts[part], where)
        self.step, self._count = int(told["step"]), int(told["count"])
        self._sums = tensors["sums"].to(self.device)
        for name, weight in zip(self._names, self._weights, strict=True):
            self._optimiser.state[weight] = {
                "step": torch.tensor(float(self.step), device=weight.device if weight.is_cuda else None),
                "exp_avg": parts["first_moment"][name].to(weight),
                "exp_avg_sq": parts["second_moment"][name].to(weight),
            }

    def _losses(self, network: Any, batch: Batch) -> Losses:
        patches = None if self._vision is None else self._vision.patches(batch.image[:, :3])
        image = batch.image
        if self.device.type == "cuda":
            image = image.contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.config.precision == "bf16"):
            maps = network(image, batch.words, batch.known, batch.pick, patches)
        return losses(maps, batch.pick, batch.place, batch.turn, batch.turned)


def _filled_in(config: TrainConfig, encoder: Any, vision: Any) -> TrainConfig:
    """The config with the names and sizes of the encoders."""
    found: dict[str, Any] = {"text_encoder": encoder.name, "text_dimensions": encoder.dimensions}
    if vision is not None:
        found |= {"vision": vision.name, "vision_dimensions": vision.dimensions}
    return config.model_copy(update={"network": config.network.model_copy(update=found)})


def _begin_with(network: Transporter, config: TrainConfig, init: Path) -> None:
    theirs = policy_config(init).network
    if theirs.text_encoder != config.network.text_encoder:
        raise UsageError(
            f"{init} learnt to read with {theirs.text_encoder or 'nothing'}, and this policy reads with "
            f"{config.network.text_encoder or 'nothing'}",
            "set SIMSMITH_EMBEDDER and --variant to what it learnt with",
        )
    weights, _ = read_tensors(init / WEIGHTS)
    put_weights(network, weights, str(init / WEIGHTS))


def _beginning_with(tensors: Mapping[str, Tensor], start: str) -> dict[str, Tensor]:
    return {name.removeprefix(start): tensor for name, tensor in tensors.items() if name.startswith(start)}
