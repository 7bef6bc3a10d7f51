"""The `simsmith sessions` commands: arguments in, exit code out."""

from __future__ import annotations

import typer

from app.options import Home, Isolation, Json, LibraryPlace, grouped

sessions_app = typer.Typer(help="List sessions, and go on with one that was stopped.", no_args_is_help=True)


@sessions_app.command("list")
def sessions_list(home: Home = None, json: Json = False) -> None:
    """List all sessions."""
    from app import sessions

    sessions.list_sessions(home, as_json=json)


@sessions_app.command("resume")
@grouped
def sessions_resume(
    *,
    session: str,
    isolation: Isolation,
    place: LibraryPlace,
    json: Json = False,
) -> None:
    """Go on with a session that was stopped or killed."""
    from app import sessions

    sessions.resume(place, isolation.sandbox(), session, as_json=json)
