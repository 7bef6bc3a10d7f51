"""The `simsmith library` commands: arguments in, exit code out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from app.options import Home, Isolation, Json, LibraryPlace, grouped

library_app = typer.Typer(help="Look into the task library, add to it, mend it.", no_args_is_help=True)


@library_app.command("list")
@grouped
def library_list(*, place: LibraryPlace, json: Json = False) -> None:
    """List all tasks."""
    from app import library

    library.list_tasks(place, as_json=json)


@library_app.command("show")
@grouped
def library_show(
    *,
    name: str,
    lineage: Annotated[
        bool, typer.Option("--lineage", help="Draw which tasks it was written from, and which were written from it.")
    ] = False,
    place: LibraryPlace,
    json: Json = False,
) -> None:
    """Show one task: what it is, its proof, how it came about, its pictures, its code."""
    from app import library
    from app import lineage as relatives

    (relatives.show if lineage else library.show)(place, name, as_json=json)


@library_app.command("add")
@grouped
def library_add(
    *,
    file: Path,
    name: Annotated[str | None, typer.Option(help="Name in the library; taken from the class when left out.")] = None,
    isolation: Isolation,
    place: LibraryPlace,
    json: Json = False,
) -> None:
    """Prove a task file and add it."""
    from app import library

    raise typer.Exit(library.add(place, isolation.sandbox(), file, name, as_json=json))


@library_app.command("remove")
@grouped
def library_remove(*, name: str, place: LibraryPlace, json: Json = False) -> None:
    """Move a task to the trash."""
    from app import library

    library.remove(place, name, as_json=json)


@library_app.command("restore")
@grouped
def library_restore(*, name: str, place: LibraryPlace, json: Json = False) -> None:
    """Bring a removed task back from the trash."""
    from app import exchange

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
@grouped
def library_import(
    *,
    path: Annotated[
        Path,
        typer.Argument(metavar="PATH", help="An archive, a task file, a folder of task files, or another home."),
    ],
    keep_duplicates: Annotated[
        bool, typer.Option("--keep-duplicates", help="Take tasks that the library has in other words, too.")
    ] = False,
    isolation: Isolation,
    place: LibraryPlace,
    json: Json = False,
) -> None:
    """Prove tasks from elsewhere and add them."""
    from app import exchange

    raise typer.Exit(exchange.import_(place, isolation.sandbox(), path, keep_duplicates=keep_duplicates, as_json=json))


@library_app.command("check")
@grouped
def library_check(
    *,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make the index anew from the files first.")] = False,
    place: LibraryPlace,
    json: Json = False,
) -> None:
    """Find damaged files, and drift between files and index."""
    from app import library

    raise typer.Exit(library.check(place, rebuild=rebuild, as_json=json))


@library_app.command("stats")
@grouped
def library_stats(
    *,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Count these tasks alone.")] = None,
    origin: Annotated[str, typer.Option(help="Count the tasks of this origin alone, such as human.")] = "",
    session: Annotated[str, typer.Option(help="Count the tasks of this session alone.")] = "",
    place: LibraryPlace,
    json: Json = False,
) -> None:
    """Say how many tasks there are, how different they are, and what is missing."""
    from app import statistics

    statistics.stats(place, names or (), origin=origin, session=session, as_json=json)


@library_app.command("map")
@grouped
def library_map(
    *,
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
    place: LibraryPlace,
    json: Json = False,
) -> None:
    """Draw all tasks as an interactive map, one HTML page that needs no network."""
    from app import statistics

    statistics.draw_map(place, out, view=view, color=color, layout=layout, as_json=json)


@library_app.command("failures")
@grouped
def library_failures(
    *,
    code: Annotated[str | None, typer.Option(help="Only those with this diagnostic code.", show_default=False)] = None,
    similar: Annotated[
        str | None, typer.Option(metavar="TEXT|FILE", help="Those nearest to words or a task file.", show_default=False)
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=10_000, help="How many to list.")] = 20,
    place: LibraryPlace,
    json: Json = False,
) -> None:
    """List rejected candidates, the most frequent first, and what mended them."""
    from app import failures

    failures.show(place, code, similar, k, as_json=json)
