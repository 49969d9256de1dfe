"""Rolling backtest of the volatility model: `triffin backtest --rolling`.

From every month-end and every week-end the change over 1 week and 1, 3, 6 and 12 months (5, 21, 63,
126, 252 trading days) is forecast with what was known, and scored against a random walk whose
variance is that of all days so far, a block bootstrap of five years, GARCH(1,1) with t errors where
`arch` is installed, and the model before: a normal with the root mean square of five years.

The constants of the blend were fitted to data up to 2004, so that origins from 2005 are scored;
a series that ends before 2007 is scored from its first year of history, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from triffin.evidence.backtests.forecasts import (
    Forecast,
    Student,
    block_bootstrap,
    garch,
    has_garch,
    newey_west_error,
    normal,
)
from triffin.evidence.backtests.tracks import Track, own_track, shipped_track, track
from triffin.finance.joint.volatility import Blend, correlation_of, joint_common_scale
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, one_of
from triffin.world.data.markets.currencies import currency_series
from triffin.world.data.series import Series, load_series
from triffin.world.registry.parameter_set import ParameterSet, in_place

HORIZONS = {"1w": 5, "1m": 21, "3m": 63, "6m": 126, "12m": 252}
SHARES = (50, 80, 90, 98)
WIDE = 90
FIFTHS = 5
PIT_BINS = 10
BLEND, WALK, BOOTSTRAP, BEFORE, GARCH = (
    *("blend", "random-walk", "block-bootstrap", "model-before", "garch-t"),
)
FITTED_TO = np.datetime64("2004-12-31")
FEWEST_AFTER = np.datetime64("2007-01-01")
FLOATING = (
    "AUD",
    "CAD",
    "CHF",
    "EUR",
    "GBP",
    "JPY",
    "NZD",
    "SEK",
    "NOK",
    "DKK",
    "MXN",
    "ZAR",
    "BRL",
)
MANAGED = ("CNY", "HKD", "INR", "KRW", "LKR", "MYR", "SGD", "THB", "TWD")
SCORED = (
    *("yield-2y", "yield-5y", "yield-10y", "yield-30y", "broad-dollar"),
    *(currency_series(code) for code in FLOATING),
)
"""The eighteen series whose bars are stated; managed currencies stand apart."""


def rolling(
    what: str | None = None,
    how: str | None = None,
    *,
    parameters: ParameterSet | None = None,
) -> dict[str, Any]:
    """Coverage, scores and rivals of one series, of a CSV file, or of all that ship.

    `what`: a series, a code of a currency, a path; `how`: "log" or "level". Returns {series:
    [{name, origins, unit, group, first, last, horizons: [{h, n, coverage, crps, crps_ratio, log,
    log_gain, by_fifth, by_decade, pit}], beyond_three}], fails, notes}, and summary and joint where
    all are asked; month-ends first, then the same series again from week-ends. Raises InputError
    for a series that there is not, a file with a mistake (and its line), and a series too short for
    a single forecast.
    """
    if how is not None:
        one_of(how, ("log", "level"), f"got {how!r}.", field="--as")
    parameters = in_place() if parameters is None else parameters
    blend = Blend.of(parameters)
    if what is None:
        names = [(n, "scored") for n in SCORED] + [(currency_series(c), "managed") for c in MANAGED]
        tracks = [(shipped_track(name, how), group) for name, group in names]
    else:
        own = Path(what).suffix.casefold() in (".csv", ".txt") or Path(what).is_file()
        found = own_track(Path(what), how) if own else shipped_track(what, how)
        managed = any(found.name == currency_series(code) for code in MANAGED)
        tracks = [(found, "own" if own else "managed" if managed else "scored")]
    entries = [
        _entry(one, group, origins, blend)
        for one, group in tracks
        for origins in ("month-end", "week-end")
    ]
    document: dict[str, Any] = {"series": entries, "notes": list(NOTES)}
    document["fails"] = outside(entries)
    if any(group == "managed" for _, group in tracks):
        hazard = parameters.value("band_exit_hazard")
        document["notes"].append(
            f"Managed currencies: pegs and bands of that kind end with {hazard:.1%} a year, which "
            "no volatility foresees; nothing is said about their tails beyond 98 %."
        )
    if what is None:
        document |= {"summary": summary(entries), "joint": joint(parameters)}
    if not has_garch():
        document["notes"].append("GARCH is left out: pip install 'triffin[backtest]' adds it.")
    return document


def outside(entries: Sequence[dict[str, Any]]) -> list[str]:
    """Where the 90 % interval covered less than 85 % of month-ends, or 80 % of the calm fifth."""
    return [
        f"{e['name']}, {r['h']}{part}: {covered:.0%}"
        for e in entries
        if e["origins"] == "month-end"
        for r in e["horizons"]
        for part, covered in (
            ("", r["coverage"][str(WIDE)]),
            (", calm fifth", r["by_fifth"][0]["coverage"] or 0.9),
        )
        if covered < 0.80 + 0.05 * (not part)
    ]


NOTES = (
    "Origins from 2005: the constants were fitted to data up to 2004. Horizons overlap; errors of "
    "gains are those of Newey and West.",
    "Fifths: the root of the mean of 21 squared changes over that of five years, known at the "
    "origin, from calm to volatile; coverage of the 90 % interval.",
)


def origins_of(one: Track, kind: str, days: int) -> Array:
    """Places (n,) of the month-ends or week-ends from which `days` ahead can be scored."""
    stamps = one.dates.astype("datetime64[D]").astype(np.int64)
    period = (
        one.dates.astype("datetime64[M]").astype(int) if kind == "month-end" else (stamps + 3) // 7
    )
    last = np.flatnonzero(np.diff(period) != 0)
    last = last[(last + days < len(stamps)) & (one.known[last] >= 0)]
    last = last[np.isfinite(one.variances[one.known[last]]).all(axis=1)]
    after = last[one.dates[last] > FITTED_TO]
    return after if len(one.dates) and one.dates[-1] >= FEWEST_AFTER else last


def _entry(one: Track, group: str, kind: str, blend: Blend) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    first = last = None
    shared = origins_of(one, kind, 1)
    fitted = {}
    if len(shared) and has_garch():
        years = one.dates[shared].astype("datetime64[Y]").astype(int)
        places = one.known[shared]
        fitted = garch(one.changes, places, years, tuple(HORIZONS.values()))
    for h, days in HORIZONS.items():
        origins = origins_of(one, kind, days)
        if not len(origins):
            continue
        models = forecasts(one, origins, days, blend)
        if fitted:
            kept = np.isin(shared, origins)
            all_of = fitted[days]
            models[GARCH] = Student(all_of.scale[kept], np.asarray(all_of.nu)[kept])
        lags = -(-days // (21 if kind == "month-end" else 5))
        rows.append({"h": h} | scored(one, origins, days, models, lags))
        first = first or str(one.dates[origins[0]])
        last = last or str(one.dates[origins[-1]])
    if not rows:
        raise InputError(
            f"{one.name} is too short: no origin has a year of changes before it and a week after.",
            field="SERIES",
            valid="at least 258 days",
        )
    return {
        "name": one.name,
        "origins": kind,
        "unit": one.unit,
        "group": group,
        "first": first,
        "last": last,
        "horizons": rows,
        "beyond_three": _beyond_three(one, blend),
    }


def forecasts(one: Track, origins: Array, days: int, blend: Blend) -> dict[str, Forecast]:
    """Model -> forecast of the change `days` after each origin."""
    known = one.known[origins]
    variances = one.variances[known]
    return {
        BLEND: Student(blend.sigma(variances, days), float(blend.nu(days))),
        WALK: normal(np.sqrt(days * one.so_far[known])),
        BOOTSTRAP: block_bootstrap(one.level, origins, days),
        BEFORE: normal(np.sqrt(days * variances[:, 0])),
    }


def scored(
    one: Track, origins: Array, days: int, models: dict[str, Forecast], lags: int
) -> dict[str, Any]:
    """Coverage, PIT, scores and gains at one horizon; `lags` of the errors, in origins."""
    y = one.level[origins + days] - one.level[origins]
    pit = models[BLEND].pit(y)
    inside = {share: np.abs(pit - 0.5) <= share / 200.0 for share in SHARES}
    logs = {name: model.log(y) for name, model in models.items()}
    crps = {name: float(model.crps(y).mean()) for name, model in models.items()}
    rivals = [name for name in models if name != BLEND]
    heat = one.heat[one.known[origins]]
    fifth = np.argsort(np.argsort(heat, kind="stable"), kind="stable") * FIFTHS // len(heat)
    decade = one.dates[origins].astype("datetime64[Y]").astype(int) // 10 * 10 + 1970
    gain = {name: logs[BLEND] - logs[name] for name in rivals}
    return {
        "n": len(y),
        "coverage": {str(share): float(found.mean()) for share, found in inside.items()},
        "crps": crps[BLEND],
        "crps_ratio": {name: crps[BLEND] / crps[name] for name in rivals},
        "log": {name: float(found.mean()) for name, found in logs.items()},
        "log_gain": {
            name: {"mean": float(d.mean()), "error": newey_west_error(d, lags)}
            for name, d in gain.items()
        },
        "by_fifth": [_part(inside[WIDE], fifth == k) for k in range(FIFTHS)],
        "by_decade": [
            {"decade": int(ten)} | _part(inside[WIDE], decade == ten) for ten in np.unique(decade)
        ],
        "pit": np.histogram(pit, PIT_BINS, (0.0, 1.0))[0].tolist(),
    }


def _part(inside: Array, here: Array) -> dict[str, Any]:
    n = int(here.sum())
    return {"n": n, "coverage": float(inside[here].mean()) if n else None}


def _beyond_three(one: Track, blend: Blend) -> float | None:
    """Share of all days from which the change of a week lay beyond three normal deviations."""
    from scipy.special import ndtr

    days = HORIZONS["1w"]
    places = np.arange(len(one.dates) - days)
    places = places[(one.known[places] >= 0) & (one.dates[places] > FITTED_TO)]
    places = places[np.isfinite(one.variances[one.known[places], 0])]
    if not len(places):
        return None
    found = Student(blend.sigma(one.variances[one.known[places]], days), float(blend.nu(days)))
    pit = found.pit(one.level[places + days] - one.level[places])
    return float(np.mean(np.abs(pit - 0.5) > ndtr(3.0) - 0.5))


def joint(parameters: ParameterSet) -> dict[str, Any]:
    """The 10-year yield and the yen together, a week ahead, week-ends 2005 to 2025: mean log score
    of the bivariate t with one common scale, of the same without correlation, and of the model
    before (independent normals of five years); and weeks with yields up and the dollar down."""
    from scipy.special import gammaln

    series = [load_series(name).observed() for name in ("yield-10y", "usdjpy")]
    common = np.intersect1d(series[0].dates, series[1].dates)
    both = [_on(one, common, log=i == 1) for i, one in enumerate(series)]
    days, blend = HORIZONS["1w"], Blend.of(parameters)
    origins = origins_of(both[0], "week-end", days)
    origins = origins[both[0].dates[origins] < np.datetime64("2026-01-01")]
    known = both[0].known[origins]
    rho = correlation_of(both[0].changes, both[1].changes, parameters)[known]
    y = np.stack([one.level[origins + days] - one.level[origins] for one in both])
    sigma = np.stack([blend.sigma(one.variances[known], days) for one in both])
    nu = float(blend.nu(days))

    def log(r: Array | float) -> Array:
        a, b = y / sigma
        form = (a**2 - 2.0 * r * a * b + b**2) / (1.0 - np.square(r))
        constant = gammaln(nu / 2 + 1) - gammaln(nu / 2) - np.log(nu * np.pi)
        scales = np.log(sigma).sum(axis=0) + 0.5 * np.log(1.0 - np.square(r))
        return np.asarray(constant - scales - (nu / 2 + 1) * np.log1p(form / nu))

    before = sum(
        normal(np.sqrt(days * one.variances[known, 0])).log(v)
        for one, v in zip(both, y, strict=True)
    )
    mine, z = log(rho), y / sigma
    gain = np.asarray(mine - before)
    level = float(rho.mean())
    return {
        "series": ["yield-10y", "usdjpy"],
        "h": "1w",
        "n": len(origins),
        "log": {
            BLEND: float(mine.mean()),
            "without-correlation": float(log(0.0).mean()),
            BEFORE: float(np.mean(before)),
        },
        "log_gain": {BEFORE: {"mean": float(gain.mean()), "error": newey_west_error(gain, 1)}},
        "correlation": level,
        "yields_up_dollar_down": {
            "observed": float(np.mean((z[0] >= 2) & (z[1] <= -1))),
            "expected": joint_common_scale(2.0, -1.0, level, nu)["probability"],
        },
    }


def _on(series: Series, days: Array, *, log: bool) -> Track:
    values = series.values[np.searchsorted(series.dates, days)]
    return track(series.name, days, values, log=log)


def summary(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Means over the scored series from month-ends, by horizon, and how many keep within bounds:
    90 % in all within 0.87 to 0.94, in the most volatile fifth within 0.80 to 0.98."""
    of = [e for e in entries if e["group"] == "scored" and e["origins"] == "month-end"]
    found = []
    for h in HORIZONS:
        rows = [r for e in of for r in e["horizons"] if r["h"] == h]
        hot = [r["by_fifth"][-1]["coverage"] for r in rows]
        mid = [r["coverage"][str(WIDE)] for r in rows]

        def mean(values: Sequence[float]) -> float:
            return float(np.mean(values))

        found.append(
            {
                "h": h,
                "series": len(rows),
                "coverage": {str(s): mean([r["coverage"][str(s)] for r in rows]) for s in SHARES},
                "within_87_94": sum(0.87 <= c <= 0.94 for c in mid),
                "top_fifth": mean(hot),
                "top_fifth_within_80_98": sum(0.80 <= c <= 0.98 for c in hot),
                "calm_fifth": mean([r["by_fifth"][0]["coverage"] for r in rows]),
                "crps_ratio": {
                    n: mean([r["crps_ratio"][n] for r in rows]) for n in rows[0]["crps_ratio"]
                },
                "log_gain": {
                    n: mean([r["log_gain"][n]["mean"] for r in rows]) for n in rows[0]["log_gain"]
                },
            }
        )
    return found
