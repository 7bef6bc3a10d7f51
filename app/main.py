"""The `simsmith` command: arguments in, exit code out.

Exit codes: 0 done or accepted, 1 a clean "no", 2 wrong use, 3 the environment is broken, 130 stopped with Ctrl-C.
Nothing heavy is imported before a command runs, so that `simsmith --help` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from typer.exceptions import TyperException

from app.adapt_command import adapt
from app.demos_command import demos
from app.evaluate_command import evaluate
from app.library_commands import library_app
from app.options import (
    BaseUrl,
    Home,
    Isolation,
    Json,
    LibraryPlace,
    Model,
    ModelOptions,
    Seed,
    Seeds,
    SessionOptions,
    grouped,
)
from app.session_commands import sessions_app
from app.study_command import study
from app.train_command import train

STOPPED = 130  # what Typer makes of Ctrl-C
HELP = "LLM agents that invent robot practice tasks, prove each one in simulation, and remember them."

app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(library_app, name="library")
app.add_typer(sessions_app, name="sessions")


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"simsmith {version('simsmith')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Nothing but options that stand before a command."""


@app.command()
@grouped
def explore(
    *,
    rounds: Annotated[int, typer.Option(min=1, max=10_000, help="How many proposals to work through.")] = 3,
    options: SessionOptions,
    isolation: Isolation,
    place: LibraryPlace,
    json: Json = False,
) -> None:
    """Let the agents invent tasks that the library does not have yet."""
    from app import sessions

    sessions.explore(place, isolation.sandbox(), options, rounds=rounds, as_json=json)


@app.command()
@grouped
def make(
    *,
    goal: Annotated[str, typer.Argument(help='What to practise, such as "stack three blue blocks on the green one".')],
    tasks: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=50,
            help="Tasks to make, the last being the goal itself; the plan decides when left out.",
            show_default=False,
        ),
    ] = None,
    options: SessionOptions,
    isolation: Isolation,
    place: LibraryPlace,
    json: Json = False,
) -> None:
    """Make tasks towards a goal."""
    from app import sessions

    sessions.make(place, isolation.sandbox(), options, goal, tasks=tasks, as_json=json)


@app.command()
@grouped
def chat(
    *,
    seed: Seed = 0,
    models: ModelOptions,
    isolation: Isolation,
    place: LibraryPlace,
) -> None:
    """Talk about a goal: see the proposal and its picture, say yes or no, ask for similar tasks."""
    from app.chat import Chat

    Chat.open(place, isolation.sandbox(), SessionOptions(seed=seed, models=models)).run()


@app.command()
@grouped
def similar(
    *,
    query: Annotated[str, typer.Argument(metavar="TEXT|FILE|NAME", help="Words, a task file, or a library task.")],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many tasks to list.")] = 5,
    place: LibraryPlace,
    json: Json = False,
) -> None:
    """List the library tasks nearest to a text, a task file or a library task."""
    from app import library

    library.similar(place, query, k, as_json=json)


@app.command()
@grouped
def verify(
    *,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Task files.")],
    seeds: Seeds = 10,
    pictures: Annotated[Path | None, typer.Option(help="Folder for pictures before and after.")] = None,
    rules: Annotated[
        Literal["strict", "ravens"],
        typer.Option(
            help="What success is: ravens, for published numbers, looks from above and lets things fall later."
        ),
    ] = "strict",
    isolation: Isolation,
    json: Json = False,
) -> None:
    """Prove task files in the simulator, and say what is wrong with those that fail."""
    from app import verification

    raise typer.Exit(
        verification.run(files, isolation.sandbox(), seeds=seeds, pictures=pictures, rules=rules, as_json=json)
    )


@app.command()
@grouped
def show(
    *,
    name: Annotated[
        str, typer.Argument(metavar="NAME|FILE", help="A human-made task, a library task, or a task file.")
    ],
    gif: Annotated[bool, typer.Option("--gif", help="Make a film, as a GIF.")] = False,
    mp4: Annotated[bool, typer.Option("--mp4", help="Make a film, as an MP4.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the episode.")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Folder, or the film's file; here when left out.", show_default=False)
    ] = None,
    isolation: Isolation,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show the oracle at work on a task: pictures before and after, or a film."""
    from app import show as shown

    raise typer.Exit(shown.run(home, isolation.sandbox(), name, seed=seed, gif=gif, mp4=mp4, out=out, as_json=json))


@app.command()
@grouped
def doctor(
    *,
    model: Model = None,
    base_url: BaseUrl = None,
    place: LibraryPlace,
    json: Json = False,
) -> None:
    """Say what is installed, which model speaks, which isolation is active, and what is missing."""
    from app import doctor as checks

    raise typer.Exit(checks.run(place, model=model, base_url=base_url, as_json=json))


for command in (demos, train, evaluate, study, adapt):
    app.command()(command)


def main() -> None:
    """Runs the command; every foreseeable mistake becomes one line and an exit code."""
    try:
        code = app(standalone_mode=False)
        if code == STOPPED:
            code = _complain("stopped", "simsmith sessions list shows what can be resumed", STOPPED)
    except TyperException as error:
        message = error.format_message().replace("Value error, ", "").removesuffix(".")
        code = _complain(message, f"see {_asked(error)} --help", 2) if message else 2
    except Exception as error:
        from sim.errors import SimsmithError

        if not isinstance(error, SimsmithError):
            raise
        code = _complain(error.message, error.remedy, error.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


def _asked(error: TyperException) -> str:
    """The command in which a mistake was made, as it is called: `simsmith library add`."""
    context = getattr(error, "ctx", None)
    return "simsmith" if context is None else " ".join(["simsmith", *context.command_path.split()[1:]])


def _complain(message: str, remedy: str, code: int) -> int:
    sys.stderr.write(f"simsmith: {' '.join(message.split())}{f' - {remedy}' if remedy else ''}\n")
    return code
