"""The asset catalogue: which objects a task may put on the table, how large they are and what they are for.

The facts are data (`sim/assets/catalogue.json`); the URDFs and meshes beside them are made by `sim/build_assets.py`.
No physics is imported here, so that the static check, the agents' tools and the docs can read it fast.
"""

from __future__ import annotations

import functools
import html
import json
import math
import re
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from sim.errors import TaskError, did_you_mean

Size = tuple[float, float, float]

# What comes nearest to things that the catalogue does not have.
ALIKE = {
    **dict.fromkeys(["cup", "mug", "plate", "dish", "saucer"], "bowl/bowl.urdf"),
    **dict.fromkeys(["basket", "bin", "crate", "bucket", "drawer"], "container/container-template.urdf"),
    **dict.fromkeys(["tray", "shelf", "table"], "pallet/pallet.urdf"),
    **dict.fromkeys(["platform", "pedestal", "base"], "stacking/stand.urdf"),
    **dict.fromkeys(["cube", "brick"], "block/block.urdf"),
    **dict.fromkeys(["can", "bottle", "peg", "rod", "pillar"], "cylinder/cylinder-template.urdf"),
    **dict.fromkeys(["marble", "orange", "apple", "egg"], "ball/ball.urdf"),
    **dict.fromkeys(["disc", "disk", "ring"], "hanoi/disk1.urdf"),
    **dict.fromkeys(["mat", "goal", "area", "region", "target"], "zone/zone.urdf"),
}
# A token of a template, alone or with an offset in metres: DIM2, HALF0-0.0025, -HALF1+0.005.
_TOKEN = re.compile(r"(-?)\b(DIM|HALF)([012])([+-][0-9.]+)?")
_MESH = re.compile(r'filename="([^"]+)"')


@dataclass(frozen=True)
class Mesh:
    """One form of an asset that comes in several.

    Attributes:
        kind: What people call it.
        symmetry: Yaw in radians after which it looks the same.
        extent: How much of the size that a template is filled with it takes up along x and y, as factors.
    """

    kind: str
    symmetry: float
    extent: tuple[float, float]


@dataclass(frozen=True)
class Asset:
    """One kind of object that a task may add to its scene.

    Attributes:
        name: What `env.add_object` takes, e.g. `block/block.urdf`.
        kind: The noun that people use for it in an instruction.
        what: What it is, in one line.
        size: Outer size (x, y, z) in metres; of a template the size that it has when left unfilled.
        template: Token families that its URDF takes, e.g. `("DIM", "HALF")`; empty for a plain asset.
        origin: Where the pose's point is on the standing object: its `center` or the middle of its `bottom`.
        symmetry: Yaw in radians after which it looks the same at its default size; 0 means that yaw does not matter.
        category: What it usually is in a task.
        solid: Whether things collide with it; marks such as zones and lines are there for the eye only.
        use: Typical use, in one line.
        meshes: The forms it comes in, by the name of the mesh file; empty for an asset with one form.
    """

    name: str
    kind: str
    what: str
    size: Size
    template: tuple[str, ...]
    origin: Literal["center", "bottom"]
    symmetry: float
    category: Literal["rigid", "fixed"]
    solid: bool
    use: str
    meshes: dict[str, Mesh] = field(default_factory=dict)

    @property
    def default_mesh(self) -> str | None:
        """The mesh of an object that was added without saying which; None for an asset with one form."""
        return next(iter(self.meshes), None)

    def noun(self, mesh: str | None) -> str:
        """The noun for an object with this mesh."""
        return self.kind if mesh is None else self.meshes[mesh].kind

    def outer_size(self, size: Size, mesh: str | None) -> Size:
        """Outer size (m) of the asset when it is filled with this size: a form keeps its proportions within it."""
        wide, deep = self.meshes[mesh].extent if mesh is not None else (1.0, 1.0)
        return size[0] * wide, size[1] * deep, size[2]

    @property
    def path(self) -> Path:
        """The URDF file."""
        return _assets_root() / self.name

    def standing_height(self, size: Size) -> float:
        """Height (m) of the pose's point above what the asset stands on, when it has this size."""
        return size[2] / 2 if self.origin == "center" else 0.0


def _assets_root() -> Path:
    return Path(str(resources.files("sim").joinpath("assets")))


@functools.cache
def catalogue() -> dict[str, Asset]:
    """All assets by name, in the order of the catalogue."""
    records = json.loads((_assets_root() / "catalogue.json").read_text(encoding="utf-8"))
    return {
        name: Asset(
            name=name,
            kind=record["kind"],
            what=record["what"],
            size=tuple(record["size"]),
            template=tuple(record["template"]),
            origin=record["origin"],
            symmetry=math.radians(record["symmetry_degrees"]),
            category=record["category"],
            solid=record["solid"],
            use=record["use"],
            meshes=_meshes(records, record["meshes"]) if "meshes" in record else {},
        )
        for name, record in records.items()
    }


def _meshes(records: dict[str, Any], forms: dict[str, Any] | str) -> dict[str, Mesh]:
    """The forms of an asset, given as data or as the name of the asset that comes in the same ones."""
    listed = records[forms]["meshes"] if isinstance(forms, str) else forms
    return {
        name: Mesh(form["kind"], math.radians(form["symmetry_degrees"]), tuple(form["extent"]))
        for name, form in listed.items()
    }


def find_asset(name: str) -> Asset:
    """The asset of this name; a folder up to and including `assets/` is ignored.

    A `-template` name that has no file of its own means the plain asset (`pallet/pallet-template.urdf`).

    Raises:
        TaskError: `unknown-asset`, with the nearest names.
    """
    known = catalogue()
    wanted = re.sub(r"^(.*/)?assets/", "", str(name)).lstrip("/")
    for candidate in (wanted, wanted.replace("-template.urdf", ".urdf")):
        if candidate in known:
            return known[candidate]
    words = re.split(r"[\W_\d]+|template|urdf", wanted.lower())
    meant = next((ALIKE[word] for word in reversed(words) if word in ALIKE), "")
    hint = did_you_mean(wanted, known, {wanted: meant})
    raise TaskError("unknown-asset", f"no asset {wanted!r}", hint, given=name)


def asset_urdf(asset: Asset, size: Size, mesh: str | None = None) -> str:
    """The asset's URDF as text that can be written to, and loaded from, any folder.

    Args:
        asset: The asset.
        size: Outer size (x, y, z) in metres, which fills a template's tokens; a plain asset has its own size.
        mesh: Which of the asset's meshes fills the token FNAME0; None for an asset with one form.
    """

    def absolute(match: re.Match[str]) -> str:
        return f'filename="{html.escape(str((asset.path.parent / match[1]).resolve()))}"'

    def length(match: re.Match[str]) -> str:
        sign, family, axis, offset = match.groups()
        value = size[int(axis)] / (2 if family == "HALF" else 1)
        return f"{(-value if sign else value) + float(offset or 0):.9g}"

    wide, deep, _ = asset.outer_size((1.0, 1.0, 1.0), mesh)
    size = (size[0] / wide, size[1] / deep, size[2])  # of the mesh's square, which the form may not fill
    text = asset.path.read_text(encoding="utf-8")
    if asset.template:
        text = _TOKEN.sub(length, text)
    if mesh is not None:
        text = text.replace("FNAME0", Path(mesh).name)
    return _MESH.sub(absolute, text)
