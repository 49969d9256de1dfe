"""The examples in the docstrings of trade's public functions run and print what they say."""

from __future__ import annotations

import doctest
import inspect
import re

import numpy as np
import pytest

from triffin import trade
from triffin.trade.equilibrium import solve
from triffin.trade.games.cooperation import cooperative_tariffs
from triffin.trade.games.optimal import nash_tariffs, optimal_tariffs
from triffin.trade.games.payoff_table import payoff_table
from triffin.trade.shared.html import bars
from triffin.world.loading import load_world

FUNCTIONS = (
    solve,
    trade.solve_many,
    optimal_tariffs,
    nash_tariffs,
    payoff_table,
    cooperative_tariffs,
)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_examples_print_what_they_say(function) -> None:
    module = inspect.getmodule(function)
    examples = doctest.DocTestFinder(recurse=False).find(
        function, name=function.__name__, module=module, globs=dict(vars(module))
    )
    runner = doctest.DocTestRunner()
    for example in examples:
        runner.run(example)
    assert runner.tries > 0
    assert runner.failures == 0


def _tables(html: str) -> tuple[list[str], list[str]]:
    return re.findall(r"<tr><th>([^<]*)</th>", html)[1:], re.findall(r"<rect [^>]*>", html)


@pytest.mark.parametrize(
    ("world", "rates"),
    [("world-2023", {"USA": {"*": "10%"}}), ("nafta-1993", {"USA": {"MEX": "30%"}})],
)
def test_a_notebook_shows_the_most_affected_economies_first(world: str, rates: dict) -> None:
    found = solve(world, rates)
    assert len(repr(found).splitlines()) == 1
    economies, drawn = _tables(found._repr_html_())
    size = np.abs(found.welfare)
    expected = [found.world.names[i] for i in np.argsort(-size)[:8]]
    assert economies == expected
    assert len(drawn) == len(expected)


def test_a_batch_shows_medians_over_its_draws() -> None:
    batch = trade.solve_many(
        load_world("world-2023"),
        "us-2025-04-02",
        parameters={"trade_elasticity": [3.0, 4.0, 5.0]},
        economies=("USA", "CHN"),
    )
    html = batch._repr_html_()
    for code, median in zip(batch.economies, np.median(batch.welfare, axis=0), strict=True):
        name = batch.world.names[batch.world.index(code)]
        assert re.search(rf"<th>{name}</th><td>{median:.2f}</td>", html)


def test_bars_point_the_way_of_the_sign_and_escape_names() -> None:
    picture = bars(["A & B", "C"], np.array([1.0, -2.0]), "welfare")
    left, right = (float(x) for x in re.findall(r'<rect x="([\d.]+)"', picture))
    assert left > right
    assert "A &amp; B" in picture
