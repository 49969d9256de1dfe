"""What would have to be true: thresholds found, refused, or said not to exist."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triffin.run.engine import loaded, run
from triffin.studies.cache import RunCache
from triffin.studies.solve.path import goal, target_value, vary
from triffin.studies.solve.search import CONVERGED, NO_VALUE, STEPS_OVER, search
from triffin.studies.solve.solve_for import Question, contour, level_line, solve_for
from triffin.world.base.errors import InputError
from triffin.world.registry.registry import parameter

Function = Callable[[float], float]

SMOOTH: dict[str, tuple[Function, float]] = {
    "line": (lambda x: 3 * x - 1, 10.0),
    "falling": (lambda x: 8 - x**2, 1.0),
    "steep": (math.exp, 50.0),
    "flat at its root": (lambda x: (x - 3) ** 3, 0.0),
    "kink": (lambda x: max(0.0, x - 7) ** 0.3, 0.5),
    "only near the end": (lambda x: max(0.0, 100 * (x - 9)), 33.0),
    "not monotone": (lambda x: math.sin(3 * x), 0.3),
    "touched between points": (lambda x: 5 - (x - 4.4) ** 2, 4.9),
    "target near zero": (lambda x: 1e6 * (x - 3), 0.001),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_a_value_is_found_within_fifteen_evaluations(name: str) -> None:
    function, target = SMOOTH[name]
    found = search(function, target, 0.0, 10.0)
    assert found.status == CONVERGED
    assert found.solution is not None
    assert found.achieved == function(found.solution)
    assert abs(found.achieved - target) <= found.tolerance
    assert len(found.evaluations) <= 15
    assert len({x for x, _ in found.evaluations}) == len(found.evaluations)


@given(st.floats(-50, 50), st.floats(0.05, 3), st.floats(0.01, 0.99), st.sampled_from([-1.0, 1.0]))
def test_every_target_of_a_monotone_function_is_found(
    level: float, curve: float, place: float, sign: float
) -> None:
    def function(x: float) -> float:
        return level + sign * math.expm1(curve * x)

    target = function(10 * place)
    found = search(function, target, 0.0, 10.0)
    assert found.status == CONVERGED
    assert found.monotone
    assert abs(found.achieved - target) <= found.tolerance  # type: ignore[operator]


@pytest.mark.parametrize("function", [lambda x: x, lambda x: 5 - (x - 4.4) ** 2, lambda _: 1.0])
def test_no_value_in_the_range_is_an_answer(function: Function) -> None:
    found = search(function, 20.0, 0.0, 10.0)
    assert (found.status, found.solution, found.achieved) == (NO_VALUE, None, None)
    assert found.closest is not None
    assert found.closest[1] == max(y for _, y in found.evaluations)


def test_a_step_over_the_target_is_named_and_never_called_a_solution() -> None:
    found = search(lambda x: float(x > 3.3), 0.5, 0.0, 10.0)
    assert found.status == STEPS_OVER
    assert found.achieved in (0.0, 1.0)
    assert found.bracket is not None
    assert found.bracket[0] <= 3.3 < found.bracket[1]
    assert found.bracket[1] - found.bracket[0] < 0.01


def test_whole_numbers_only() -> None:
    found = search(lambda x: x * x, 49.0, 1.0, 20.0, whole=True)
    assert (found.status, found.solution) == (CONVERGED, 7.0)
    between = search(lambda x: x * x, 50.0, 1.0, 20.0, whole=True)
    assert (between.status, between.bracket) == (STEPS_OVER, (7.0, 8.0))
    assert all(x == int(x) for x, _ in between.evaluations)


def test_values_without_an_answer_are_passed_over() -> None:
    found = search(lambda x: math.nan if x > 5 else x, 3.0, 0.0, 10.0)
    assert (found.status, found.solution) == (CONVERGED, 3.0)


def test_the_level_line_lies_where_a_plane_has_the_level() -> None:
    x, y = np.linspace(0, 1, 7), np.linspace(0, 2, 5)
    line = level_line(x, y, 2 * x[None, :] + y[:, None], 1.3)
    assert len(line) > 4
    np.testing.assert_allclose([2 * a + b for a, b in line], 1.3)
    assert level_line(x, y, np.zeros((5, 7)), 1.3) == []


@pytest.fixture(scope="module")
def question() -> Question:
    # Two draws: what is tested is the search, and every run costs a second.
    return Question("universal-10", draws=2)


def test_the_tariff_that_collects_a_given_revenue(question: Question, tmp_path: Path) -> None:
    cache = RunCache(tmp_path, 10**9)
    wanted = run("universal-10", draws=2, overrides=["tariff.USA.CHN=17.5%"])
    target = wanted.entry("hegemon_revenue")["median"]
    path = vary("tariff.USA.CHN", "10%", "30%", loaded("universal-10"))
    solved = solve_for(question, "hegemon_revenue", str(target), path, cache=cache)
    assert (solved.found.status, solved.unit) == (CONVERGED, "bn USD")
    assert abs(solved.found.achieved - target) <= 1e-3 * target  # type: ignore[operator]
    again = solve_for(question, "hegemon_revenue", str(target), path, cache=cache)
    assert again == solved
    grid, _, _ = contour(
        question,
        "hegemon_revenue",
        str(target),
        (path, vary("changes.trade_elasticity.value", "4.9", "5.1", loaded("universal-10"))),
        size=2,
        workers=1,
        cache=cache,
    )
    assert grid.values.shape == (2, 2)
    assert np.isfinite(grid.values).all()
    # The corners are runs: columns are the first path, rows the second.
    corner = run(
        "universal-10",
        draws=2,
        overrides=["tariff.USA.CHN=30%", "changes.trade_elasticity=4.9"],
    )
    assert grid.values[0, 1] == corner.entry("hegemon_revenue")["median"]


def test_ranges_that_a_path_has_of_its_own() -> None:
    plan = loaded("japan-2025")
    tariff = vary("tariff.USA.JPN", None, None, plan)
    assert (tariff.low, tariff.high, tariff.setting(0.245)) == (0.0, 1.0, "tariff.USA.JPN=24.5%")
    dumps = loaded("japan-dumps")
    sales = [vary(f"treasuries[{k}].sell_treasuries_usd_bn", None, None, dumps) for k in (0, 1)]
    sale = sales[0]
    assert sale.path == "treasuries.0.sell_treasuries_usd_bn"
    # All that the sector may hold: Japan held 1,130.8 bn USD at the end of March 2025 (TIC), of
    # which the official share is known as a range.
    share = parameter("japan_official_share")
    assert sale.high == pytest.approx(1130.8 * share.high, abs=0.1)
    assert sales[1].high == pytest.approx(1130.8 * (1 - share.low), abs=0.1)
    assert not sale.trade
    prior = vary("changes.trade.trade_elasticity.value", None, None, plan)
    entry = parameter("trade_elasticity")
    assert (prior.low, prior.high) == (entry.low, entry.high)
    days = vary("days", "30", "200", plan)
    assert (days.whole, days.setting(90.4)) == (True, "days=90")
    assert vary("changes.x.value", "1e-7", "1", plan).setting(1e-7) == "changes.x=0.0000001"


@pytest.mark.parametrize(
    ("path", "low", "high", "word"),
    [
        ("days", None, None, "--low and --high"),
        ("tariff.USA.JPN", "50%", "20%", "nothing between"),
        ("tariff.USA.JPN", "24", None, "24"),
        ("days", "many", "200", "not a number"),
        ("days", "nan", "200", "finite"),
        ("changes.trade_elastisity.value", None, None, "trade_elasticity"),
    ],
)
def test_a_range_that_is_none_is_refused(
    path: str, low: str | None, high: str | None, word: str
) -> None:
    with pytest.raises(InputError) as refusal:
        vary(path, low, high, loaded("japan-2025"))
    assert word in str(refusal.value)


def test_targets_are_written_in_the_unit_of_the_headline() -> None:
    assert goal("yield-10y-change=+150") == ("yield_10y_change", "+150")
    assert target_value("+150", "bp") == 150
    assert target_value("−2.5%", "%") == -2.5
    assert target_value("30%", "probability") == 0.3
    for text, unit in (("150%", "bp"), ("120%", "probability"), ("much", "bp"), ("inf", "bp")):
        with pytest.raises(InputError):
            target_value(text, unit)
    with pytest.raises(InputError):
        goal("yield_10y_change")
