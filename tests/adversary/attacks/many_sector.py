"""Random many-sector worlds against the independent many-sector model."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import triffin

from ..finding import Crashed, Finding, Refused, ask, repeat
from ..reference.many_sector import Answer, Closure, Sectors, solve
from ..reference.path import NoBranch
from ..worlds import CLOSURES, CODES, RELAXED, fitted, save_sectors, sectors
from .one_sector import TOLERANCE

FULL = 2_000

Array = np.ndarray


def attack(n: int, seed: int) -> list[Finding]:
    """Findings of n random worlds."""
    return repeat(one, n, seed)


def one(seed: int, index: int) -> list[Finding]:
    """Findings of one world."""
    rng = np.random.default_rng([seed, index, 2])
    n_sectors, n = int(rng.integers(2, 5)), int(rng.integers(2, 6))
    world = _shape(rng, sectors(rng, n_sectors, n))
    tariff, closure = _tariff(rng, world), _closure(rng)
    got = production(world, tariff, closure)
    return [
        Finding("many_sector", seed, index, kind, what, f"{n_sectors} x {n}, {closure}")
        for kind, what in judge(world, tariff, closure, got)
    ]


def _shape(rng: np.random.Generator, world: Sectors) -> Sectors:
    """Sometimes two blocs or an economy without trade, whose flows go to its home market."""
    draw, n = rng.random(), world.trade.shape[1]
    if draw > 0.25 or n < 3:
        return world
    left = rng.permutation(n)[: (1 if draw < 0.1 else n // 2)]
    inside = np.zeros(n, dtype=bool)
    inside[left] = True
    cut = inside[:, None] != inside[None, :]
    trade = np.where(cut[None], 0.0, world.trade)
    lost = (world.trade - trade).sum(axis=2)
    diagonal = np.arange(n)
    trade[:, diagonal, diagonal] += lost
    return fitted(replace(world, trade=trade))


def _tariff(rng: np.random.Generator, world: Sectors) -> Array:
    top = float(rng.choice((0.0, 0.3, 1.0, 5.0), p=(0.1, 0.4, 0.3, 0.2)))
    raised = np.where(rng.random(world.trade.shape) < 0.6, rng.uniform(0, 1), 0.0)
    tariff = np.where(raised > 0, rng.uniform(0, max(top, 1e-12), world.trade.shape), world.tariff)
    diagonal = np.arange(world.trade.shape[1])
    tariff[:, diagonal, diagonal] = 0.0
    return tariff


def _closure(rng: np.random.Generator) -> Closure:
    return Closure(
        str(rng.choice(RELAXED, p=(0.7, 0.3))),
        str(rng.choice(CLOSURES, p=(0.6, 0.15, 0.25))),
        float(rng.choice((0.0, 0.0, 0.5))),
        bool(rng.random() < 0.75),
    )


def production(world: Sectors, tariff: Array, closure: Closure) -> Any:
    """The program's equilibrium."""
    model = "caliendo-parro-2015" if closure.inputs else "armington-many-sectors"
    with tempfile.TemporaryDirectory() as folder:
        path = save_sectors(world, CODES[: world.trade.shape[1]], Path(folder))
        return ask(
            lambda: triffin.trade.solve(
                triffin.load_world(str(path)),
                tariff,
                model=model,
                revenue=closure.revenue,
                deficits=closure.deficits,
                labor_supply_elasticity=closure.kappa,
            )
        )


def judge(world: Sectors, tariff: Array, closure: Closure, got: Any) -> list[tuple[str, str]]:
    """Kinds and words of what is wrong with the program's answer."""
    if isinstance(got, Crashed):
        return [("crash", f"{got.name}: {got.reason}")]
    want: Answer | NoBranch
    try:
        want = solve(world, tariff, closure)
    except NoBranch as end:
        want = end
    if isinstance(got, Refused):
        return []
    real = np.asarray(got.real_income)
    found = []
    if not np.isfinite(real).all() or (real < -100).any():
        found.append(("impossible", f"real income {real.tolist()}"))
    if isinstance(want, NoBranch):
        if want.certain:
            found.append(("branch", f"{want}; it says real income {real.tolist()}"))
        return found
    for name in ("real_income", "employment", "real_wage"):
        right, value = getattr(want, name), np.asarray(getattr(got, name))
        gap = float(np.max(np.abs(value - right) / np.maximum(100, np.abs(100 + right))))
        if not gap <= TOLERANCE:
            found.append(
                ("wrong", f"{name} {value.tolist()}, right {right.tolist()}: off by {gap:.1e}")
            )
    return found
