"""The `simsmith` command: arguments in, exit code out.

Exit codes: 0 done or accepted, 1 a clean "no", 2 wrong use, 3 the environment is broken, 130 stopped with Ctrl-C.
Nothing heavy is imported before a command runs, so that `simsmith --help` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from typer.exceptions import TyperException

from app.options import (
    BaseUrl,
    EmbedderName,
    EmbedderUrl,
    Home,
    Index,
    Json,
    LibraryPlace,
    Model,
    RequireIsolation,
    Seed,
    Seeds,
)

if TYPE_CHECKING:
    from sim.sandbox import Sandbox

STOPPED = 130  # what Typer makes of Ctrl-C
HELP = "LLM agents that invent robot practice tasks, prove each one in simulation, and remember them."

app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
library_app = typer.Typer(help="Look into the task library, add to it, mend it.", no_args_is_help=True)
sessions_app = typer.Typer(help="List sessions, and go on with one that was stopped.", no_args_is_help=True)
app.add_typer(library_app, name="library")
app.add_typer(sessions_app, name="sessions")


def _sandbox(require_isolation: bool) -> Sandbox:
    from sim.sandbox import Sandbox

    sandbox = Sandbox(require_isolation=require_isolation)
    if require_isolation:
        sandbox.start()  # refuses now, not after the first proposal
    return sandbox


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
def explore(
    rounds: Annotated[int, typer.Option(min=1, max=10_000, help="How many proposals to work through.")] = 3,
    seed: Seed = 0,
    model: Model = None,
    base_url: BaseUrl = None,
    require_isolation: RequireIsolation = False,
    home: Home = None,
    index: Index = None,
    embedder: EmbedderName = None,
    embedder_url: EmbedderUrl = None,
    json: Json = False,
) -> None:
    """Let the agents invent tasks that the library does not have yet."""
    from app import sessions

    place = LibraryPlace(home, index, embedder, embedder_url)
    sandbox = _sandbox(require_isolation)
    sessions.explore(place, sandbox, rounds=rounds, seed=seed, model=model, base_url=base_url, as_json=json)


@app.command()
def make(
    goal: Annotated[str, typer.Argument(help='What to practise, such as "stack three blue blocks on the green one".')],
    tasks: Annotated[int, typer.Option(min=1, max=50, help="Tasks to make, the last being the goal itself.")] = 1,
    seed: Seed = 0,
    model: Model = None,
    base_url: BaseUrl = None,
    require_isolation: RequireIsolation = False,
    home: Home = None,
    index: Index = None,
    embedder: EmbedderName = None,
    embedder_url: EmbedderUrl = None,
    json: Json = False,
) -> None:
    """Make tasks towards a goal."""
    from app import sessions

    place = LibraryPlace(home, index, embedder, embedder_url)
    sandbox = _sandbox(require_isolation)
    sessions.make(place, sandbox, goal, tasks=tasks, seed=seed, model=model, base_url=base_url, as_json=json)


@app.command()
def chat(
    seed: Seed = 0,
    model: Model = None,
    base_url: BaseUrl = None,
    require_isolation: RequireIsolation = False,
    home: Home = None,
    index: Index = None,
    embedder: EmbedderName = None,
    embedder_url: EmbedderUrl = None,
) -> None:
    """Talk about a goal: see the proposal and its picture, say yes or no, ask for similar tasks."""
    from app.chat import Chat

    place = LibraryPlace(home, index, embedder, embedder_url)
    Chat.open(place, _sandbox(require_isolation), seed=seed, model=model, base_url=base_url).run()


@app.command()
def similar(
    query: Annotated[str, typer.Argument(metavar="TEXT|FILE|NAME", help="Words, a task file, or a library task.")],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many tasks to list.")] = 5,
    home: Home = None,
    index: Index = None,
    embedder: EmbedderName = None,
    embedder_url: EmbedderUrl = None,
    json: Json = False,
) -> None:
    """List the library tasks nearest to a text, a task file or a library task."""
    from app import library

    place = LibraryPlace(home, index, embedder, embedder_url)
    library.similar(place, query, k, as_json=json)


@app.command()
def verify(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Task files.")],
    seeds: Seeds = 10,
    pictures: Annotated[Path | None, typer.Option(help="Folder for pictures before and after.")] = None,
    rules: Annotated[
        Literal["strict", "ravens"],
        typer.Option(
            help="What success is: ravens, for published numbers, looks from above and lets things fall later."
        ),
    ] = "strict",
    require_isolation: RequireIsolation = False,
    json: Json = False,
) -> None:
    """Prove task files in the simulator, and say what is wrong with those that fail."""
    from app import verification

    sandbox = _sandbox(require_isolation)
    raise typer.Exit(verification.run(files, sandbox, seeds=seeds, pictures=pictures, rules=rules, as_json=json))


@app.command()
def show(
    name: Annotated[
        str, typer.Argument(metavar="NAME|FILE", help="A human-made task, a library task, or a task file.")
    ],
    gif: Annotated[bool, typer.Option("--gif", help="Make a film, as a GIF.")] = False,
    mp4: Annotated[bool, typer.Option("--mp4", help="Make a film, as an MP4.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the episode.")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Folder, or the film's file; here when left out.", show_default=False)
    ] = None,
    require_isolation: RequireIsolation = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show the oracle at work on a task: pictures before and after, or a film."""
    from app import show as shown

    sandbox = _sandbox(require_isolation)
    raise typer.Exit(shown.run(home, sandbox, name, seed=seed, gif=gif, mp4=mp4, out=out, as_json=json))


