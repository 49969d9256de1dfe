"""The JAX backend finds what NumPy finds; without JAX it says what to install."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest
from textbook import random_world

from triffin.trade.batch.batches import VARIABLES, solve_many
from triffin.trade.models import MODELS
from triffin.trade.one.counterfactual import baseline_of
from triffin.world.base.errors import InputError

ONE_SECTOR = [name for name, model in MODELS.items() if model.sectors == "one"]

needs_jax = pytest.mark.skipif(find_spec("jax") is None, reason="JAX is not installed")


def random_rates(draws: int) -> np.ndarray:
    rates = np.random.default_rng(0).uniform(0, 0.3, (draws, 8, 8))
    np.einsum("dii->di", rates)[:] = 0.0
    return rates


def test_without_jax_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triffin.trade.batch.jax_backend.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"triffin\[jax\]"):
        solve_many(random_world(3, n=8), random_rates(2), backend="jax")


@needs_jax
@pytest.mark.parametrize(
    ("revenue", "deficits", "retaliation"),
    [
        ("tax-relief", "world-share", "none"),
        ("lump-sum", "fixed", "reciprocal"),
        ("lump-sum", "balanced", "15%"),
    ],
)
@pytest.mark.parametrize("model", ONE_SECTOR)
def test_jax_agrees_with_numpy(model: str, revenue: str, deficits: str, retaliation: str) -> None:
    base = baseline_of(random_world(3, n=8), model, deficits=deficits)
    rates = random_rates(7)
    drawn = {}
    if deficits != "balanced":
        drawn = {"trade_elasticity": np.linspace(2, 8, 7), "scale_elasticity": np.full(7, 0.1)}
    for tariffs, parameters in (
        (rates, {}),
        (({}, "USA", rates[:, :, 0]), {}),
        (({}, "USA", rates[:, :, 0]), drawn),
        (rates, drawn),
    ):
        ours, theirs = (
            solve_many(
                base,
                tariffs,
                revenue=revenue,
                deficits=deficits,
                retaliation=retaliation,
                parameters=parameters,
                variables=VARIABLES,
                tolerance=1e-12,
                chunk=4,
                backend=backend,
            )
            for backend in ("jax", "numpy")
        )
        assert ours.converged.all()
        assert np.all(ours.residual <= 1e-12)
        assert list(ours.method) == list(theirs.method)
        for name in VARIABLES:
            if name == "deficit" and deficits == "balanced":
                # What is left of the deficits of a purged base is rounding.
                continue
            scale = np.maximum(1.0, np.abs(theirs.values[name]))
            assert np.max(np.abs(ours.values[name] - theirs.values[name]) / scale) < 1e-9, name


@needs_jax
def test_jax_leaves_hard_draws_to_the_single_solver() -> None:
    world = random_world(3, n=8)
    rates = random_rates(3)
    rates[1] *= 30
    ours = solve_many(world, rates, backend="jax", tolerance=1e-12)
    theirs = solve_many(world, rates, tolerance=1e-12)
    assert list(ours.status) == list(theirs.status)
    assert np.array_equal(np.isnan(ours.welfare), np.isnan(theirs.welfare))
    assert np.nanmax(np.abs(ours.welfare - theirs.welfare)) < 1e-8
