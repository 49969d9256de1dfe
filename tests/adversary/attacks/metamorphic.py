"""What must not change an answer: order, unit, a split, strangers, names of nothing.

The program is compared with itself, so these relations hold whatever the model is.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

import triffin

from ..finding import Crashed, Finding, Refused, ask, command, repeat
from ..worlds import CODES, ELSEWHERE, SHAPES, Case, choose_model, ordinary, save_tables
from .one_sector import production

FULL = 1_000
TOLERANCE = 1e-6

Array = np.ndarray


def attack(n: int, seed: int) -> list[Finding]:
    """Findings of n random worlds, each put through all relations."""
    return repeat(one, n, seed)


def one(seed: int, index: int) -> list[Finding]:
    """Findings of one world."""
    rng = np.random.default_rng([seed, index, 3])
    case = _case(rng)
    got = production(case)
    name = "metamorphic"
    if isinstance(got, Refused):
        return []
    if isinstance(got, Crashed):
        return [Finding(name, seed, index, "crash", f"{got.name}: {got.reason}", case.describe())]
    before = 1 + np.asarray(got.real_income) / 100
    found = []
    for relation, other, places, may_refuse in relations(rng, case):
        then = production(other)
        if isinstance(then, Refused) and may_refuse:
            continue
        if isinstance(then, Refused | Crashed):
            what = f"{relation}: {then.name}: {then.reason}"
            found.append(Finding(name, seed, index, "answers no more", what, case.describe()))
            continue
        after = 1 + np.asarray(then.real_income)[places] / 100
        gap = float(np.max(np.abs(after - before) / np.maximum(1, np.abs(before))))
        if not gap <= TOLERANCE:
            what = f"{relation}: real income {before.tolist()} becomes {after.tolist()}"
            found.append(Finding(name, seed, index, relation, what, case.describe()))
    nothing = production(replace(case, tariff=np.zeros_like(case.tariff)))
    if not isinstance(nothing, Refused | Crashed):
        largest = float(np.max(np.abs(nothing.real_income)))
        if not largest <= 1e-6:
            what = f"no tariffs change real income by {largest:.2e} %"
            found.append(Finding(name, seed, index, "zero tariffs", what, case.describe()))
    if index % 10 == 0:
        found += _merged(rng, seed, index)
    return found


def _case(rng: np.random.Generator) -> Case:
    """Half of the worlds have no United States: without multinationals they can be split."""
    n = int(rng.integers(2, 7))
    case = ordinary(rng, n, CODES if rng.random() < 0.5 else ELSEWHERE)
    if rng.random() < 0.6:
        case = SHAPES[int(rng.integers(1, len(SHAPES)))](rng, case)
    return choose_model(rng, case, wild=False)


def relations(rng: np.random.Generator, case: Case) -> Iterator[tuple[str, Case, Array, bool]]:
    """(name, the changed world, where its old economies stand, whether it may be refused)."""
    n = len(case.codes)
    order = rng.permutation(n)
    yield "order of rows", case.reordered(order), np.argsort(order), False
    backwards = np.arange(n)[::-1]
    yield "rows backwards", case.reordered(backwards), np.argsort(backwards), False
    unit = float(rng.choice((1e-3, 1e3, 0.9217)))
    yield (
        "unit of money",
        replace(case, gdp=case.gdp * unit, trade=case.trade * unit),
        np.arange(n),
        False,
    )
    idle = case.tariff + np.where(case.trade > 0, 0.0, 0.5) * (1 - np.eye(n))
    yield "tariffs on nothing", replace(case, tariff=idle), np.arange(n), False
    if case.home is None:
        # A stranger may be refused by name (exit 2), but may not change anybody's answer.
        yield "an unrelated economy", _beside(case, ordinary(rng, 1, ("NZL",))), np.arange(n), True
        other = ordinary(rng, 3, ("NZL", "CHL", "ZAF"))
        yield "an unrelated bloc", _beside(case, other), np.arange(n), True
        k = int(rng.integers(n))
        yield "a split into halves", split(case, k), np.arange(n), False


def _beside(case: Case, other: Case) -> Case:
    """Two worlds in one, without a flow between them."""
    n, m = len(case.codes), len(other.codes)
    trade, tariff = np.zeros((n + m, n + m)), np.zeros((n + m, n + m))
    trade[:n, :n], trade[n:, n:] = case.trade, other.trade
    tariff[:n, :n], tariff[n:, n:] = case.tariff, other.tariff
    return replace(
        case,
        codes=case.codes + other.codes,
        gdp=np.concatenate([case.gdp, other.gdp]),
        trade=trade,
        tariff=tariff,
    )


def split(case: Case, k: int) -> Case:
    """Economy k as two identical halves that trade with each other as k does with itself."""
    n = len(case.codes)
    wide = np.append(np.arange(n), k)
    share = np.ones(n + 1)
    share[[k, n]] = 0.5
    trade = case.trade[np.ix_(wide, wide)] * np.outer(share, share)
    # Home sales, a quarter of which each half sells to itself and to the other.
    home = max(case.gdp[k] - case.trade[k].sum(), 0.0)
    for a, b in ((k, n), (n, k)):
        trade[a, b] = home / 4
    return replace(
        case,
        codes=(*case.codes, "HLF"),
        gdp=case.gdp[wide] * share,
        trade=trade,
        tariff=case.tariff[np.ix_(wide, wide)],
        kind=f"{case.kind}, split",
    )


def _merged(rng: np.random.Generator, seed: int, index: int) -> list[Finding]:
    """`triffin world check --map` puts two halves together again."""
    case = ordinary(rng, 4, ELSEWHERE)
    k = int(rng.integers(4))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_tables(split(case, k), folder / "halves", unit="USD")
        (folder / "map.csv").write_text(f"code,group\n{case.codes[k]},ONE\nHLF,ONE\n")
        out = folder / "whole.npz"
        done = command(
            "world",
            "check",
            folder / "halves",
            "--map",
            folder / "map.csv",
            "--out",
            out,
            folder=folder,
        )
        if done.code != 0:
            what = f"exit {done.code}: {done.err[:300]}"
            return [Finding("metamorphic", seed, index, "merging", what, case.describe())]
        merged = triffin.load_world(str(out))
    places = [merged.economies.index("ONE" if i == k else c) for i, c in enumerate(case.codes)]
    tariff = np.zeros_like(case.tariff)
    tariff[np.ix_(places, places)] = case.tariff
    then = ask(lambda: triffin.trade.solve(merged, tariff, model="armington", revenue="lump-sum"))
    before = production(case)
    if isinstance(before, Refused):
        return []
    if isinstance(then, Refused | Crashed) or isinstance(before, Crashed):
        return [Finding("metamorphic", seed, index, "merging", f"{then}", case.describe())]
    gap = float(np.max(np.abs(np.asarray(then.real_income)[places] - before.real_income)))
    if gap <= 100 * TOLERANCE:
        return []
    what = f"real income of merged halves is off by {gap:.2e} %"
    return [Finding("metamorphic", seed, index, "merging", what, case.describe())]
