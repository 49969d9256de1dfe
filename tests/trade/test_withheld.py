"""Trade that is prohibited or licensed in the many-sector kernel (models I.1, I.2)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from synthetic_sectors import synthetic_world

from triffin.trade.many import sector_baseline, solve_sectors
from triffin.trade.many.adjoint import pull_back
from triffin.trade.many.kernel import Withheld, evaluate, pose, push_forward, start
from triffin.trade.sensitivities import sensitivities
from triffin.world.base.errors import InputError

CLOSURES = [
    ({}, {}),
    ({"labor_supply_elasticity": 0.5}, {"revenue": "tax-relief"}),
    ({"labor_supply_elasticity": 0.5, "scale_elasticity": 0.05}, {"numeraire": "prices"}),
]


def baseline(**model):
    return sector_baseline(*synthetic_world(4, 3, seed=5), **model)


def balanced(**model):
    return sector_baseline(*synthetic_world(4, 3, seed=5), deficits="balanced", **model)


def withheld(base, cells, reduction, rents="burned"):
    """Cells (sector, exporter, importer), `:` allowed, less `reduction` of their trade."""
    left, chosen = np.ones(base.share.shape), np.zeros(base.share.shape, dtype=bool)
    for cell in cells:
        chosen[cell] = True
    chosen &= ~np.eye(4, dtype=bool)
    left[chosen] = 1 - reduction
    none = np.zeros_like(chosen)
    return Withheld(
        left, chosen if rents == "exporter" else none, chosen if rents == "importer" else none
    )


def mixed(base):
    """A ban, licences and rationing at once."""
    one = withheld(base, [(0, 1, 0)], 0.6, "exporter")
    two = withheld(base, [(1, 2, 0), (2, 1, 3)], 0.4, "importer")
    ban = withheld(base, [(2, 0, 1)], 1.0)
    return Withheld(one.left * two.left * ban.left, one.to_exporter, two.to_importer)


@pytest.mark.parametrize("rents", ["exporter", "importer", "burned"])
def test_a_ban_is_the_limit_of_any_restriction(rents) -> None:
    base = balanced()
    cells = [(slice(None), 1, 0)]
    ban = solve_sectors(base, base.tariff, deficits="balanced", iceberg=withheld(base, cells, 1.0))
    near = withheld(base, cells, 1 - 1e-13, rents)
    limit = solve_sectors(base, base.tariff, deficits="balanced", iceberg=near)
    np.testing.assert_allclose(limit.welfare, ban.welfare, atol=1e-5)
    assert (ban.trade_flows[:, 1, 0] == 0).all()
    cost = np.ones((4, 4))
    cost[1, 0] = 1e12
    dear = solve_sectors(base, base.tariff, deficits="balanced", iceberg=cost)
    np.testing.assert_allclose(dear.welfare, ban.welfare, atol=1e-8)
    assert not ban.rents.any()


def test_melted_licences_are_icebergs() -> None:
    base = baseline()
    held = withheld(base, [(0, 1, 0), (2, 3, 2)], 0.5)
    cost = held.left ** (-1 / base.theta[:, None, None])
    found = solve_sectors(base, base.tariff, iceberg=held)
    np.testing.assert_allclose(
        found.welfare, solve_sectors(base, base.tariff, iceberg=cost).welfare, atol=1e-9
    )


def test_rationing_at_home_is_a_tariff_that_takes_as_much_away() -> None:
    base = baseline()
    held = withheld(base, [(0, 1, 0)], 0.5, "importer")
    rates = base.tariff.copy()
    rates[0, 1, 0] = (1 + rates[0, 1, 0]) * 0.5 ** (-1 / base.theta[0]) - 1
    taxed, rationed = solve_sectors(base, rates), solve_sectors(base, base.tariff, iceberg=held)
    np.testing.assert_allclose(rationed.welfare, taxed.welfare, atol=1e-9)
    total = rationed.revenue_usd + rationed.rents.sum(axis=(0, 1))
    np.testing.assert_allclose(total, taxed.revenue_usd, rtol=1e-9)


def test_licences_pay_their_sender_and_rationing_its_buyer() -> None:
    base = balanced()
    cells = [(0, 1, 0)]

    def of(rents):
        held = withheld(base, cells, 0.3, rents)
        found = solve_sectors(base, base.tariff, deficits="balanced", iceberg=held)
        assert max(found.accounting.values()) < 1e-9
        return found

    to_exporter, to_importer, burned = of("exporter"), of("importer"), of("burned")
    assert to_exporter.welfare[1] > burned.welfare[1]
    assert to_importer.welfare[0] > burned.welfare[0]
    assert to_exporter.rents[0, 1, 0] > 0
    assert np.count_nonzero(to_exporter.rents) == 1


@pytest.mark.parametrize(("model", "closure"), CLOSURES)
def test_derivatives_hold_with_rents_and_prohibitions(model, closure) -> None:
    base = baseline(**model)
    problem = pose(base, base.tariff, withheld=mixed(base), **closure)
    rng = np.random.default_rng(0)
    u = start(base) + 0.05 * rng.normal(size=problem.size)
    state = evaluate(problem, u)
    forward = push_forward(problem, state, np.eye(problem.size)).T
    np.testing.assert_allclose(
        pull_back(problem, state, np.eye(problem.size)).du, forward, atol=1e-10
    )
    direction, h = rng.normal(size=problem.size), 1e-6
    ends = [evaluate(problem, u + k * direction).residual for k in (h, -h)]
    np.testing.assert_allclose(
        forward @ direction, (ends[0] - ends[1]) / (2 * h), atol=1e-6, rtol=1e-6
    )


def test_results_answer_tariffs_and_elasticities_with_rents() -> None:
    base = baseline()
    held = mixed(base)

    def solved(base, rates):
        return solve_sectors(base, rates, iceberg=held)

    found = solved(base, base.tariff)
    direction, h = np.zeros(base.tariff.shape), 1e-4
    direction[0, 1, 0] = direction[1, 2, 0] = direction[2, 3, 1] = 1.0
    for result, sector in (("welfare", None), ("exports", None), ("sector_output", "sector 1")):
        told = sensitivities(found, result, "E000", sector=sector)
        k = 0 if sector else None

        def value(base, rates, result=result, k=k):
            values = getattr(solved(base, rates), result)
            return float((values if k is None else values[k])[0])

        ends = [value(base, base.tariff + step * direction) for step in (h, -h)]
        by_tariff = float((told.tariffs * direction).sum()) * 100
        assert by_tariff == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-5, abs=1e-7)
        ends = [
            value(replace(base, theta=base.theta + step * np.eye(3)[0], cache={}), base.tariff)
            for step in (h, -h)
        ]
        (by_theta,) = (p.derivative for p in told.parameters
                       if p.name == "trade_elasticity" and p.sector == "sector 1")  # fmt: skip
        assert by_theta == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-4, abs=1e-7)


def test_an_economy_that_nobody_sells_to_is_as_alone_as_one_cut_off_both_ways() -> None:
    base = balanced()
    solve = {"deficits": "balanced"}
    embargo = withheld(base, [(slice(None), slice(None), 0)], 1.0)
    cut = withheld(base, [(slice(None), slice(None), 0), (slice(None), 0)], 1.0)
    one = solve_sectors(base, base.tariff, iceberg=embargo, **solve)
    both = solve_sectors(base, base.tariff, iceberg=cut, **solve)
    np.testing.assert_allclose(one.welfare, both.welfare, atol=1e-9)
    assert one.welfare[0] < -5
    assert any("trade with nobody" in note for note in one.notes)
    # Alone, it is the closed form of autarky: -sum over sectors of links times log home share.
    home = np.array([np.log(base.share[s, 0, 0]) / base.theta[s] for s in range(3)])
    prices = np.linalg.solve(np.eye(3) - base.inputs[0], home)
    # Wages change with prices alone: real income is output over the price index.
    assert one.real_wage[0] == pytest.approx(100 * np.expm1(base.final_share[:, 0] @ prices))


def test_two_blocs_cut_apart_have_a_numeraire_each() -> None:
    base = balanced()
    cut = withheld(base, [(slice(None), 0, 2), (slice(None), 0, 3), (slice(None), 1, 2),
                          (slice(None), 1, 3), (slice(None), 2, 0), (slice(None), 3, 0),
                          (slice(None), 2, 1), (slice(None), 3, 1)], 1.0)  # fmt: skip
    found = solve_sectors(base, base.tariff, deficits="balanced", iceberg=cut)
    assert any("blocs" in note for note in found.notes)
    assert (found.welfare < 0).all()


def test_parts_that_owe_each_other_and_markets_without_a_supplier_are_refused() -> None:
    base = baseline()
    with pytest.raises(InputError, match="owe"):
        solve_sectors(
            base, base.tariff, iceberg=withheld(base, [(slice(None), slice(None), 0)], 1.0)
        )
    purged = balanced()
    share = purged.share.copy()
    share[1, :, 2] = [0.5, 0.0, 0.0, 0.5]
    odd = replace(purged, share=share, cache={})
    with pytest.raises(InputError, match="nobody is left to sell sector 2"):
        solve_sectors(
            odd, odd.tariff, deficits="balanced",
            iceberg=withheld(odd, [(1, 0, 2), (1, 3, 2)], 1.0),
        )  # fmt: skip