@app.command()
def doctor(
    model: Model = None,
    base_url: BaseUrl = None,
    home: Home = None,
    index: Index = None,
    embedder: EmbedderName = None,
    embedder_url: EmbedderUrl = None,
    json: Json = False,
) -> None:
    """Say what is installed, which model speaks, which isolation is active, and what is missing."""
    from app import doctor as checks

    place = LibraryPlace(home, index, embedder, embedder_url)
    raise typer.Exit(checks.run(place, model=model, base_url=base_url, as_json=json))


@library_app.command("list")
def library_list(
    home: Home = None,
    index: Index = None,
    embedder: EmbedderName = None,
    embedder_url: EmbedderUrl = None,
    json: Json = False,
) -> None:
    """List all tasks."""
    from app import library

    place = LibraryPlace(home, index, embedder, embedder_url)
    library.list_tasks(place, as_json=json)


@library_app.command("show")
def library_show(
    name: str,
    lineage: Annotated[
        bool, typer.Option("--lineage", help="Draw which tasks it was written from, and which were written from it.")
    ] = False,
    home: Home = None,
    index: Index = None,
    embedder: EmbedderName = None,
    embedder_url: EmbedderUrl = None,
    json: Json = False,
) -> None:
    """Show one task: what it is, its proof, how it came about, its pictures, its code."""
    from app import library
    from app import lineage as relatives

    place = LibraryPlace(home, index, embedder, embedder_url)
    (relatives.show if lineage else library.show)(place, name, as_json=json)


@library_app.command("add")
def library_add(
    file: Path,
    name: Annotated[str | None, typer.Option(help="Name in the library; taken from the class when left out.")] = None,
    require_isolation: RequireIsolation = False,
    home: Home = None,
    index: Index = None,
    embedder: EmbedderName = None,
    embedder_url: EmbedderUrl = None,
    json: Json = False,
) -> None:
    """Prove a task file and add it."""
    from app import library

    place = LibraryPlace(home, index, embedder, embedder_url)
    raise typer.Exit(library.add(place, _sandbox(require_isolation), file, name, as_json=json))


@library_app.command("remove")
def library_remove(
    name: str,
    home: Home = None,
    index: Index = None,
    embedder: EmbedderName = None,
    embedder_url: EmbedderUrl = None,
    json: Json = False,
) -> None:
    """Move a task to the trash."""
    from app import library

    place = LibraryPlace(home, index, embedder, embedder_url)
    library.remove(place, name, as_json=json)


@library_app.command("restore")
def library_restore(
    name: str,
    home: Home = None,
    index: Index = None,
    embedder: EmbedderName = None,
    embedder_url: EmbedderUrl = None,
    json: Json = False,
) -> None:
    """Bring a removed task back from the trash."""
    from app import exchange

    place = LibraryPlace(home, index, embedder, embedder_url)
    exchange.restore(place, name, as_json=json)


@library_app.command("export")
def library_export(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The archive, or the data set's folder.")],
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="The tasks; all when left out.", show_default=False)
    ] = None,
    form: Annotated[
        Literal["archive", "dataset"],
        typer.Option(
            "--format", help="One archive to import again, or a folder for the Hugging Face datasets package."
        ),
    ] = "archive",
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier export of this name.")] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Write tasks to an archive or a data set."""
    from app import exchange

    raise typer.Exit(exchange.export(home, target, names or (), form=form, overwrite=force, as_json=json))


