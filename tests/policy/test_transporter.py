"""The network: turns are those of the simulator, instructions are read word by word, and maps become actions."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from memory import MiniLM
from policy.augmentation import motion, moved_images, moved_points, turns_matter
from policy.batches import image_of, pixels, table_place
from policy.network_config import TransporterConfig
from policy.objective import bump, decoded, losses, ring
from policy.observation import seen
from policy.text import LibraryEncoder
from policy.transporter import CELL, HARMONICS, Maps, Transporter
from sim.builder import lay_out
from sim.camera import heightmap
from sim.episode import Episode
from sim.oracle import Stuck, next_action
from sim.tasks import human_task

SMALL = TransporterConfig(channels=(8, 16), key_channels=2, rotations=36, crop=13, text_channels=16)
ROWS, COLUMNS = 80, 160


def maps_of(place: torch.Tensor, turn: torch.Tensor, rotations: int = 36) -> Maps:
    """The maps of a network that knows exactly where to place, whatever was picked."""
    turns = ring(turn, rotations).clamp_min(1e-30).log()[:, :, None, None].expand(-1, -1, ROWS // CELL, COLUMNS // CELL)
    label = bump(place, ROWS, COLUMNS).clamp_min(1e-30).log()
    return Maps(label, turns, label)


def test_the_crop_fits_where_the_same_thing_lies_turned() -> None:
    network = Transporter(SMALL)
    network.key, network.query = nn.Identity(), nn.Identity()  # type: ignore[assignment]
    angle, at = 2 * math.pi * 5 / 36, (20.0, 60.0)
    thing = torch.zeros(1, 2, 40, 80)
    thing[0, 0, 18:23, 18:20] = 1.0  # an L, whose long side is in one channel and whose foot in the other
    thing[0, 1, 22:24, 20:25] = 1.0
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    there = np.concatenate([turn, (np.array(at) - turn @ [20.0, 20.0])[:, None]], axis=1)
    padded = torch.cat([thing, torch.zeros(1, 2, 40, 80)], dim=1)
    scene = thing + moved_images(padded, there[None])[:, :2]
    scene[:, :, :, :35] *= 0.5  # so that it is not taken for its own copy
    found = network._correlation(scene, torch.tensor([[20.0 * CELL + 0.5, 20.0 * CELL + 0.5]]))[0]
    best = np.unravel_index(int(found.argmax()), found.shape)
    assert best == (5, *map(int, at))


def test_a_batch_is_answered_as_its_samples_are() -> None:
    torch.manual_seed(0)
    network = Transporter(SMALL).eval()
    image, words = torch.rand(3, 4, ROWS, COLUMNS), torch.randn(3, 5, 384)
    known = torch.tensor([[True] * 5, [True, True, False, False, False], [True] * 3 + [False] * 2])
    pick = torch.tensor([[10.0, 20.5], [40.0, 80.0], [79.0, 159.0]])
    with torch.no_grad():
        together = network(image, words, known, pick)
        alone = [network(*(part[i : i + 1] for part in (image, words, known, pick))) for i in range(3)]
        shorter = network(image[1:2], words[1:2, :2], known[1:2, :2], pick[1:2])
    for name in ("pick", "correlation", "bias"):
        whole = getattr(together, name)
        assert torch.allclose(whole, torch.cat([getattr(one, name) for one in alone]), atol=1e-4)
        assert torch.allclose(whole[1:2], getattr(shorter, name), atol=1e-4)


def test_only_a_network_that_reads_hears_another_instruction() -> None:
    image, known = torch.rand(1, 4, ROWS, COLUMNS), torch.ones(1, 3, dtype=torch.bool)
    one, other = torch.randn(2, 1, 3, 384)
    for text, same in (("words", False), ("none", True)):
        torch.manual_seed(0)
        network = Transporter(SMALL.model_copy(update={"text": text}))
        assert torch.equal(network(image, one, known, None).pick, network(image, other, known, None).pick) == same


def test_nothing_is_lost_where_the_maps_are_the_labels() -> None:
    place, turn = torch.tensor([[30.3, 70.6], [0.2, 159.0]]), torch.tensor([math.pi - 0.01, -1.0])
    maps = maps_of(place, turn)
    found = losses(maps, place, place, turn, torch.tensor([True, True]))
    assert found.pick.abs().max() < 1e-3
    assert found.place.abs().max() < 1e-3
    off = losses(maps, place, place + 3.0, turn, torch.tensor([True, True]))
    turned = losses(maps, place, place, turn + 0.5, torch.tensor([True, True]))
    assert min(off.place.min(), turned.place.min()) > 1.0


def test_a_push_is_not_taught_a_turn() -> None:
    place, turn = torch.tensor([[30.0, 70.0]]), torch.tensor([1.0])
    exact = maps_of(place, turn)
    even = Maps(exact.pick, torch.zeros(1, 36, ROWS // CELL, COLUMNS // CELL), exact.bias)
    found = losses(even, place, place, turn, torch.tensor([False]))
    assert found.place.abs().max() < 1e-3


@pytest.mark.parametrize("turn", [0.0, 1.234, math.pi - 0.02, -math.pi + 0.02, -2.0])
def test_places_and_turns_are_found_again_finer_than_pixels_and_bins(turn: float) -> None:
    place = torch.tensor([[30.3, 70.6]])
    at, angle = decoded(maps_of(place, torch.tensor([turn])))
    assert (at - place).abs().max() < 0.3
    assert abs(math.remainder(float(angle) - turn, 2 * math.pi)) < math.radians(4.0)


def test_places_on_the_table_survive_the_way_through_pixels() -> None:
    places = np.array([[0.3, -0.4, 0.0], [0.7, 0.49, 0.0]], np.float32)
    for shape in ((80, 160), (160, 320)):
        back = [table_place(point, shape) for point in pixels(places, shape).tolist()]
        assert np.allclose(back, places[:, :2], atol=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_the_action_hits_the_same_thing_in_a_turned_world(seed: int) -> None:
    with Episode(lay_out(human_task("put-block-in-bowl"), seed)[0]) as episode:
        view = heightmap(episode.world)
        action = next_action(episode.scorer)
        assert not isinstance(action, Stuck)
        block, bowl = (episode.world.hit(*place[:2])[0] for place in (action.pick, action.place))
    image = image_of(*(part[None] for part in seen(view.color, view.height, "full")))
    image = torch.cat(
        [
            image[:, :1],
            *(torch.from_numpy(view.segmentation == h)[None, None].float() for h in (block, bowl)),
            image[:, 3:],
        ],
        dim=1,
    )
    points = pixels(np.array([action.pick, action.place], np.float32), (160, 320))
    moved = motion(np.random.default_rng(seed), (160, 320), points, free=True)
    assert not np.allclose(moved, np.eye(2, 3))
    after = moved_images(image, moved[None])[0]
    (row, column), (to_row, to_column) = moved_points(moved, points).round().astype(int).tolist()
    assert after[1, row, column] > 0.9
    assert after[2, to_row, to_column] > 0.9


def test_a_world_with_sides_is_turned_by_little() -> None:
    assert turns_matter("put the red block left of the bowl")
    assert turns_matter("put the leftmost block in the bowl farthest from the robot")
    assert not turns_matter("put the red block in the green bowl")
    points = np.array([[40.0, 80.0], [20.0, 30.0]])
    for seed in range(20):
        moved = motion(np.random.default_rng(seed), (ROWS, COLUMNS), points, free=False)
        assert abs(math.atan2(moved[1, 0], moved[0, 0])) < math.radians(8.1)


def test_an_instruction_is_read_as_a_whole_and_word_by_word(minilm: MiniLM) -> None:
    encoder = LibraryEncoder(minilm)
    rows = encoder.read(["red block in the green bowl", "green block in the red bowl", "stop"])
    assert rows.words.shape == (3, 7, 384)
    assert rows.known.sum(axis=1).tolist() == [7, 7, 2]
    assert np.array_equal(rows.words[0, 1], rows.words[1, 5])  # red
    assert not np.array_equal(rows.words[0, 1], rows.words[1, 1])
    assert not rows.words[2, 2:].any()
    assert LibraryEncoder(minilm, "sentence").read(["red block"]).words.shape == (1, 1, 384)


@pytest.mark.parametrize("wrong", [{"crop": 12}, {"channels": (10,)}, {"channels": ()}])
def test_a_network_that_cannot_be_is_refused_where_it_is_described(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"odd|multiple of 8"):
        TransporterConfig.model_validate(wrong)


def test_a_thing_is_turned_from_the_way_that_it_lies_to_the_way_that_it_should() -> None:
    network = Transporter(SMALL)
    network.way = nn.Identity()  # type: ignore[assignment]
    lies, wanted = 0.4, 0.4 + 2 * math.pi * 7 / 36
    ways = torch.zeros(1, 4, HARMONICS, 40, 80)
    for harmonic in range(HARMONICS):
        angle = (harmonic + 1) * torch.tensor([lies, wanted])
        ways[0, :2, harmonic, 10, 10] = torch.stack([angle[0].cos(), angle[0].sin()])
        ways[0, 2:, harmonic, 30, 60] = torch.stack([angle[1].cos(), angle[1].sin()])
    found = network._turning(ways.flatten(1, 2), torch.tensor([[10 * CELL + 0.5, 10 * CELL + 0.5]]))[0]
    assert np.unravel_index(int(found.argmax()), found.shape) == (7, 30, 60)
