"""The examples in the docstrings of the public functions say what the functions do."""

from __future__ import annotations

import doctest
import re
from importlib import import_module

import pytest

from triffin import load_world, tariff_schedule

MODULES = (
    "triffin.scenario.loading",
    "triffin.scenario.tariffs",
    "triffin.world.base.rates",
    "triffin.world.data.own.maturities",
    "triffin.world.data.own.partners",
    "triffin.world.data.own.priors",
    "triffin.world.data.own.reader",
    "triffin.world.data.series",
    "triffin.world.loading",
    "triffin.world.registry.registry",
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_hold(name: str) -> None:
    found = doctest.testmod(import_module(name))
    assert found.attempted > 0
    assert found.failed == 0


def test_a_notebook_shows_a_table_and_a_picture_in_one_piece() -> None:
    world = load_world("world-2023")
    schedule = tariff_schedule(world, {"USA": {"*": 0.1}}, label="10 % & more")
    for shown, words in ((world, ("United States", "<svg", "trillion")), (schedule, ("10 %",))):
        html = shown._repr_html_()
        assert html.count("<table>") == html.count("</table>") == html.count("<svg") == 1
        assert all(word in html for word in words)
        assert "\n" not in repr(shown)
    assert "10 % &amp; more" in schedule._repr_html_()
    # every flow between two economies stands in one bar, 193 of them at 10 %
    figures = [int(n.replace(",", "")) for n in re.findall(r">([\d,]+)</text>", html)]
    assert sum(figures) == 194 * 193
    assert figures[2] == 193
