"""What tasks rely on about the assets: their size, where they come to rest, and what fits into what."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pybullet
import pytest
from pybullet_utils.bullet_client import BulletClient

from sim import build_assets
from sim.catalogue import Asset, Size, asset_urdf, catalogue, find_asset
from sim.errors import TaskError

SOLID = [asset for asset in catalogue().values() if asset.solid]
MARKS = [asset for asset in catalogue().values() if not asset.solid]
TEMPLATES = [asset for asset in SOLID if asset.template]
SHAPE = "kitting/object-template.urdf"
HOLE = "kitting/object-template-nocollision.urdf"
SHAPES = find_asset(SHAPE).meshes
SECOND = 240


class Table:
    """A physics client with a table top at z = 0."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.client = BulletClient(connection_mode=pybullet.DIRECT)
        self.client.setPhysicsEngineParameter(fixedTimeStep=1 / SECOND, numSolverIterations=50, enableFileCaching=0)
        self.client.setGravity(0, 0, -9.81)
        self.client.createMultiBody(
            0, self.client.createCollisionShape(pybullet.GEOM_BOX, halfExtents=(1, 1, 0.05)), basePosition=(0, 0, -0.05)
        )

    def put(self, name: str, xyz: Size, fixed: bool = False, size: Size | None = None, mesh: str | None = None) -> int:
        asset = find_asset(name)
        mesh = mesh or asset.default_mesh
        path = self.folder / "body.urdf"
        path.write_text(asset_urdf(asset, size or asset.outer_size(asset.size, mesh), mesh), encoding="utf-8")
        return int(self.client.loadURDF(str(path), xyz, useFixedBase=fixed))

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds * SECOND)):
            self.client.stepSimulation()

    def position(self, body: int) -> Size:
        return self.client.getBasePositionAndOrientation(body)[0]  # type: ignore[no-any-return]

    def tilt(self, body: int) -> float:
        """Angle (rad) between the body's z axis and the vertical."""
        rotation = self.client.getMatrixFromQuaternion(self.client.getBasePositionAndOrientation(body)[1])
        return math.acos(max(-1.0, min(1.0, rotation[8])))

    def speed(self, body: int) -> float:
        linear, angular = self.client.getBaseVelocity(body)
        return float(np.linalg.norm(linear) + 0.02 * np.linalg.norm(angular))

    def felt(self, body: int) -> np.ndarray:
        """Lower and upper corner of what things collide with, without the 1 mm that Bullet adds around compounds.

        A mesh is a compound of hulls, whose margin is added too.
        """
        shapes = self.client.getCollisionShapeData(body, -1)
        margin = 0.002 if shapes[0][4].endswith(b".obj") else 0.001 if len(shapes) > 1 else 0.0
        return np.array(self.client.getAABB(body)) + np.array([[margin], [-margin]])

    def seen(self, body: int) -> np.ndarray:
        """Lower and upper corner of the boxes that an unrotated mark is drawn with, in the mark's frame."""
        shapes = self.client.getVisualShapeData(body)
        middles = np.array([shape[5] for shape in shapes])
        halves = np.array([shape[3] for shape in shapes]) / 2
        return np.array([(middles - halves).min(axis=0), (middles + halves).max(axis=0)])


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    table = Table(tmp_path)
    yield table
    table.client.disconnect()


