"""Random small worlds: each one converges, and an independent residual confirms it."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_sectors import synthetic_world

from triffin.trade.many import equilibrium_residuals, sector_baseline, solve_sectors


@st.composite
def cases(draw: st.DrawFn) -> dict:
    return {
        "economies": draw(st.integers(2, 5)),
        "sectors": draw(st.integers(1, 4)),
        "seed": draw(st.integers(0, 10_000)),
        "zero_flows": draw(st.sampled_from([0.0, 0.2, 0.5])),
        "zero_inputs": draw(st.sampled_from([0.0, 0.3, 1.0])),
        "ceiling": draw(st.sampled_from([0.3, 1.0, 5.0])),
        "deficits": draw(st.sampled_from(["world-share", "balanced"])),
        "kappa": draw(st.sampled_from([0.0, 0.5])),
        "psi": draw(st.sampled_from([0.0, 0.05])),
        "iceberg": draw(st.booleans()),
    }


@settings(max_examples=120, deadline=None, derandomize=True)
@given(cases())
def test_random_worlds_converge_and_satisfy_every_equation(case: dict) -> None:
    n, s = case["economies"], case["sectors"]
    world, data = synthetic_world(
        n,
        s,
        seed=case["seed"],
        zero_flows=case["zero_flows"],
        zero_inputs=case["zero_inputs"],
    )
    base = sector_baseline(
        world,
        data,
        deficits=case["deficits"],
        labor_supply_elasticity=case["kappa"],
        scale_elasticity=case["psi"],
    )
    rng = np.random.default_rng(case["seed"])
    rates = rng.uniform(0.0, case["ceiling"], base.tariff.shape)
    rates[:, np.arange(n), np.arange(n)] = 0.0
    iceberg = rng.uniform(0.9, 1.2, (s, n, n)) if case["iceberg"] else None
    result = solve_sectors(base, rates, deficits=case["deficits"], iceberg=iceberg)
    state = result.state
    found = equilibrium_residuals(
        base,
        rates,
        wage=np.exp(state.omega),
        labor=np.exp(state.ell),
        price=np.exp(state.p),
        expenditure=state.X,
        deficits=case["deficits"],
        iceberg=iceberg,
    )
    assert max(found.values()) <= 1e-9, found
    assert result.residual <= 1e-10
    assert result.wage_error <= 1e-10
