"""Tools that ask the simulator: assets, the task guide, and the proof of a candidate."""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from pathlib import Path

from langchain_core.tools import BaseTool

from sim.catalogue import catalogue
from sim.sandbox import Sandbox
from sim.verification import FEWEST_SEEDS, SEEDS, verify
from tools.findings import short_verdict
from tools.library_tools import tool


def simulator_tools(sandbox: Sandbox, pictures: Path) -> list[BaseTool]:
    """The tools that ask the simulator; the pictures of candidates go into a folder each below `pictures`."""

    def list_assets(kind: str = "") -> str:
        """List the assets that a task may use: name, size in metres, template fields, what they are for.

        Args:
            kind: Only assets of this kind (block, bowl, zone, ...); empty lists all.
        """
        assets = catalogue().values()
        listed = [
            {"name": asset.name, "kind": asset.kind, "size": asset.size, "template": asset.template, "use": asset.use}
            | ({"FNAME": {mesh: form.kind for mesh, form in asset.meshes.items()}} if asset.meshes else {})
            for asset in assets
            if kind in ("", asset.kind)
        ]
        return json.dumps({"assets": listed, "kinds": sorted({asset.kind for asset in assets})})

    def read_task_guide() -> str:
        """Read how a task is written: the interface, an example, and what counts as success."""
        return resources.files("tools").joinpath("task_guide.md").read_text(encoding="utf-8")

    def run_candidate(code: str, seeds: int = SEEDS) -> str:
        """Prove a task program in the simulator: static checks, building, and the oracle on several seeds.

        The verdict says what is wrong, at which line, and how it is mended; 9 of 10 seeds have to pass.

        Args:
            code: The whole Python file.
            seeds: How many seeds to run, 4 to 20.
        """
        folder = pictures / hashlib.sha256(code.encode()).hexdigest()[:12]
        verdict = verify(code, seeds=max(FEWEST_SEEDS, min(seeds, 20)), sandbox=sandbox, pictures=folder)
        return verdict.model_dump_json()

    def try_candidate(code: str, seeds: int = FEWEST_SEEDS) -> str:
        """Try a task program on a few seeds: how far it comes, what is wrong, at which line, and how it is mended.

        Args:
            code: The whole Python file.
            seeds: How many seeds to run, 4 to 20.
        """
        verdict = verify(code, seeds=max(FEWEST_SEEDS, min(seeds, 20)), sandbox=sandbox)
        return json.dumps(short_verdict(verdict))

    return [tool(function) for function in (list_assets, read_task_guide, run_candidate, try_candidate)]
