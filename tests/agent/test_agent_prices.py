"""Prices: what is known, what is not, and what the user says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage

from agent.prices import MILLION, Price, Prices
from sim.errors import UsageError

LOCAL = "http://localhost:11434/v1"
PRICES = Prices.load()


def prices_with(folder: Path, **models: Any) -> Prices:
    path = folder / "prices.json"
    path.write_text(json.dumps({"models": models}))
    return Prices.load(path)


def said(cost: Any = None, **usage: Any) -> AIMessage:
    """A message whose server counted these tokens, and may have said what it charged."""
    counted = {"input_tokens": 1000, "output_tokens": 100, "total_tokens": 1100, **usage}
    return AIMessage("hello", usage_metadata=counted, response_metadata={"token_usage": {"cost": cost}})


@pytest.mark.parametrize(
    ("model", "base_url", "cost"),
    [
        ("openai:gpt-4o-mini", "", 0.15 + 0.6),
        ("openai:gpt-4o-mini-2024-07-18", "", 0.15 + 0.6),
        ("gpt-4o", "", 2.5 + 10),
        ("gpt-4o", "https://api.openai.com/v1", 2.5 + 10),
        ("openai:deepseek-chat", "https://api.deepseek.com", 0.28 + 0.42),
        ("anthropic:claude-sonnet-4-5-20250929", "", 3 + 15),
        ("anthropic:claude-opus-4-5", "", 5 + 25),
        ("google_genai:gemini-2.5-flash", "", 0.3 + 2.5),
        ("google_vertexai:gemini-2.5-flash", "", 0.3 + 2.5),
        ("mistralai:mistral-large-latest", "", 0.5 + 1.5),
        ("composer", "", 0.0),
    ],
)
def test_a_million_tokens_read_and_a_million_written(model: str, base_url: str, cost: float):
    assert PRICES.cost(model, MILLION, MILLION, base_url=base_url) == pytest.approx(cost)


@pytest.mark.parametrize(
    ("model", "base_url"),
    [
        ("qwen3:32b", ""),
        ("ollama:deepseek-chat", ""),
        ("openai:gpt-4o", LOCAL),  # somebody's own server may call its model as it likes
        ("gpt-4o", LOCAL),
        ("composer-2", ""),
        ("openai:gpt-4o-audio-preview", ""),
        ("openai:gpt-5-pro", ""),
        ("openai:gpt-5.9", ""),
        ("openai:ft:gpt-4o:somebody::id", ""),
        ("", ""),
    ],
)
def test_what_is_not_in_the_list_has_no_price_rather_than_none_to_pay(model: str, base_url: str):
    assert PRICES.cost(model, MILLION, MILLION, base_url=base_url) is None
    assert PRICES.cost_of(said(), model, base_url) is None


def test_a_user_prices_their_own_server_and_changes_ours(tmp_path: Path):
    prices = prices_with(
        tmp_path, **{"qwen3*": {"input": 1, "output": 2}, "openai:gpt-4o": {"input": 5, "output": 6, "cached_input": 1}}
    )

    assert prices.cost("qwen3:32b", MILLION, MILLION, base_url=LOCAL) == 3
    assert prices.cost("openai:qwen3:32b", MILLION, MILLION, base_url=LOCAL) == 3
    assert prices.cost("openai:gpt-4o-2024-08-06", MILLION, MILLION) == 11
    assert prices.cost("openai:gpt-4o", MILLION, 0, cached_tokens=MILLION) == 1
    assert prices.cost("openai:gpt-4o-mini", MILLION, MILLION) == PRICES.cost("openai:gpt-4o-mini", MILLION, MILLION)
    assert prices.cost("composer", MILLION, MILLION) == 0


def test_the_longest_pattern_counts_whatever_its_place_in_the_file(tmp_path: Path):
    for models in ({"m*": 1, "my-model*": 2}, {"my-model*": 2, "m*": 1}):
        prices = prices_with(tmp_path, **{name: {"input": price, "output": 0} for name, price in models.items()})
        assert prices.cost("my-model-7b", MILLION, 0, base_url=LOCAL) == 2
        assert prices.cost("mine", MILLION, 0, base_url=LOCAL) == 1


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("no JSON", "the whole file"),
        ('{"models": {"a": {"input": 1}}}', "models.a.output"),
        ('{"models": {"a": {"input": -1, "output": 1}}}', "models.a.input"),
        ('{"models": {"a": {"input": "much", "output": 1}}}', "models.a.input"),
        ('{"models": {"a": {"input": NaN, "output": 1}}}', "models.a.input"),
        ('{"model": {}}', "model"),
        ("[]", "the whole file"),
        ("\xff", "the whole file"),
    ],
)
def test_a_bad_file_is_wrong_use_and_the_place_is_named(content: str, where: str, tmp_path: Path):
    path = tmp_path / "mine.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(UsageError) as caught:
        Prices.load(path)
    assert str(path) in caught.value.message
    assert f": {where}:" in caught.value.message
    assert '"models"' in caught.value.remedy


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path):
    with pytest.raises(UsageError, match=r"nowhere\.json cannot be read: No such file"):
        Prices.load(tmp_path / "nowhere.json")


def test_what_the_server_says_it_charged_wins():
    assert PRICES.cost_of(said(0.25), "openai:gpt-4o") == 0.25
    assert PRICES.cost_of(said(0.25), "my-model", LOCAL) == 0.25
    assert PRICES.cost_of(said(0), "openai:gpt-4o") == 0
    assert PRICES.cost_of(said("much"), "openai:gpt-4o") == pytest.approx((1000 * 2.5 + 100 * 10) / MILLION)


def test_tokens_from_the_cache_are_cheaper():
    message = said(input_token_details={"cache_read": 900})
    assert PRICES.cost_of(message, "openai:gpt-4o") == pytest.approx((100 * 2.5 + 900 * 1.25 + 100 * 10) / MILLION)


def test_a_server_that_does_not_count_leaves_the_cost_unknown():
    assert PRICES.cost_of(AIMessage("hello"), "openai:gpt-4o") is None
    assert PRICES.cost_of(AIMessage("hello"), "composer") == 0


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from([0.0, 0.1, 2.0, 15.0]))
def test_reading_from_the_cache_never_costs_more(first: int, second: int, written: int, cached_price: float):
    price = Price(input=15, output=75, cached_input=cached_price)
    read, cached = max(first, second), min(first, second)
    assert 0 <= price.of(read, written, cached) <= price.of(read, written)