def each(assets: list[Asset]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return pytest.mark.parametrize("asset", assets, ids=lambda asset: asset.name)


@each(SOLID)
def test_a_solid_asset_is_as_large_as_the_catalogue_says(table: Table, asset: Asset) -> None:
    standing = asset.standing_height(asset.size)
    size = asset.outer_size(asset.size, asset.default_mesh)
    low, high = table.felt(table.put(asset.name, (0, 0, standing), fixed=True))
    assert high - low == pytest.approx(size, abs=0.003)
    assert low == pytest.approx([-size[0] / 2, -size[1] / 2, 0], abs=0.002)


@each(TEMPLATES)
def test_a_filled_template_is_as_large_as_it_was_asked_to_be(table: Table, asset: Asset) -> None:
    size = (0.07, 0.07, 0.07 if asset.kind in ("ball", "sphere", "rope") else 0.05)
    low, high = table.felt(table.put(asset.name, (0, 0, size[2] / 2), fixed=True, size=size))
    assert high - low == pytest.approx(size, abs=0.003)


@each(MARKS)
def test_a_mark_is_flat_and_nothing_collides_with_it(table: Table, asset: Asset) -> None:
    body = table.put(asset.name, (0, 0, 0))
    low, high = table.seen(body)
    assert (low[2], high[2]) == pytest.approx((0, 0.001), abs=1e-6)
    if asset.kind not in ("corner", "hole"):
        assert high - low == pytest.approx(asset.size, abs=0.003)
    block = table.put("block/block.urdf", (0, 0, 0.02))
    table.run(0.5)
    assert table.position(block)[2] == pytest.approx(0.02, abs=0.0005)
    assert table.position(body) == pytest.approx((0, 0, 0)), "a mark stays where it is, fixed or not"


def test_the_corner_touches_the_box_that_it_aligns_at_plus_x_plus_y(table: Table) -> None:
    body = table.put("corner/corner-template.urdf", (0, 0, 0), size=(0.1, 0.07, 0.001))
    along_x, along_y = table.client.getVisualShapeData(body)
    assert along_x[5][1] - along_x[3][1] / 2 == pytest.approx(0.035)
    assert along_y[5][0] - along_y[3][0] / 2 == pytest.approx(0.05)
    assert table.seen(body)[1][:2] == pytest.approx((0.055, 0.04))


@each(SOLID)
def test_a_dropped_asset_comes_to_rest_where_its_size_says(table: Table, asset: Asset) -> None:
    standing = asset.standing_height(asset.size)
    body = table.put(asset.name, (0, 0, standing + 0.01))
    table.run(1.5)
    assert table.speed(body) < 0.01
    assert table.position(body) == pytest.approx((0, 0, standing), abs=0.0015)
    assert table.tilt(body) < 0.03 or asset.kind in ("ball", "sphere")


@pytest.mark.parametrize("asset", ["ball/ball.urdf", "cylinder/cylinder.urdf"])
def test_a_round_thing_that_was_nudged_stops_rolling(table: Table, asset: str) -> None:
    body = table.put(asset, (0, 0, 0.02))
    lying = table.client.getQuaternionFromEuler((math.pi / 2, 0, 0))
    table.client.resetBasePositionAndOrientation(body, (0, 0, 0.02), lying)
    table.client.resetBaseVelocity(body, (0.1, 0, 0), (0, 5, 0))
    table.run(3)
    assert table.speed(body) < 0.01
    assert 0.001 < table.position(body)[0] < 0.15


def test_blocks_stack_to_their_nominal_height(table: Table) -> None:
    table.put("stacking/stand.urdf", (0, 0, 0.0025), fixed=True)
    tower = [table.put("stacking/block.urdf", (0, 0, 0.026 + 0.041 * level)) for level in range(3)]
    table.run(2)
    assert [table.position(block)[2] for block in tower] == pytest.approx([0.025, 0.065, 0.105], abs=0.001)


def test_cylinders_stack_to_their_nominal_height(table: Table) -> None:
    tower = [table.put("cylinder/cylinder.urdf", (0, 0, 0.031 + 0.061 * level)) for level in range(2)]
    table.run(2)
    assert [table.position(cylinder)[2] for cylinder in tower] == pytest.approx([0.03, 0.09], abs=0.001)


@pytest.mark.parametrize("fixed", [True, False], ids=["fixed", "rigid"])
@pytest.mark.parametrize("offset", [0.0, 0.02])
@pytest.mark.parametrize("asset", ["ball/ball.urdf", "block/block.urdf"])
def test_what_is_dropped_into_the_bowl_stays_in_it(table: Table, asset: str, offset: float, fixed: bool) -> None:
    bowl = table.put("bowl/bowl.urdf", (0, 0, 0), fixed=fixed)
    thing = table.put(asset, (offset, offset / 2, 0.08))
    table.run(2)
    (x, y, z), (bowl_x, bowl_y, bowl_z) = table.position(thing), table.position(bowl)
    assert math.hypot(x - bowl_x, y - bowl_y) < 0.02
    assert 0.02 < z < 0.04
    assert (bowl_z, table.tilt(bowl)) == pytest.approx((0, 0), abs=0.01)


def test_a_block_lies_flat_on_the_floor_of_the_bowl(table: Table) -> None:
    table.put("bowl/bowl.urdf", (0, 0, 0), fixed=True)
    block = table.put("block/block.urdf", (0, 0, 0.04))
    table.run(1)
    assert table.position(block)[2] == pytest.approx(0.025, abs=0.001)
    assert table.tilt(block) < 0.01


def test_a_block_dropped_into_a_container_stays_inside(table: Table) -> None:
    size = (0.1, 0.08, 0.06)
    table.put("container/container-template.urdf", (0, 0, 0.03), fixed=True, size=size)
    block = table.put("block/block.urdf", (0.02, 0.01, 0.08))
    table.run(1.5)
    low, high = table.felt(block)
    assert low[2] == pytest.approx(0.003, abs=0.001)
    assert np.all(low[:2] > (-0.046, -0.036)), "inside the walls, which are 5 mm thick"
    assert np.all(high[:2] < (0.046, 0.036))


def test_disks_slide_over_each_peg_and_lie_on_each_other(table: Table) -> None:
    stand = table.put("hanoi/stand.urdf", (0, 0, 0), fixed=True)
    for peg in (-0.12, 0.0, 0.12):
        disks = [table.put(f"hanoi/disk{index}.urdf", (0, peg + 0.005, 0.13 - 0.02 * index)) for index in range(3)]
        table.run(1.5)
        assert [table.position(disk)[2] for disk in disks] == pytest.approx([0.0475, 0.0325, 0.0175], abs=0.0015)
        assert all(abs(table.position(disk)[1] - peg) < 0.012 and table.tilt(disk) < 0.02 for disk in disks)
        for disk in disks:
            table.client.removeBody(disk)
    assert table.position(stand) == (0, 0, 0)


def test_the_ell_goes_into_the_fixture_at_the_same_pose(table: Table) -> None:
    table.put("insertion/fixture.urdf", (0, 0, 0.02), fixed=True)
    ell = table.put("insertion/ell.urdf", (0.002, -0.002, 0.07))
    table.run(1)
    assert table.position(ell) == pytest.approx((0, 0, 0.02), abs=0.005)
    assert table.tilt(ell) < 0.01


def outline(mesh: str) -> np.ndarray:
    """Vertices of a mesh file."""
    lines = (build_assets.ASSETS / mesh).read_text(encoding="utf-8").splitlines()
    return np.array([[float(word) for word in line.split()[1:]] for line in lines if line.startswith("v ")])


@pytest.mark.parametrize("mesh", SHAPES)
def test_a_kitting_shape_reaches_as_far_from_its_origin_as_the_catalogue_says(mesh: str) -> None:
    reach = np.abs(outline(mesh)).max(axis=0)
    assert 2 * reach == pytest.approx((*SHAPES[mesh].extent, 1), abs=1e-5)
    assert max(SHAPES[mesh].extent) == 1


@pytest.mark.parametrize("mesh", SHAPES)
def test_a_kitting_shape_looks_the_same_after_its_symmetry_and_not_before(table: Table, mesh: str) -> None:
    client, body = table.client, table.put(SHAPE, (0, 0, 0.01), fixed=True, mesh=mesh)
    points = [(x, y) for x in np.linspace(-0.0475, 0.0475, 39) for y in np.linspace(-0.0475, 0.0475, 39)]

    def felt(turn: float) -> np.ndarray:
        """Where rays from above meet the shape when it is turned."""
        client.resetBasePositionAndOrientation(body, (0, 0, 0.01), client.getQuaternionFromEuler((0, 0, turn)))
        hits = client.rayTestBatch([(x, y, 1) for x, y in points], [(x, y, 0.005) for x, y in points])
        return np.array([hit[0] == body for hit in hits])

    still, symmetry = felt(0), SHAPES[mesh].symmetry
    assert still.sum() > 300
    for turn in (symmetry,) if symmetry else (0.2, 0.9):
        assert (felt(turn) != still).mean() < 0.05
    for part in (2, 3) if symmetry else ():
        assert (felt(symmetry / part) != still).mean() > 0.05


@pytest.mark.parametrize("mesh", SHAPES)
def test_a_kitting_shape_comes_to_rest_on_a_kit_where_it_is_put(table: Table, mesh: str) -> None:
    table.put("kitting/kit.urdf", (0, 0, 0.0025), fixed=True)
    mark = table.put(HOLE, (0, 0, 0.005), fixed=True, mesh=mesh)
    shape = table.put(SHAPE, (0, 0, 0.022), mesh=mesh)
    table.run(1)
    assert table.position(shape) == pytest.approx((0, 0, 0.015), abs=0.001)
    assert (table.tilt(shape), table.speed(shape)) == pytest.approx((0, 0), abs=0.005)
    assert table.position(mark) == pytest.approx((0, 0, 0.005)), "a hole is seen, not felt"


@pytest.mark.parametrize(
    ("mesh", "open_at", "solid_at"),
    [
        ("kitting/16.obj", (0, 0), (0.375, 0)),  # the ring's hole
        ("kitting/13.obj", (0, 0.3), (0, -0.45)),  # the V's notch
        ("kitting/14.obj", (0.2, 0.19), (0.2, 0)),  # between the E's bars
        ("kitting/12.obj", (-0.1, 0.0), (-0.37, 0)),  # the middle of the G
    ],
)
def test_one_can_feel_through_the_holes_of_a_shape(
    table: Table, mesh: str, open_at: tuple[float, float], solid_at: tuple[float, float]
) -> None:
    body = table.put(SHAPE, (0, 0, 0.01), fixed=True, mesh=mesh)

    def met(place: tuple[float, float]) -> int:
        x, y = 0.08 * place[0], 0.08 * place[1]
        return int(table.client.rayTest((x, y, 1), (x, y, -1))[0][0])

    assert met(open_at) != body
    assert met(solid_at) == body


@each(list(catalogue().values()))
def test_a_color_reaches_every_part_that_is_seen(table: Table, asset: Asset) -> None:
    body = table.put(asset.name, (0, 0, 0.1), fixed=True)
    table.client.changeVisualShape(body, -1, rgbaColor=(0.1, 0.2, 0.3, 1))
    colors = [shape[7] for shape in table.client.getVisualShapeData(body)]
    assert len(colors) >= 1
    assert all(color == pytest.approx((0.1, 0.2, 0.3, 1)) for color in colors)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("block/block.urdf", "block/block.urdf"),
        ("assets/bowl/bowl.urdf", "bowl/bowl.urdf"),
        ("/assets/bowl/bowl.urdf", "bowl/bowl.urdf"),
        ("/somewhere/environments/assets/zone/zone.urdf", "zone/zone.urdf"),
        ("pallet/pallet-template.urdf", "pallet/pallet.urdf"),
        ("ball/ball-template.urdf", "ball/ball-template.urdf"),
    ],
)
def test_a_name_is_found_as_published_tasks_write_it(given: str, meant: str) -> None:
    assert find_asset(given).name == meant


