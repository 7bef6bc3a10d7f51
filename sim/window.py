"""A window on a person's screen that mirrors an episode, drawn by PyBullet's own viewer (OpenGL)."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
from typing import Any

from sim.errors import EnvironmentBroken
from sim.layout import Layout
from sim.stage import PERSON, Stage
from sim.world import quiet

MAX_CLIENTS = 1024  # that a process may have at once
REMEDY = "take render_mode='rgb_array', or run it where a person sits (or under xvfb-run)"


class Window:
    """A window; a process has at most one, because PyBullet gives it no more.

    Raises:
        EnvironmentBroken: There is no display, or another window is open.
    """

    def __init__(self) -> None:
        self._require_display()
        with quiet():
            import pybullet
            from pybullet_utils.bullet_client import BulletClient

            infos = (pybullet.getConnectionInfo(number) for number in range(MAX_CLIENTS))
            if any(info["connectionMethod"] == pybullet.GUI for info in infos):
                raise EnvironmentBroken("this process has a window already", "close the other environment first")
            self.client: Any = BulletClient(connection_mode=pybullet.GUI)
            self.client.configureDebugVisualizer(self.client.COV_ENABLE_GUI, 0)
            self.client.resetDebugVisualizerCamera(1.05, 83.0, -37.0, PERSON.target)

    def show(self, layout: Layout) -> Stage:
        """Clears the window and shows a layout; what is put on the stage is seen at once."""
        with quiet():
            self.client.configureDebugVisualizer(self.client.COV_ENABLE_RENDERING, 0)
            self.client.resetSimulation()
            stage = Stage(layout, client=self.client)
            stage.world.show_table()
            self.client.configureDebugVisualizer(self.client.COV_ENABLE_RENDERING, 1)
        return stage

    def close(self) -> None:
        """Closes the window."""
        with quiet():
            if self.client.isConnected():
                self.client.disconnect()

    @staticmethod
    def _require_display() -> None:
        """Asks the display server first: PyBullet ends the whole process where it does not answer."""
        if not sys.platform.startswith("linux"):
            return
        display = os.environ.get("DISPLAY", "")
        library = ctypes.util.find_library("X11")
        if not display or library is None:
            lacking = "DISPLAY is not set" if not display else "libX11 is not installed"
            raise EnvironmentBroken(f"no display for a window: {lacking}", REMEDY)
        x11 = ctypes.CDLL(library)
        x11.XOpenDisplay.restype = ctypes.c_void_p
        connection = x11.XOpenDisplay(None)
        if not connection:
            raise EnvironmentBroken(f"no display for a window: {display!r} does not answer", REMEDY)
        x11.XCloseDisplay(ctypes.c_void_p(connection))
