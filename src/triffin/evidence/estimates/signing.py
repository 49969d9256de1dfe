"""Who signs, and who retaliates: the estimates of the ledger and their scores on 2025-26.

Signing is a logit on the log of US imports, by the penalised likelihood of Firth (1993, Biometrika
80, eq. 3.2), which needs no choice and stays finite with seven deals. The first wave ran from 2
April to 7 August 2025; what it says of ten months is its hazard over the longer time.
"""

from __future__ import annotations

import math
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from triffin.strategy.threats.ledger import MONTH, Ledger
from triffin.world.base.arrays import Array
from triffin.world.data.partners import deals, partners
from triffin.world.loading import load_world
from triffin.world.registry.parameter_set import ParameterSet, in_place

ANNOUNCED, WAVE_END = date(2025, 4, 2), date(2025, 8, 7)
WAVE_DAYS = (WAVE_END - ANNOUNCED).days
LAST_DEAL = date(2026, 8, 19)
APART = frozenset({"CAN", "MEX", "CHN", "HKG", "RUS"})
"""Not in the reciprocal round, in a truce of another kind (China, Hong Kong), or sanctioned."""


class Fit(NamedTuple):
    """Intercept and slope on ln(bn USD), and their standard errors."""

    intercept: float
    slope: float
    intercept_se: float
    slope_se: float

    def chance(self, imports_bn: Array) -> Array:
        """Chance of signing within the wave."""
        return 1.0 / (1.0 + np.exp(-self.intercept - self.slope * np.log(imports_bn)))


def firth(imports_bn: Array, signed: Array) -> Fit:
    """The penalised logit of `signed` (0 or 1) on the log of imports; arrays of one shape (n,)."""
    from scipy.optimize import minimize

    design = np.column_stack([np.ones(len(imports_bn)), np.log(imports_bn)])

    def information(b: Array) -> Array:
        chance = 1.0 / (1.0 + np.exp(-design @ b))
        return np.asarray((design.T * (chance * (1.0 - chance))) @ design)

    def loss(b: Array) -> float:
        index = design @ b
        penalty = 0.5 * float(np.linalg.slogdet(information(b))[1])
        return float(np.logaddexp(0.0, index).sum() - index @ signed) - penalty

    start = np.array([-4.0, 1.0])
    options = {"xatol": 1e-8, "fatol": 1e-12, "maxiter": 4000}
    found = minimize(loss, start, method="Nelder-Mead", options=options)
    errors = np.sqrt(np.diag(np.linalg.inv(information(found.x))))
    return Fit(*map(float, (*found.x, *errors)))


@cache
def us_imports() -> dict[str, float]:
    """Partner of the talks -> US goods imports from it, bn USD (world-2023, CEPII BACI)."""
    world = load_world("world-2023")
    n, home = len(world.economies), list(world.economies).index("USA")
    into = np.asarray(world.trade).reshape(-1, n, n).sum(axis=0)[:, home] / 1e9
    by_economy = dict(zip(world.economies, into.tolist(), strict=True))
    return {
        one.iso3: sum(by_economy.get(code, 0.0) for code in one.members)
        for one in partners()
        if one.in_world
    }


def total_imports() -> float:
    """US goods imports from all partners of the talks, bn USD."""
    return sum(us_imports().values())


def first_wave() -> tuple[tuple[str, ...], Array, Array]:
    """Partners of the reciprocal round, their imports (n,) and whether they signed in the wave."""
    codes = tuple(code for code in us_imports() if code not in APART)
    signed = deals(WAVE_END)
    imports = np.array([us_imports()[code] for code in codes])
    return codes, imports, np.array([float(code in signed) for code in codes])


def signing_scores(parameters: ParameterSet | None = None) -> list[dict[str, Any]]:
    """First wave, each partner left out once, and forward to the deals until August 2026 from what
    was known on 7 August 2025: [{what, n, signed, log, log_se, base_log}], nats; and the rule known
    in 2021 on both."""
    values = in_place() if parameters is None else parameters
    codes, imports, signed = first_wave()
    kept = [np.arange(len(codes)) != i for i in range(len(codes))]
    left = np.array(
        [firth(imports[k], signed[k]).chance(imports[~k])[0] for k in kept], dtype=float
    )
    base = np.array([signed[k].mean() for k in kept])
    unsigned = signed == 0
    later = deals(LAST_DEAL)
    second = np.array([float(code in later) for code in codes])[unsigned]
    after, before = (Ledger.at(day, parameters=values) for day in (WAVE_END, date(2025, 4, 18)))
    shares = imports / total_imports()

    def chances(ledger: Ledger) -> Array:
        hazards = [ledger.signing(m, s) for m, s in zip(imports, shares, strict=True)]
        return -np.expm1(-np.array(hazards))

    wave = WAVE_DAYS / (values.value("signing_months") * MONTH)
    early = -np.expm1(np.log1p(-chances(before)) * wave)
    forward = np.full(len(second), signed.mean())
    return [
        _score("first wave, left out once", left, signed, base),
        _score("first wave, rule of 2021", early, signed, base),
        _score("forward, first wave's logit", chances(after)[unsigned], second, forward),
        _score("forward, rule of 2021", chances(before)[unsigned], second, forward),
    ]


def retaliation_scores(parameters: ParameterSet | None = None) -> dict[str, Any]:
    """Who answered the executed tariffs of 2025 with tariffs (China and Canada), from the ledger of
    the end of 2024: history of 2018-19 with a round prior, beside the share of 2018-19."""
    day = date(2024, 12, 31)
    ledger = Ledger.at(day, parameters=in_place() if parameters is None else parameters)
    now = Ledger.at(WAVE_END)
    codes = tuple(us_imports())
    answered = {t.iso3 for t in now.threats if t.announced > date(2024, 11, 1) and t.retaliation}
    seen = np.array([float(code in answered) for code in codes])
    said = np.array([ledger.retaliation(code).mean for code in codes])
    base = np.full(len(codes), np.mean([ledger.history(code) for code in codes]))
    return _score("retaliation in 2025, history", said, seen, base)


def _score(what: str, chance: Array, seen: Array, base: Array) -> dict[str, Any]:
    losses = -np.log(np.where(seen == 1, chance, 1.0 - chance))
    return {
        "what": what,
        "n": len(seen),
        "happened": int(seen.sum()),
        "log": float(losses.mean()),
        "log_se": float(losses.std(ddof=1) / math.sqrt(len(seen))),
        "base_log": float(-np.log(np.where(seen == 1, base, 1.0 - base)).mean()),
    }
