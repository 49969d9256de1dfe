"""The rows behind the charts of a coupled run: paths by day and week, partners, wall and zone.

A group of variables that the run does not carry was not asked: its rows are empty, never zero.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.answers import statistics
from triffin.record.figure_rows import Rows
from triffin.record.readings import PATH_VARIABLES, quantiles_of, unit_of
from triffin.record.record import Record
from triffin.world.base.wording import words

if TYPE_CHECKING:
    import xarray as xr

QUANTILES = {
    "low": statistics.LOW,
    "lower": 0.25,
    "median": statistics.MEDIAN,
    "upper": 0.75,
    "high": statistics.HIGH,
}
"""Columns of a fan: the ends of the 90 % interval, of the middle half, and the median."""

PARTNER_VALUES = {
    "sign_day": ("sign_day", 1.0),
    "rate": ("partner_rate", 100.0),
}
"""Columns of the table of partners: the variable and the factor to its unit there."""

SHOWN = 30
"""Partners in a chart; all are in the table."""

SIGNED = "signed"


def fan(result: Record, name: str, scale: float = 1.0) -> Rows:
    """Date and quantiles of a path over the draws; empty if the run has no such path.

    `event` names what falls on or before a date and after the date before it: a deadline.
    """
    if name not in result.data:
        return []
    path = result.data[name]
    dimension = _time_of(path)
    dates = dates_of(result, dimension)
    ends = _ends(np.asarray(path.transpose("draw", dimension).values, dtype=float) * scale)
    return _fan_rows(result, dates, ends)


def _ends(draws: np.ndarray) -> np.ndarray:
    """(quantile, date) of (draw, date)."""
    return quantiles_of(draws, list(QUANTILES.values()))


def exchange_rate(result: Record) -> Rows:
    """The fan of the exchange rate with the ends of the band, None where there is no band."""
    rows = fan(result, "exchange_rate")
    if not rows:
        return rows
    low, high = band(result) or (None, None)
    return [row | {"band_low": low, "band_high": high} for row in rows]


def band(result: Record) -> tuple[float, float] | None:
    """Ends of the band that the scenario names, in the unit of the exchange rate."""
    if "exchange_rate" not in result.data:
        return None
    attributes = result.data["exchange_rate"].attrs
    low, high = attributes.get("band_low"), attributes.get("band_high")
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return None
    return float(low), float(high)


def currency(result: Record) -> str:
    """Code of the currency whose rate the run follows; empty if it follows none."""
    if "exchange_rate" not in result.data:
        return ""
    return str(result.data["exchange_rate"].attrs.get("currency", ""))


def deals(result: Record) -> Rows:
    """The fan of the number of partners that have signed, by week."""
    signed = _signed_by_week(result)
    if signed is None:
        return []
    weeks, by_week = signed
    return _fan_rows(result, weeks, _ends(by_week.sum(axis=2)))


def board(result: Record) -> Rows:
    """Partner by week: the share of draws in which it has signed by the date, for the likeliest
    partners. `since` is the date of the week before."""
    signed = _signed_by_week(result)
    if signed is None:
        return []
    weeks, by_week = signed
    share = by_week.mean(axis=0)
    names = _partner_names(result)
    order = np.argsort(-share[-1], kind="stable")[:SHOWN]
    before = [str(np.datetime64(weeks[0]) - 7), *weeks[:-1]]
    return [
        {"partner": names[k], "since": start, "date": week, "share": 100 * float(share[column, k])}
        for k in order
        for column, (start, week) in enumerate(zip(before, weeks, strict=True))
    ]


def statuses(result: Record) -> Rows:
    """Partner by status at the end: the share of draws, per cent, for the likeliest to sign."""
    if "partner_status" not in result.data:
        return []
    share, meanings = _shares(result.data["partner_status"])
    names = _partner_names(result)
    signed = share[meanings.index(SIGNED)] if SIGNED in meanings else share[0]
    order = np.argsort(-signed, kind="stable")[:SHOWN]
    return [
        {"partner": names[k], "status": words(status), "share": 100 * float(share[row, k])}
        for k in order
        for row, status in enumerate(meanings)
        if share[row, k] > 0
    ]


def partners(result: Record) -> Rows:
    """One row per partner, the likeliest to sign first: probability and day of signing, the rate
    at the end (per cent), the likeliest status with its share of the draws and how often it
    retaliates (per cent)."""
    data = result.data
    if "partner_status" not in data:
        return []
    share, meanings = _shares(data["partner_status"])
    signed = share[meanings.index(SIGNED)] if SIGNED in meanings else np.zeros(share.shape[1])
    spreads = {
        name: _ends(factor * _by_partner(data[variable]))
        for name, (variable, factor) in PARTNER_VALUES.items()
        if variable in data
    }
    exact = data["p_settled"].values if "p_settled" in data else signed
    answers = _by_partner(data["retaliates"]).mean(axis=0) if "retaliates" in data else None
    codes, names = result.labels("partner"), _partner_names(result)
    rows = []
    for k in np.argsort(-exact, kind="stable"):
        row: dict[str, Any] = {
            "partner": codes[k],
            "name": names[k],
            "signs": 100 * float(exact[k]),
            "status": words(meanings[int(share[:, k].argmax())]),
            "status_share": 100 * float(share[:, k].max()),
        }
        for name, ends in spreads.items():
            for position, quantile in enumerate(QUANTILES):
                if quantile in ("low", "median", "high"):
                    value = float(ends[position, k])
                    row[f"{name}_{quantile}"] = value if math.isfinite(value) else None
        if answers is not None:
            row["retaliates"] = 100 * float(answers[k])
        rows.append(row)
    return rows


def wall(result: Record) -> Rows:
    """Maturing debt by month and kind, bn USD, as the manifest has it; a stated figure beside it.

    `months` of the wall, if the run gives it, holds more months of the same shape.
    """
    found = result.manifest.get("wall") or {}
    months = found.get("months") or ([found] if found.get("month") else [])
    kinds = {"notes_and_bonds_usd_bn": "notes and bonds", "bills_usd_bn": "bills"}
    rows = []
    for month in months:
        parts = {label: month.get(key) for key, label in kinds.items()}
        if all(value is None for value in parts.values()):
            parts = {"all kinds": month.get("maturing_usd_bn")}
        rows += [
            {"month": str(month["month"]), "kind": label, "usd_bn": float(value)}
            for label, value in parts.items()
            if value is not None
        ]
    stated = found.get("claim_usd_bn")
    if rows and stated is not None:
        month = f"{found.get('month', '')}, as stated"
        rows.append({"month": month, "kind": "stated", "usd_bn": float(stated)})
    return rows


def paths(result: Record) -> Rows:
    """All paths in one long table: variable, unit, date, quantiles."""
    rows = []
    for name in PATH_VARIABLES:
        unit = unit_of(result, name)
        rows += [
            {"variable": name, "unit": unit}
            | {key: row[key] for key in ("date", *QUANTILES) if key in row}
            for row in fan(result, name)
        ]
    return rows


def meanings_of(codes: xr.DataArray) -> dict[int, str]:
    """Code -> word of a coded variable (flag_values and flag_meanings, the CF convention)."""
    words_of = str(codes.attrs.get("flag_meanings", "")).split()
    values = np.atleast_1d(codes.attrs.get("flag_values", np.arange(len(words_of))))
    return {int(value): word for value, word in zip(values, words_of, strict=False)}


def dates_of(result: Record, dimension: str) -> list[str]:
    """Dates of a time dimension as YYYY-MM-DD."""
    values = result.data.coords[dimension].values.astype("datetime64[D]")
    return [str(value) for value in values]


def _fan_rows(result: Record, dates: list[str], ends: np.ndarray) -> Rows:
    events = _events(result, dates)
    rows = []
    for column, date in enumerate(dates):
        values = [float(value) for value in ends[:, column]]
        if all(map(math.isfinite, values)):
            rows.append({"date": date, **dict(zip(QUANTILES, values, strict=True))})
            rows[-1]["event"] = events.get(date)
    return rows


def _events(result: Record, dates: list[str]) -> dict[str, str]:
    """The first date on or after each deadline."""
    found = {}
    for deadline in map(str, _setting(result, "deadlines") or []):
        later = [date for date in dates if date >= deadline]
        if later and dates[0] <= deadline:
            found[later[0]] = "deadline"
    return found


def _signed_by_week(result: Record) -> tuple[list[str], np.ndarray] | None:
    """Dates of the weeks and (draw, week, partner) whether a partner has signed by that date."""
    data = result.data
    if "sign_day" not in data or "week" not in data.coords:
        return None
    weeks = dates_of(result, "week")
    start = np.datetime64(str(_setting(result, "start") or weeks[0]))
    days = (np.array(weeks, dtype="datetime64[D]") - start).astype(int)
    signing = _by_partner(data["sign_day"])
    return weeks, signing[:, None, :] <= days[None, :, None]


def _setting(result: Record, name: str) -> Any:
    """A setting of the scenario, from the manifest or from the scenario as resolved in it."""
    found = result.manifest.get(name)
    return found if found else (result.manifest.get("resolved") or {}).get(name)


def _shares(codes: xr.DataArray) -> tuple[np.ndarray, list[str]]:
    """(meaning, partner) share of the draws with each code, and the meanings."""
    meanings = meanings_of(codes)
    values = codes.transpose("draw", "partner").values
    share = np.array([(values == code).mean(axis=0) for code in meanings])
    return share, list(meanings.values())


def _by_partner(values: xr.DataArray) -> np.ndarray:
    return np.asarray(values.transpose("draw", "partner").values, dtype=float)


def _partner_names(result: Record) -> list[str]:
    coords = result.data.coords
    name = "partner_name" if "partner_name" in coords else "partner"
    return [str(value) for value in coords[name].values]


def _time_of(path: xr.DataArray) -> str:
    return next(str(name) for name in path.dims if name in ("day", "week"))
