"""Optimal tariffs against brute force over a grid, evaluated by the independent model."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

import triffin

from ..finding import Crashed, Finding, Refused, ask, repeat
from ..reference.one_sector import Answer
from ..worlds import MODELS, SHAPES, Case, ordinary, save
from .one_sector import reference

FULL = 120
# The program's own bounds; a grid that is coarse at the far end is enough to be beaten by.
UNIFORM = (-0.5, -0.2, -0.1, 0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1, 1.5, 2, 3)
FAR = (4, 5, 6, 7, 8, 9, 9.9)
COARSE = (-0.2, 0.0, 0.1, 0.2, 0.3, 0.5, 1.0, 3.0, 9.0)
GAIN = 1e-4  # per cent of income: above the accuracy of either side

Array = np.ndarray


def attack(n: int, seed: int) -> list[Finding]:
    """Findings of n random worlds."""
    return repeat(one, n, seed)


def one(seed: int, index: int) -> list[Finding]:
    """Findings of one world: a uniform, a bilateral or a bloc's optimum."""
    rng = np.random.default_rng([seed, index, 4])
    kind = ("uniform", "uniform", "bilateral", "bloc")[index % 4]
    case = _case(rng, kind)
    members = ["USA"] if kind != "bloc" else ["USA", case.codes[1]]
    got = _optimum(case, members, uniform=kind != "bilateral")
    found = [(k, w) for k, w in _judge(case, kind, members, got)]
    return [Finding("optima", seed, index, f"{kind}: {k}", w, case.describe()) for k, w in found]


def _case(rng: np.random.Generator, kind: str) -> Case:
    n = 3 if kind == "bilateral" else int(rng.integers(2 + (kind == "bloc"), 5))
    case = replace(ordinary(rng, n), tariff=np.zeros((n, n)))
    if rng.random() < 0.4:
        case = SHAPES[int(rng.integers(1, len(SHAPES)))](rng, case)
    model = str(rng.choice(MODELS))
    plain = model == "armington"
    choice = replace(
        case.choice,
        model=model,
        revenue=str(rng.choice(("lump-sum", "tax-relief"))),
        deficits=str(rng.choice(("world-share", "balanced"))),
        kappa=0.0 if plain else 0.5,
        psi=0.0 if plain else 0.1675,
        beta=0.49 if model.endswith("roundabout") else 1.0,
    )
    return replace(case, choice=choice)


def _optimum(case: Case, members: list[str], *, uniform: bool) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = save(case, Path(folder))
        return ask(
            lambda: triffin.trade.optimal_tariffs(
                triffin.load_world(str(path)),
                members if len(members) > 1 else members[0],
                uniform=uniform,
                model=case.choice.model,
                revenue=case.choice.revenue,
                deficits=case.choice.deficits,
            )
        )


def _judge(case: Case, kind: str, members: list[str], got: Any) -> list[tuple[str, str]]:
    if isinstance(got, Crashed):
        return [("crash", f"{got.name}: {got.reason}")]
    if isinstance(got, Refused):
        return []
    found = []
    said = f"{got.status} {' '.join(got.notes)}"
    if got.best_deviation_gain > GAIN and got.status == "converged":
        found.append(
            ("deviation gains", f"says converged and gains {got.best_deviation_gain:.4g} %")
        )
    if kind == "bloc" or "local" in said:
        return found
    at = case.codes.index("USA")
    claimed = float(np.asarray(got.welfare)[at])
    rates = np.asarray(got.tariffs)
    own = reference(replace(case, tariff=rates))
    if isinstance(own, Answer) and abs(own.welfare[at] - claimed) > GAIN * max(1, abs(claimed)):
        found.append(
            ("wrong", f"welfare {claimed:.6f} % at its rates, right {own.welfare[at]:.6f} %")
        )
    best, where = _brute_force(case, at, kind)
    if best > claimed + GAIN * max(1.0, abs(claimed)):
        chosen = np.round(rates[:, at], 4).tolist()
        found.append(
            ("beaten", f"{claimed:.5f} % at {chosen}; {best:.5f} % at {where}, within the bounds")
        )
    return found


def _brute_force(case: Case, at: int, kind: str) -> tuple[float, tuple[float, ...]]:
    """Highest welfare over the grid, and the rates that give it; continued from free trade."""
    n = len(case.codes)
    others = [o for o in range(n) if o != at]
    grid = (
        product(COARSE, repeat=len(others))
        if kind == "bilateral"
        else ((rate,) * len(others) for rate in (*UNIFORM, *FAR))
    )
    best, where = -np.inf, (np.nan,) * len(others)
    for rates in grid:
        tariff = np.zeros((n, n))
        tariff[others, at] = rates
        found = reference(replace(case, tariff=tariff))
        if isinstance(found, Answer) and found.meaningful.all() and found.welfare[at] > best:
            best, where = float(found.welfare[at]), rates
    return best, where