def test_an_unknown_name_gets_the_nearest_one() -> None:
    with pytest.raises(TaskError) as caught:
        find_asset("assets/bowl/bowls.urdf")
    assert caught.value.code == "unknown-asset"
    assert caught.value.message == "no asset 'bowl/bowls.urdf'"
    assert "did you mean 'bowl/bowl.urdf'" in caught.value.remedy
    assert caught.value.values == {"given": "assets/bowl/bowls.urdf"}


def test_the_catalogue_and_the_folder_name_the_same_assets() -> None:
    files = {path.relative_to(build_assets.ASSETS).as_posix() for path in build_assets.ASSETS.rglob("*.urdf")}
    assert files == set(catalogue())


def test_the_committed_files_are_what_the_script_builds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert build_assets.main(["--check"]) == 0
    monkeypatch.setattr(build_assets, "ASSETS", tmp_path)
    assert build_assets.main(["--check"]) == 1, "a missing file is noticed"
    assert build_assets.main([]) == 0
    assert build_assets.main(["--check"]) == 0
    (tmp_path / "bowl/bowl.obj").write_text("v 0 0 0\n", encoding="utf-8")
    assert build_assets.main(["--check"]) == 1, "a changed file is noticed"


def test_the_page_of_assets_is_what_the_catalogue_says() -> None:
    script = Path(__file__).parents[2] / "docs" / "make_asset_page.py"
    assert subprocess.run([sys.executable, str(script), "--check"], check=False).returncode == 0


def test_the_catalogue_is_read_without_physics() -> None:
    code = "import sys; import sim.catalogue as c; c.catalogue(); print({'pybullet', 'trimesh'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"
