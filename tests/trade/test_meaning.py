"""Answers keep within their meaning: branches, poles, budgets, and welfare by its own utility."""

from __future__ import annotations

import numpy as np
import pytest
from textbook import toy_world

import triffin
from triffin.trade.batch.batches import solve_many
from triffin.trade.batch.kernel import POLE_MARGIN
from triffin.trade.equilibrium import solve
from triffin.trade.one.branch import labor_supply_pole, real_change
from triffin.trade.one.counterfactual import baseline_of, polish, violations
from triffin.trade.one.kernel import evaluate, pose
from triffin.trade.one.solver import solve_ladder
from triffin.trade.shared.solver import Attempt, confirmed, largest
from triffin.world.base.errors import InputError, NoEquilibrium, NotConverged

WORLD = triffin.load_world("world-2023")
ROUNDABOUT = "ignatenko-2025-roundabout"


def test_households_cannot_spend_less_than_nothing():
    """Purchases of inputs keep gross spending positive where households of Guinea have none."""
    with pytest.raises(NoEquilibrium, match=r"Guinea \(GIN\)"):
        solve(WORLD, {"USA": {"*": 1.1}}, model=ROUNDABOUT, revenue="lump-sum")


def test_a_batch_knows_that_households_cannot_spend_less_than_nothing():
    rates = np.zeros((2, 194, 194))
    rates[:, :, WORLD.index("USA")] = np.array([[0.1], [1.1]])
    rates[:, WORLD.index("USA"), WORLD.index("USA")] = 0.0
    found = solve_many(WORLD, rates, model=ROUNDABOUT, revenue="lump-sum")
    assert found.status[0] == "converged"
    assert found.status[1].startswith("no equilibrium: Guinea")


@pytest.mark.parametrize("revenue", ["lump-sum", "tax-relief"])
def test_an_equilibrium_that_free_trade_does_not_lead_to_is_none(revenue):
    # The equations have a solution with real income of +220,000,000 % there.
    world = toy_world([[0, 0.64e9], [0.55e9, 0]], [1.44e9, 89e9], ("USA", "BBB"))
    with pytest.raises((NoEquilibrium, NotConverged)):
        solve(
            world, {"USA": {"BBB": 1.0}}, model=ROUNDABOUT, revenue=revenue, trade_elasticity=1.73
        )


def test_large_changes_are_followed_from_free_trade():
    rates = np.full((194, 194), 5.0) * (1 - np.eye(194))
    base = baseline_of(WORLD, deficits="balanced")

    def at_fraction(fraction):
        part = np.expm1(fraction * np.log1p(rates))
        return pose(base, part, revenue="lump-sum", deficits="balanced")

    found, attempts = solve_ladder(at_fraction(1.0), at_fraction)
    assert np.max(np.abs(real_change(at_fraction(1.0), found.state))) > 1
    assert attempts[-1].method == "continuation"
    assert confirmed(found, attempts[-1])


def test_the_labor_supply_multiplier_of_the_united_states_has_its_pole_at_0_674():
    base = baseline_of(WORLD, ROUNDABOUT)
    usa = WORLD.index("USA")
    pole, first = labor_supply_pole(base)
    closed = (base.beta - base.psi * (1 - base.beta)) / (base.psi + base.phi[usa] - 1)
    assert (first, pole) == (usa, pytest.approx(closed))
    assert pole == pytest.approx(0.674, abs=5e-4)


@pytest.mark.parametrize("kappa", [0.68, 0.9, 5.0])
def test_a_parameter_point_beyond_a_pole_is_refused(kappa):
    with pytest.raises(InputError, match=r"United States.*0\.674") as refused:
        solve(WORLD, {"USA": {"*": 0.1}}, model=ROUNDABOUT, labor_supply_elasticity=kappa)
    assert refused.value.field == "labor_supply_elasticity"


