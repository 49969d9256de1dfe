"""Answers about currencies other than the yen: what their volatility and the regimes on record say.

What an intervention does to them has no estimate here that tells cause from effect, so that no cost
of a defence is computed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.answers.headline import categorical_headline, headline_from_draws
from triffin.answers.statistics import spread
from triffin.finance import TRADING_DAYS
from triffin.finance.joint.draws import MAX_CELLS, START_DATE
from triffin.finance.joint.managed_float import consecutive, inside
from triffin.finance.joint.volatility import MarketVolatility, market_volatility
from triffin.questions.currency.shared import DRAWS, SEED, share, sources
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.base.wording import number
from triffin.world.data.markets.currencies import H10, currency_series
from triffin.world.data.series import load_series, series_names
from triffin.world.registry.parameter_set import ParameterSet

NO_EVIDENCE = "no evidence for this currency"
WHY = {
    "MXN": "Banxico sold dollars by auction when the peso fell: a regression on its sales has the "
    "wrong sign, and no estimate that uses the rule of the auctions is at hand",
}
FIXED = ("band_exit_hazard", "band_breach_margin", "band_breach_closes")


def watched_band(
    code: str,
    band: tuple[float, float],
    *,
    days: int = 90,
    start: float | None = None,
    drift_pct_per_week: float = 0.0,
    draws: int = DRAWS,
    seed: int = SEED,
    parameters: ParameterSet,
) -> dict[str, Any]:
    """How often a currency would stay in a band by itself, and how often such regimes end.

    `band` and `start` in units of the currency per dollar (default start: the rate of 2
    April 2025). Raises InputError for a band, days or draws that cannot be.
    """
    name, (low, high) = code.strip().upper(), band
    if not 0 < low < high:
        raise InputError(f"{low:g}:{high:g} is no band.", field="band", valid="0 < low < high")
    if days < 1 or days * draws > MAX_CELLS:
        raise InputError(
            f"{days} days with {draws} draws cannot be simulated.", field="days", value=days
        )
    volatility, day, spot = _known(name, parameters)
    rate = spot if start is None else start
    moved = _moves(volatility, days, draws, seed)
    moved += drift_pct_per_week / 5.0 * np.arange(1.0, days + 1.0)[:, None]
    rates = rate * np.exp(moved / 100.0)
    held = inside(rates, low, high)
    throughout = share(np.asarray(held.all(axis=0)))
    margin = parameters.value("band_breach_margin")
    beyond = (rates < low * (1.0 - margin)) | (rates > high * (1.0 + margin))
    ends = 1.0 - float(np.exp(-parameters.value("band_exit_hazard") * days / TRADING_DAYS))
    reserves = known_reserves(name)
    entry = headline_from_draws(
        "band_held",
        f"Would {_the(name)} stay between {low:g} and {high:g} per dollar for {days} trading days?",
        f"By itself it would be inside on {{median}} of the days ({{interval}}), throughout with "
        f"probability {number(100 * throughout, 0)} %. Pegs and bands on record gave "
        f"way with probability {number(100 * ends, 1)} % in that time. What a defence costs cannot "
        f"be said: there is {NO_EVIDENCE} of what dollars sold do to it.",
        held.mean(axis=0),
        "1",
        headline_class="forecast",
        parameters={"currency_shocks": moved[-1]},
        grades={"currency_shocks": parameters["blend_scale"].grade},
    )
    return entry | {
        "currency": name,
        "band": [low, high],
        "days": days,
        "defended": False,
        "start": {"date": day, "rate": rate, "given": start is not None},
        "band_held": spread(held.mean(axis=0)),
        "rate_at_end": spread(rates[-1]),
        "inside_throughout_probability": throughout,
        "band_broken_probability": share(
            consecutive(beyond, int(parameters.value("band_breach_closes")))
        ),
        "regime_ends_probability": ends,
        "dollars_spent_net_bn": None,
        "evidence": WHY.get(name, NO_EVIDENCE),
        "reserves": reserves,
        "draws": draws,
        "seed": seed,
        "notes": _notes(name),
        "sources": sources(FIXED, (currency_series(name),), parameters),
    }


def unknown_intervention(code: str, usd_bn: float, *, parameters: ParameterSet) -> dict[str, Any]:
    """What can be said of dollars sold for a currency without an estimated effect: how large they
    are beside reserves, and what the rate does anyway."""
    name = code.strip().upper()
    volatility, day, spot = _known(name, parameters)
    reserves = known_reserves(name)
    noise = {str(days): float(volatility.deviation(days)[0]) for days in (5, 60, 90)}
    beside = "" if reserves is None else (
        f" They would be {number(100 * abs(usd_bn) / reserves['usd_bn'], 1)} % of reserves."
    )  # fmt: skip
    entry = categorical_headline(
        "effect_of_intervention",
        f"What would {'selling' if usd_bn > 0 else 'buying'} {abs(usd_bn):g} bn dollars do to "
        f"{_the(name)}?",
        f"There is {NO_EVIDENCE}. News move it by {number(noise['5'])} % in five trading days and "
        f"{number(noise['60'])} % in 60 (one standard deviation).{beside}",
        headline_class="forecast",
        drivers=["currency_shocks"],
        grades={"currency_shocks": parameters["blend_scale"].grade},
        unit="%",
    )
    return entry | {
        "currency": name,
        "usd_bn": usd_bn,
        "start": {"date": day, "rate": spot},
        "evidence": WHY.get(name, NO_EVIDENCE),
        "noise_pct": noise,
        "reserves": reserves,
        "notes": _notes(name),
        "sources": sources(("blend_scale",), (currency_series(name),), parameters),
    }


def known_reserves(code: str) -> dict[str, Any] | None:
    """Reserves besides gold behind a currency, the last month before the start, bn USD; None where
    they are not known here."""
    if f"reserves-{code}" not in series_names():
        return None
    month, amount = load_series(f"reserves-{code}").last_before(START_DATE)
    return {"month": month[:7], "usd_bn": amount}


def _known(code: str, parameters: ParameterSet) -> tuple[MarketVolatility, str, float]:
    series = currency_series(code)
    after = str(np.datetime64(START_DATE, "D") + 1)
    day, spot = load_series(series).last_before(after)
    return market_volatility((series,), day, parameters), day, spot


def _moves(volatility: MarketVolatility, days: int, n: int, seed: int) -> Array:
    shocks, scale = np.random.SeedSequence(seed).spawn(2)
    normals = np.random.default_rng(shocks).standard_normal((1, days, n))
    common = volatility.common_scale(np.random.default_rng(scale).random(n), days)
    return np.asarray(volatility.moves(normals, common)[0])


def _the(code: str) -> str:
    name = H10[code][0]
    return f"the {name[0].lower() + name[1:] if name.split()[0] in _COMMON else name}"


_COMMON = ("Euro", "Renminbi", "Pound", "Yen")


def _notes(code: str) -> list[str]:
    return [
        f"Rates are {code} per dollar: up is a weaker currency. Days are trading days.",
        "The rate moves by the volatility known at the start; no model of volatility sees the end "
        "of a peg, which is why the regimes on record stand beside it.",
    ]
