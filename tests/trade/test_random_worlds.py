"""Random worlds and tariffs: a true equilibrium, or an honest answer that names an economy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from textbook import random_world, residual

from triffin.trade.equilibrium import solve
from triffin.trade.one.counterfactual import baseline_of
from triffin.world.base.errors import InputError, NoEquilibrium, NotConverged

CASES = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


@st.composite
def worlds(draw):
    """3 to 8 economies including the United States; up to half of the pairs do not trade."""
    return random_world(
        draw(st.integers(0, 10**6)),
        n=draw(st.integers(3, 8)),
        openness=draw(st.floats(0.05, 0.45)),
        zeros=draw(st.floats(0.0, 0.5)),
    )


@st.composite
def confrontations(draw):
    """A world, and tariffs from 0 to 500 % of some on some."""
    world = draw(worlds())
    n = world.n_economies
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    highest = draw(st.sampled_from([0.1, 0.5, 1.5, 5.0]))
    rates = rng.uniform(0, highest, (n, n)) * (rng.random((n, n)) < draw(st.floats(0.1, 1.0)))
    np.fill_diagonal(rates, 0.0)
    return world, rates


def solved_or_named(world, rates, **options):
    """The equilibrium, checked against the textbook, or None if the answer names an economy."""
    try:
        found = solve(world, rates, **options)
    except InputError as error:
        # No base to start from: no multinational shares, households with nothing to spend, or an
        # elasticity beyond the pole of labor supply.
        reasons = ("multinational", "nothing to spend", "multiplier")
        refused, named = error, any(reason in str(error) for reason in reasons)
    except (NoEquilibrium, NotConverged) as error:
        refused, named = error, any(code in str(error) for code in world.economies)
    else:
        assert found.status == "converged"
        assert residual(found) < 1e-9
        return found
    assert named, str(refused)
    return None


def calibrated(world) -> bool:
    """Whether the world can have the multinational shares of the paper."""
    try:
        baseline_of(world)
    except InputError:
        return False
    return True


@pytest.mark.parametrize(
    "model",
    ["ignatenko-2025", "ignatenko-2025-roundabout", "ignatenko-2025-eaton-kortum", "armington"],
)
@pytest.mark.parametrize("deficits", ["world-share", "balanced"])
@CASES
@given(case=confrontations())
def test_lump_sum_worlds_have_an_equilibrium_or_a_named_reason(model, deficits, case):
    solved_or_named(*case, model=model, revenue="lump-sum", deficits=deficits)


@CASES
@given(case=confrontations())
def test_balanced_lump_sum_worlds_always_have_an_equilibrium(case):
    assume(calibrated(case[0]))
    assert residual(solve(*case, revenue="lump-sum", deficits="balanced")) < 1e-9


@pytest.mark.parametrize("deficits", ["world-share", "fixed"])
@CASES
@given(case=confrontations())
def test_tax_relief_worlds_have_an_equilibrium_or_a_named_reason(deficits, case):
    solved_or_named(*case, revenue="tax-relief", deficits=deficits)


@CASES
@given(case=confrontations(), retaliation=st.sampled_from(["reciprocal", "20%", 1.0]))
def test_retaliation_never_lowers_a_rate_and_hits_only_who_hit(case, retaliation):
    world, rates = case
    found = solved_or_named(world, rates, revenue="lump-sum", retaliation=retaliation)
    if found is None:
        return
    assert np.all(found.tariffs >= rates)
    untouched = (rates == 0) & (rates.T == 0)
    assert not found.tariffs[untouched].any()