def test_no_draw_reaches_across_a_pole():
    kappa = np.array([0.5, 0.60, 0.66, 0.69])
    drawn = {"labor_supply_elasticity": kappa}
    found = solve_many(WORLD, "us-2025-04-02", model=ROUNDABOUT, parameters=drawn)
    pole, _ = labor_supply_pole(baseline_of(WORLD, ROUNDABOUT))
    assert found.converged.tolist() == (kappa < (1 - POLE_MARGIN) * pole).tolist()
    assert all("labor supply" in reason for reason in found.failures)


def test_welfare_of_guinea_is_not_given_at_its_own_pole():
    # With roundabout inputs, between 0.670 and the pole of the United States at 0.674.
    options = {"model": ROUNDABOUT, "revenue": "lump-sum"}
    beyond = solve(WORLD, {"USA": {"*": 0.05}}, labor_supply_elasticity=0.672, **options)
    assert np.isnan(beyond.of("GIN")["welfare"])
    assert np.isfinite(beyond.of("GIN")["real_income"])
    assert any("Guinea (GIN)" in note and "0.67" in note for note in beyond.notes)
    below = solve(WORLD, {"USA": {"*": 0.05}}, labor_supply_elasticity=0.5, **options)
    assert np.isfinite(below.of("GIN")["welfare"])
    # In draws a margin is kept: in the one-sector model the pole of Guinea is at 1.389.
    drawn = {"labor_supply_elasticity": [0.5, 1.38]}
    batch = solve_many(WORLD, {"USA": {"*": 0.05}}, parameters=drawn, economies=("GIN", "USA"))
    assert batch.converged.all()
    assert np.isfinite(batch.welfare).tolist() == [[True, True], [False, True]]


def test_the_utility_behind_the_labor_supply_gives_the_united_states_0_633():
    announced = solve(WORLD, "us-2025-04-02").of("USA")
    assert announced["welfare"] == pytest.approx(1.131, abs=5e-4)
    assert announced["welfare_utility"] == pytest.approx(0.633, abs=5e-4)


def test_without_tax_relief_the_published_formula_is_the_utility():
    found = solve(WORLD, "us-2025-04-02", revenue="lump-sum")
    np.testing.assert_allclose(found.welfare, found.welfare_utility, atol=1e-10)


def test_households_choose_the_labor_that_maximizes_this_utility():
    """U(L) = take-home wage times L + the rest - the cost of work, at its maximum over L."""
    found = solve(WORLD, "us-2025-04-02")
    base, s = found.baseline, found.state
    kappa = base.kappa
    # Take-home labor income before, in goods; after, at any labor L relative to before.
    before = (1 - s.tau) * base.Y
    labor = np.exp(s.ell)
    take_home = np.exp(s.omega - s.p) / (1 - s.tau)

    def utility(change):
        work = kappa / (1 + kappa) * before * (labor * change) ** ((1 + kappa) / kappa)
        rest = found.final_spending / np.exp(s.p) - before * take_home * labor
        return rest + before * take_home * labor * change - work

    at = utility(1.0)
    assert np.all(utility(1.01) < at)
    assert np.all(utility(0.99) < at)
    start = base.final_spending - kappa / (1 + kappa) * before
    known = np.isfinite(found.welfare_utility)
    np.testing.assert_allclose(
        (100 * (at / start - 1))[known], found.welfare_utility[known], atol=1e-8
    )


def test_what_does_not_add_up_is_polished():
    base = baseline_of(WORLD)
    rates = np.zeros((194, 194))
    rates[:, 0] = 0.2
    rates[0, 0] = 0.0
    problem = pose(base, rates, revenue="lump-sum", deficits="world-share")
    x = solve(WORLD, rates, revenue="lump-sum").point
    rough = x + 3e-8 * np.random.default_rng(1).normal(size=len(x))
    state = evaluate(problem, rough)
    assert max(violations(problem, state).values()) > 1e-9
    attempt = Attempt(rough, state, largest(state), 1, "rough")
    _, _, found = polish(problem, attempt, state)
    assert max(found.values()) <= 1e-9


def test_a_net_subsidy_has_an_equilibrium():
    found = solve(WORLD, {"USA": {"*": 0.01, "CHN": -0.06}})
    assert found.of("USA")["revenue"] < 0
