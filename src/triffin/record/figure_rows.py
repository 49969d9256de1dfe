"""The rows behind each chart: what a chart draws, its CSV holds and its table shows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from triffin.answers import statistics
from triffin.answers.headline import in_print_order, label_of
from triffin.answers.headlines import known_question
from triffin.record.readings import central, welfare_interval
from triffin.record.record import Record

Rows = list[dict[str, Any]]

RANKED = 20
"""Economies shown at either end of the ranking."""

DRIVEN = 8
"""Answers whose drivers are shown, in the reader's order."""

DRIVERS_NAMED = 2
"""Drivers named below the bar of each headline."""

REST = "interaction and chance"
"""What no driver explains alone."""

PAYING = {
    "revenue": "Revenue",
    "prices": "Prices",
    "wage": "Wage",
    "real_income": "Real income",
    "welfare": "Welfare",
}
"""Measures of who pays, with labels short enough for a phone."""


def welfare(result: Record) -> Rows:
    """Economy, name, low, median, high of welfare in the main phase, per cent; all economies.

    Without draws, the value at central parameters stands as the median and the ends are None.
    """
    names = result.names
    codes = result.labels("economy")
    if "welfare_draws" in result.data:
        low, median, high = welfare_interval(result)
    else:
        median = central(result, "welfare")
        low = high = np.full_like(median, np.nan)
    return [
        {
            "economy": code,
            "name": names[code],
            "low": _finite(low[k]),
            "median": _finite(median[k]),
            "high": _finite(high[k]),
        }
        for k, code in enumerate(codes)
    ]


def clip_of(rows: Rows) -> float:
    """Where the colors of the map end, per cent: the 95th percentile of absolute welfare,
    rounded up to 1, 2 or 5 times a power of ten."""
    sizes = [abs(row["median"]) for row in rows if row["median"] is not None]
    if not sizes or max(sizes) == 0:
        return 1.0
    return round_up(float(np.quantile(sizes, 0.95)) or max(sizes))


def round_up(value: float) -> float:
    """The next of 1, 2, 5 times a power of ten at or above a positive value."""
    power = 10.0 ** math.floor(math.log10(value))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= value * 0.999999))


def welfare_map(result: Record) -> Rows:
    """The rows of `welfare`; none where nobody's is large enough to print."""
    rows = welfare(result)
    return rows if any(_printed(row) for row in rows) else []


def _printed(row: Mapping[str, Any]) -> bool:
    least = known_question("most_hurt").minimum
    return row["median"] is not None and abs(row["median"]) >= least


def ranking(result: Record) -> Rows:
    """The most hurt and the most helped economies, worst first, without overlap; not those whose
    welfare moves by too little to print."""
    rows = sorted(filter(_printed, welfare(result)), key=lambda row: row["median"])
    if len(rows) > 2 * RANKED:
        rows = rows[:RANKED] + rows[-RANKED:]
    return [row | {"sign": "loses" if row["median"] < 0 else "gains"} for row in rows]


def ranking_range(rows: Rows) -> tuple[float, float]:
    """Ends of the axis of the ranking, per cent: all medians, and intervals up to one and a half
    times the largest median on their side, so that one wide interval does not flatten the rest."""
    medians = [0.0, *(row["median"] for row in rows)]
    lows = [0.0, *(row["low"] for row in rows if row["low"] is not None)]
    highs = [0.0, *(row["high"] for row in rows if row["high"] is not None)]
    least = max(abs(value) for value in medians) / 10
    return (
        max(min(lows + medians), min(1.5 * min(medians), -least)),
        min(max(highs + medians), max(1.5 * max(medians), least)),
    )


def focus_rates(result: Record) -> Rows:
    """Welfare of focus and hegemon at each rate on the focus, and the paired difference to the
    first rate, per cent."""
    data = result.data
    if "rate_welfare" not in data:
        return []
    rates = result.labels("rate")
    rows = []
    # hegemon first, as in every chart: a party keeps its color
    for party in sorted(result.labels("party"), key=lambda name: name != "hegemon"):
        draws = data["rate_welfare"].sel(party=party)
        first = draws.sel(rate=rates[0]).values
        for rate in rates:
            values = draws.sel(rate=rate).values
            if not np.isfinite(values).any():
                continue
            spread = statistics.interval(values)
            row = {
                "rate": rate,
                "party": party_name(result, party),
                "low": spread.low,
                "median": spread.median,
                "high": spread.high,
                "difference": None,
                "difference_low": None,
                "difference_high": None,
            }
            if rate != rates[0] and np.isfinite(values - first).any():
                change = statistics.interval(values - first)
                row |= {
                    "difference": change.median,
                    "difference_low": change.low,
                    "difference_high": change.high,
                }
            rows.append(row)
    return rows


def who_pays(result: Record) -> Rows:
    """Measures of hegemon, focus and rival in the main phase: value at the central closure, and
    smallest and largest over all closures, per cent."""
    rows = []
    main = result.manifest["main_phase"]
    for variable, label in PAYING.items():
        if variable not in result.data:
            continue
        for role, code in roles(result).items():
            if variable == "revenue" and role != "hegemon":
                continue
            values = result.data[variable].sel(phase=main, economy=code)
            across = np.asarray(values.values, dtype=float)
            if not np.isfinite(across).any():
                continue
            rows.append(
                {
                    "measure": label,
                    "party": result.name_of(code),
                    "value": _finite(values.sel(closure=result.manifest["central_closure"]).item()),
                    "smallest": float(np.nanmin(across)),
                    "largest": float(np.nanmax(across)),
                }
            )
    return rows