@library_app.command("import")
def library_import(
    path: Annotated[
        Path,
        typer.Argument(metavar="PATH", help="An archive, a task file, a folder of task files, or another home."),
    ],
    keep_duplicates: Annotated[
        bool, typer.Option("--keep-duplicates", help="Take tasks that the library has in other words, too.")
    ] = False,
    require_isolation: RequireIsolation = False,
    home: Home = None,
    index: Index = None,
    embedder: EmbedderName = None,
    embedder_url: EmbedderUrl = None,
    json: Json = False,
) -> None:
    """Prove tasks from elsewhere and add them."""
    from app import exchange

    place = LibraryPlace(home, index, embedder, embedder_url)
    sandbox = _sandbox(require_isolation)
    raise typer.Exit(exchange.import_(place, sandbox, path, keep_duplicates=keep_duplicates, as_json=json))


@library_app.command("check")
def library_check(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make the index anew from the files first.")] = False,
    home: Home = None,
    index: Index = None,
    embedder: EmbedderName = None,
    embedder_url: EmbedderUrl = None,
    json: Json = False,
) -> None:
    """Find damaged files, and drift between files and index."""
    from app import library

    place = LibraryPlace(home, index, embedder, embedder_url)
    raise typer.Exit(library.check(place, rebuild=rebuild, as_json=json))


@library_app.command("stats")
def library_stats(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Count these tasks alone.")] = None,
    origin: Annotated[str, typer.Option(help="Count the tasks of this origin alone, such as human.")] = "",
    session: Annotated[str, typer.Option(help="Count the tasks of this session alone.")] = "",
    home: Home = None,
    index: Index = None,
    embedder: EmbedderName = None,
    embedder_url: EmbedderUrl = None,
    json: Json = False,
) -> None:
    """Say how many tasks there are, how different they are, and what is missing."""
    from app import statistics

    place = LibraryPlace(home, index, embedder, embedder_url)
    statistics.stats(place, names or (), origin=origin, session=session, as_json=json)


@library_app.command("map")
def library_map(
    out: Annotated[Path, typer.Option(help="The page's file.")] = Path("library-map.html"),
    view: Annotated[
        Literal["code", "language", "scene", "mixture"], typer.Option(help="What brings tasks near to each other.")
    ] = "mixture",
    color: Annotated[
        Literal["origin", "family"], typer.Option(help="What colors tell at first; the page can change it.")
    ] = "family",
    layout: Annotated[
        Literal["auto", "umap", "pca"], typer.Option(help="The projection; auto takes UMAP where it is installed.")
    ] = "auto",
    home: Home = None,
    index: Index = None,
    embedder: EmbedderName = None,
    embedder_url: EmbedderUrl = None,
    json: Json = False,
) -> None:
    """Draw all tasks as an interactive map, one HTML page that needs no network."""
    from app import statistics

    place = LibraryPlace(home, index, embedder, embedder_url)
    statistics.draw_map(place, out, view=view, color=color, layout=layout, as_json=json)


@library_app.command("failures")
def library_failures(
    code: Annotated[str | None, typer.Option(help="Only those with this diagnostic code.", show_default=False)] = None,
    similar: Annotated[
        str | None, typer.Option(metavar="TEXT|FILE", help="Those nearest to words or a task file.", show_default=False)
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=10_000, help="How many to list.")] = 20,
    home: Home = None,
    index: Index = None,
    embedder: EmbedderName = None,
    embedder_url: EmbedderUrl = None,
    json: Json = False,
) -> None:
    """List rejected candidates, the most frequent first, and what mended them."""
    from app import failures

    place = LibraryPlace(home, index, embedder, embedder_url)
    failures.show(place, code, similar, k, as_json=json)


@sessions_app.command("list")
def sessions_list(home: Home = None, json: Json = False) -> None:
    """List all sessions."""
    from app import sessions

    sessions.list_sessions(home, as_json=json)


@sessions_app.command("resume")
def sessions_resume(
    session: str,
    require_isolation: RequireIsolation = False,
    home: Home = None,
    index: Index = None,
    embedder: EmbedderName = None,
    embedder_url: EmbedderUrl = None,
    json: Json = False,
) -> None:
    """Go on with a session that was stopped or killed."""
    from app import sessions

    place = LibraryPlace(home, index, embedder, embedder_url)
    sessions.resume(place, _sandbox(require_isolation), session, as_json=json)


def main() -> None:
    """Runs the command; every foreseeable mistake becomes one line and an exit code."""
    try:
        code = app(standalone_mode=False)
        if code == STOPPED:
            code = _complain("stopped", "simsmith sessions list shows what can be resumed", STOPPED)
    except TyperException as error:
        message = error.format_message()
        code = _complain(message, "see simsmith --help", 2) if message else 2
    except Exception as error:
        from sim.errors import SimsmithError

        if not isinstance(error, SimsmithError):
            raise
        code = _complain(error.message, error.remedy, error.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


def _complain(message: str, remedy: str, code: int) -> int:
    sys.stderr.write(f"simsmith: {' '.join(message.split())}{f' - {remedy}' if remedy else ''}\n")
    return code
