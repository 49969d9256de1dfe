"""Changes from a stated baseline: two steps make one, whichever kernel takes them."""

from __future__ import annotations

import numpy as np
import pytest

from triffin.trade import solve

LAW, LATER = {"USA": {"*": 0.10}}, {"USA": {"*": 0.15, "CHN": 0.3}}


@pytest.mark.parametrize("world", ["world-2022", "world-2023"])
def test_from_the_law_to_later_and_from_nothing_to_the_law_is_from_nothing_to_later(
    world: str,
) -> None:
    options = {"revenue": "lump-sum", "deficits": "balanced"}
    first = solve(world, LAW, **options)
    whole = solve(world, LATER, **options)
    second = solve(world, LATER, baseline=LAW, **options)
    for name in ("welfare", "real_income", "real_gdp", "prices", "wage"):
        chained = (1 + getattr(first, name) / 100) * (1 + getattr(second, name) / 100)
        tolerance = 2e-4 if name == "real_gdp" else 1e-8  # another path of tariffs
        np.testing.assert_allclose(chained, 1 + getattr(whole, name) / 100, atol=tolerance / 10)


@pytest.mark.parametrize("world", ["world-2022", "world-2023"])
def test_nothing_changes_from_a_baseline_to_itself(world: str) -> None:
    found = solve(world, LATER, baseline=LATER)
    np.testing.assert_allclose(found.welfare, 0.0, atol=1e-8)
    np.testing.assert_allclose(found.real_gdp, 0.0, atol=1e-8)


def test_a_deficit_changes_in_per_cent_of_what_it_is_in_the_baseline() -> None:
    before, after = solve("world-2023", LAW), solve("world-2023", LATER)
    found = solve("world-2023", LATER, baseline=LAW)
    usa = before.world.index("USA")

    def level(one: object) -> float:
        flows = one.trade_flows
        return float(flows[:, usa].sum() - flows[usa].sum())

    changed = 100 * (level(after) - level(before)) / abs(level(before))
    assert found.deficit[usa] == pytest.approx(changed, rel=1e-9)
    assert found.revenue[usa] == pytest.approx(after.revenue[usa] - before.revenue[usa])
