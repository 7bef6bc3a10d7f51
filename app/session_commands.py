"""The `simsmith sessions` commands: arguments in, exit code out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.options import Home, Isolation, Json, LibraryPlace, Traffic, grouped

sessions_app = typer.Typer(
    help="List sessions, look into one, and go on with one that was stopped.", no_args_is_help=True
)


@sessions_app.command("list")
def sessions_list(
    every: Annotated[bool, typer.Option("--all", help="List the tries of chats that kept nothing too.")] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """List the sessions; of a chat's tries those that kept something, or can still be gone on with."""
    from app import session_log

    session_log.list_sessions(home, every=every, as_json=json)


@sessions_app.command("show")
def sessions_show(
    session: str,
    html: Annotated[
        Path | None,
        typer.Option(help="Write the report, a page that needs no network, to this file.", show_default=False),
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show one session: what it was asked to do, its rounds, and what came of them."""
    from app import session_log

    session_log.show_session(home, session, html=html, as_json=json)


@sessions_app.command("resume")
@grouped
def sessions_resume(
    *,
    session: str,
    traffic: Traffic,
    isolation: Isolation,
    place: LibraryPlace,
    json: Json = False,
) -> None:
    """Go on with a session that was stopped or killed."""
    from app import sessions

    sessions.resume(place, isolation.sandbox(), traffic, session, as_json=json)
