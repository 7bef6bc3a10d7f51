"""The home: the folder that holds library, index, sessions and trash."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import platformdirs

from sim.errors import EnvironmentBroken

HOME_REMEDY = "choose a folder that can be written with --home or SIMSMITH_HOME"


def home_path(given: Path | None = None) -> Path:
    """Where the home is: what was given, or `SIMSMITH_HOME`, or the platform's user data folder."""
    chosen = given or os.environ.get("SIMSMITH_HOME") or platformdirs.user_data_path("simsmith")
    return Path(chosen).expanduser().absolute()


def home_folder(given: Path | None = None) -> Path:
    """The home, made if it is not there.

    Raises:
        EnvironmentBroken: It cannot be made or written.
    """
    home = home_path(given)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        why = error.strerror or str(error)
        raise EnvironmentBroken(f"the home {home} cannot be written: {why}", HOME_REMEDY) from None
    return home
