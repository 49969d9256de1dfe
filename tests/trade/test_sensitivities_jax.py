"""Derivatives by JAX of the textbook equations agree with the kernel's; skipped without JAX."""

from __future__ import annotations

import numpy as np
import pytest
from textbook import random_world

from triffin.trade.equilibrium import solve
from triffin.trade.sensitivities import sensitivities

jax = pytest.importorskip("jax")


@pytest.mark.parametrize("revenue", ["tax-relief", "lump-sum"])
def test_jax_differentiates_the_textbook_equations_to_the_same_numbers(revenue):
    import jax.numpy as jnp

    n = 4
    world = random_world(3, n=n)
    rates = np.random.default_rng(1).uniform(0, 0.5, (n, n)) * (1 - np.eye(n))
    here = solve(world, rates, revenue=revenue)
    b = here.baseline

    def economy(x, t, eps, kappa):
        """Gaps of the equations of trade.md section 2 and welfare, at logs of w, E, L."""
        w, E, L = jnp.exp(x[:n]), jnp.exp(x[n : 2 * n]), jnp.exp(x[2 * n :])
        weights = b.share * ((w / L**b.psi) ** -eps)[:, None] * (1 + t) ** (-eps * b.phi)
        price = (E / w) ** (1 - b.phi) * weights.sum(axis=0) ** (-1 / eps)
        flows = weights / weights.sum(axis=0) * E * b.E / (1 + t)
        collected = (t * flows).sum(axis=0)
        income = w * L * b.Y
        tau = collected / income if revenue == "tax-relief" else jnp.zeros(n)
        transfer = b.T * income.sum() / b.Y.sum()
        sales = (flows * (1 - b.nu)).sum(axis=1) + b.nu * flows.sum(axis=0)
        gaps = [
            jnp.log(sales / income) + (price - 1) @ b.E / b.E.sum(),
            jnp.log((collected + income + transfer) / (E * b.E)),
            jnp.log(L) - kappa * jnp.log(w / (1 - tau) / price),
        ]
        delta = b.E / (b.E - kappa * (1 - tau) * b.Y / (1 + kappa))
        welfare = 100 * (delta * E / price + (1 - delta) * w * L / price - 1)
        return jnp.concatenate(gaps), welfare[0]

    with jax.enable_x64(True):
        spent = here.final_spending / b.final_spending
        point = jnp.array(np.concatenate([here.state.omega, np.log(spent), here.state.ell]))
        at = (point, jnp.array(rates), b.epsilon, b.kappa)
        gaps, welfare = economy(*at)
        assert np.max(np.abs(gaps)) < 1e-10
        assert float(welfare) == pytest.approx(here.welfare[0], abs=1e-9)
        by_gap, by_welfare = jax.jacobian(economy, argnums=(0, 1, 2, 3))(*at)
        adjoint = np.linalg.solve(np.asarray(by_gap[0]).T, np.asarray(by_welfare[0]))
        total = [
            np.asarray(own) - np.tensordot(adjoint, np.asarray(gap), axes=(0, 0))
            for own, gap in zip(by_welfare[1:], by_gap[1:], strict=True)
        ]
    found = sensitivities(here, "welfare", "USA")
    off = ~np.eye(n, dtype=bool)
    assert 100 * found.tariffs[0][off] == pytest.approx(total[0][off], rel=1e-6, abs=1e-9)
    assert found.parameter("trade_elasticity").derivative == pytest.approx(total[1], rel=1e-6)
    assert found.parameter("labor_supply_elasticity").derivative == pytest.approx(
        total[2], rel=1e-6
    )