def diversion(result: Record) -> Rows:
    """Trade among hegemon, rival, focus and the rest before and after, bn USD and per cent."""
    data = result.data
    if "trade_before" not in data or "trade_after" not in data:
        return []
    before = data["trade_before"]
    after = data["trade_after"].sel(phase=result.manifest["main_phase"])
    rows = []
    for exporter in result.labels("exporter"):
        for importer in result.labels("importer"):
            old = float(before.sel(exporter=exporter, importer=importer))
            new = float(after.sel(exporter=exporter, importer=importer))
            if not (math.isfinite(old) and math.isfinite(new)) or old <= 0:
                continue
            rows.append(
                {
                    "exporter": _region(result, exporter),
                    "importer": _region(result, importer),
                    "before": old,
                    "after": new,
                    "change": 100 * (new / old - 1),
                }
            )
    return rows


def closures(result: Record) -> Rows:
    """Welfare of the hegemon in every model and closure: at central parameters, and the interval
    of the draws with that closure, per cent."""
    main, hegemon = result.manifest["main_phase"], result.manifest["hegemon"]
    data = result.data
    rows = []
    for closure in result.manifest["closures"]:
        value = float(data["welfare"].sel(phase=main, closure=closure["id"], economy=hegemon))
        low = high = None
        if "welfare_draws" in data and "closure_of_draw" in data:
            own = data["closure_of_draw"].values.astype(str) == closure["id"]
            sample = data["welfare_draws"].sel(economy=hegemon).values[own]
            if np.isfinite(sample).any():
                spread = statistics.interval(sample)
                low, high = spread.low, spread.high
        rows.append(
            {
                "closure": closure["label"],
                "value": _finite(value),
                "low": low,
                "high": high,
                "sign": "loses" if value < 0 else "gains" if value >= 0 else "no equilibrium",
                "central": closure["id"] == result.manifest["central_closure"],
            }
        )
    return rows


def drivers(result: Record) -> Rows:
    """Share of the variance of the first answers by driver, per cent, what is left over and the
    grade of each driver. A driver without a grade counts as judgement, as in the headline."""
    grades = {item["name"]: item["grade"] for item in result.manifest.get("parameters", [])}
    rows = []
    moved = [e for e in in_print_order(result.headline) if any((e["driver_shares"] or {}).values())]
    for entry in moved[:DRIVEN]:
        shares = entry["driver_shares"]
        total = sum(shares.values())
        # sampling error can push the sum a little above one
        scale = 100 / max(1.0, total)
        parts = {name: scale * share for name, share in shares.items() if share > 0}
        named = sorted(parts, key=lambda name: -parts[name])
        label = " · ".join(
            f"{label_of(name)} {parts[name]:.0f} %"
            for name in named[:DRIVERS_NAMED]
            if parts[name] >= 1
        )
        rows += [
            {
                "question": entry["question"],
                "driver": label_of(name),
                "share": parts[name],
                "grade": str(grades.get(name, "judgement")),
                "label": label,
            }
            for name in named
        ]
        rows.append(
            {
                "question": entry["question"],
                "driver": REST,
                "share": max(0.0, 100 - sum(parts.values())),
                "grade": REST,
                "label": label,
            }
        )
    return rows


def tariff_path(result: Record) -> Rows:
    """Tariffs by date: the hegemon's on rival, focus and the median economy, the rival's on the
    hegemon, per cent. Each phase gives the rate from its start; the last also its end."""
    data = result.data
    phases = [phase for phase in result.manifest["phases"] if phase.get("start")]
    if "tariff_paid" not in data or not phases:
        return []
    party = roles(result)
    names = {role: result.name_of(code) for role, code in party.items()}
    series: dict[str, Any] = {}
    paid = data["tariff_paid"]
    if "rival" in party:
        series[f"{names['hegemon']} on {names['rival']}"] = paid.sel(economy=party["rival"])
        if "tariff_faced_by_hegemon" in data:
            series[f"{names['rival']} on {names['hegemon']}"] = data["tariff_faced_by_hegemon"].sel(
                economy=party["rival"]
            )
    if "focus" in party:
        series[f"{names['hegemon']} on {names['focus']}"] = paid.sel(economy=party["focus"])
    others = [code for code in result.labels("economy") if code != party["hegemon"]]
    series[f"{names['hegemon']} on the median economy"] = paid.sel(economy=others).median("economy")
    rows = []
    for name, rates in series.items():
        for phase in phases:
            rate = _finite(rates.sel(phase=phase["label"]).item())
            rows.append({"series": name, "date": phase["start"], "rate": rate})
        if phases[-1].get("end"):
            rows.append({"series": name, "date": phases[-1]["end"], "rate": rate})
    return [row | {"order": position} for position, row in enumerate(rows)]


def roles(result: Record) -> dict[str, str]:
    """ISO3 codes of hegemon, focus and rival, as far as the scenario names them."""
    known = result.labels("economy")
    found = {role: result.manifest.get(role) for role in ("hegemon", "focus", "rival")}
    return {role: str(code) for role, code in found.items() if code in known}


def party_name(result: Record, party: str) -> str:
    """English name of "focus" or "hegemon"; other labels stay as they are."""
    code = result.manifest.get(party)
    return result.name_of(code) if code else party


def _region(result: Record, label: str) -> str:
    return result.name_of(label).capitalize() if label.islower() else result.name_of(label)


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
