"""Extreme one-sector worlds against the independent model.

A finding is an answer that differs from the equilibrium that continues from free trade by more
than a millionth of welfare, an impossible value, a crash, or a refusal where there is no excuse.
Refusals with a reason are right wherever a world is extreme.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import triffin

from ..finding import Crashed, Finding, Refused, ask, repeat
from ..reference.one_sector import SMALLEST_LINK, Answer, NoCalibration, solve
from ..reference.path import NoBranch
from ..worlds import Case, extreme, is_ordinary, save

FULL = 10_000
TOLERANCE = 1e-6

Array = np.ndarray


def attack(n: int, seed: int) -> list[Finding]:
    """Findings of n random worlds."""
    return repeat(one, n, seed)


def one(seed: int, index: int) -> list[Finding]:
    """Findings of one world: reproducible from seed and index alone."""
    case = extreme(np.random.default_rng([seed, index]))
    kinds = judge(case, production(case))
    return [Finding("one_sector", seed, index, kind, what, case.describe()) for kind, what in kinds]


def production(case: Case) -> Any:
    """The program's equilibrium of a case, through the public interface."""
    with tempfile.TemporaryDirectory() as folder:
        path = save(case, Path(folder))
        return ask(
            lambda: triffin.trade.solve(
                triffin.load_world(str(path)),
                case.tariff,
                model=case.choice.model,
                revenue=case.choice.revenue,
                deficits=case.choice.deficits,
                **case.parameters,
            )
        )


def reference(
    case: Case, smallest: float = SMALLEST_LINK, first: float = 0.25
) -> Answer | NoBranch | NoCalibration:
    """The independent model's answer, or why there is none."""
    try:
        return solve(case.trade, case.gdp, case.home, case.tariff, case.choice, smallest, first)
    except (NoBranch, NoCalibration) as reason:
        return reason


def judge(case: Case, got: Any) -> list[tuple[str, str]]:
    """Kinds and words of what is wrong with the program's answer."""
    if isinstance(got, Crashed):
        return [("crash", f"{got.name}: {got.reason}")]
    want = reference(case)
    if isinstance(got, Refused):
        if is_ordinary(case) and isinstance(want, Answer):
            return [("refused", f"an ordinary world: {got.name}: {got.reason}")]
        return []
    welfare, real = np.asarray(got.welfare), np.asarray(got.real_income)
    found = [("impossible", words) for words in impossible(case, welfare, real, want)]
    if isinstance(want, NoCalibration):
        return [*found, ("answered", f"there is no base ({want}), and it answers")]
    if isinstance(want, NoBranch):
        if want.certain:
            found.append(("branch", f"{want}; it says real income {np.round(real, 4).tolist()}"))
        return found
    gap = difference(welfare, real, want)
    if gap > TOLERANCE and "almost" in case.kind:
        # Where a link of 1e-14 counts, the whole network is the other legitimate reading.
        joined = reference(case, smallest=0.0)
        if isinstance(joined, Answer):
            gap = min(gap, difference(welfare, real, joined))
    if gap > TOLERANCE:
        again = reference(case, first=0.02)
        if (
            not isinstance(again, Answer)
            or difference(again.welfare, again.real_income, want) > 1e-8
        ):
            return found  # the reference is not sure of its own answer
        found.append(
            (
                "wrong",
                f"off by {gap:.1e} of income: real income {np.round(real, 6).tolist()}, right "
                f"{np.round(want.real_income, 6).tolist()}; welfare "
                f"{np.round(welfare, 6).tolist()}, right {np.round(want.welfare, 6).tolist()}",
            )
        )
    return found


def difference(welfare: Array, real: Array, want: Answer) -> float:
    """Largest difference of the ratios, relative to one or to the right ratio, if larger."""

    def gap(got: Array, right: Array) -> Array:
        return np.abs(got - right) / np.maximum(100.0, np.abs(100 + right))

    worst = float(np.max(gap(real, want.real_income)))
    ok = want.meaningful & np.isfinite(welfare)
    if ok.any():
        worst = max(worst, float(np.max(gap(welfare, want.welfare)[ok])))
    return worst if np.isfinite(worst) else np.inf


def impossible(
    case: Case, welfare: Array, real: Array, want: Answer | NoBranch | NoCalibration
) -> list[str]:
    """Values that have no meaning: real income below nothing, welfare beyond its formula."""
    stated = np.isfinite(welfare)
    none = np.zeros_like(stated)
    known = want.meaningful if isinstance(want, Answer) else none
    lost = ~known if isinstance(want, Answer) else none
    signs = (
        ("real income", real, ~np.isfinite(real) | (real < -100), ""),
        ("welfare", welfare, stated & (welfare < -100), ""),
        ("welfare", welfare, stated & lost & (welfare >= -100), " beyond the pole of its formula"),
        ("welfare", welfare, ~stated & known, ""),
    )
    return [
        f"{name} of {case.codes[k]} is {values[k]:.6g} %{why}"
        for name, values, wrong, why in signs
        for k in np.flatnonzero(wrong)
    ]
