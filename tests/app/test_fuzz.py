"""Whatever is typed: an answer, a message, never a traceback."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import triffin
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture(scope="module", autouse=True)
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A folder in which a command may write what it likes."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("fuzz"))
    yield
    os.chdir(before)


# What an operating system can hand over as an argument.
ANYTHING = st.text(
    st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=12
)
ECONOMY = st.sampled_from(
    ["USA", "JPN", "CHN", "EU", "Japan", "*", "XXX", "usa", "", "-", ".", "world"]
)
RATE = st.sampled_from(
    [
        "24%",
        "0.24",
        "10 %",
        "-5%",
        "24",
        "nan",
        "inf",
        "",
        "%",
        "1e3",
        "2,5%",
        "0",
        "−5%",
        "=",
        "٣%",
    ]
)
SETTING = st.builds("{}.{}={}".format, ECONOMY, ECONOMY, RATE) | ANYTHING
OPTION = st.one_of(
    st.tuples(st.just("--set"), SETTING),
    st.tuples(
        st.just("--tariffs"), st.sampled_from(["us-2025-04-02", "us-current", ""]) | ANYTHING
    ),
    st.tuples(st.just("--model"), st.sampled_from(["armington", "ignatenko-2025"]) | ANYTHING),
    st.tuples(st.just("--retaliation"), st.sampled_from(["none", "reciprocal"]) | RATE | ANYTHING),
    st.tuples(st.just("--revenue"), st.sampled_from(["lump-sum", "tax-relief", "none"])),
    st.tuples(st.just("--deficits"), st.sampled_from(["fixed", "world-share", "none"])),
    st.tuples(st.just("--basis"), st.sampled_from(["auto", "paid", "statutory", "both"])),
    st.tuples(
        st.just("--param"),
        st.builds(
            "{}={}".format, st.sampled_from(["trade_elasticity", "scale_elasticity", "x"]), RATE
        )
        | ANYTHING,
    ),
    st.tuples(st.just("--json")),
    st.tuples(ANYTHING),
)
OPTIONS = st.lists(OPTION, max_size=3).map(lambda found: [word for pair in found for word in pair])
WORLD = st.sampled_from(["world-2023"] * 4 + ["world", ".", "/"]) | ANYTHING


@settings(max_examples=120, deadline=None)
@given(world=WORLD, options=OPTIONS)
def test_trade_answers_or_explains(world: str, options: list[str]) -> None:
    check("trade", world, *options)


@settings(max_examples=80, deadline=None)
@given(
    command=st.sampled_from(
        [
            ["cite"],
            ["export"],
            ["compare"],
            ["parameters"],
            ["replicate", "--json", "x"],
            ["worlds"],
            ["models", "--json"],
            ["chart", "x"],
            ["run", "x", "--draws", "1"],
            ["run", "pause-2025", "--draws", "0", "--set"],
            ["run", "pause-2025", "--seed", "-1", "--set"],
            [],
        ]
    ),
    words=st.lists(ANYTHING | SETTING, max_size=2),
)
def test_every_command_answers_or_explains(command: list[str], words: list[str]) -> None:
    check(*command, *words)


def check(*arguments: str) -> None:
    done = triffin(*arguments)
    assert done.code in (0, 2, 3)
    if done.code:
        done.stopped(done.code)
    elif "--json" in arguments and "-h" not in arguments and "--help" not in arguments:
        assert isinstance(done.json, dict)
