"""The tables of a run, in one place: the store, the exports and the report all read these."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from triffin.record import path_rows
from triffin.record.readings import HEADLINE_COLUMN, welfare_interval
from triffin.record.record import Record
from triffin.world.base.errors import one_of

if TYPE_CHECKING:
    import xarray as xr

ECONOMY_VARIABLES = (
    "welfare",
    "real_income",
    "deficit",
    "exports",
    "imports",
    "employment",
    "prices",
    "wage",
    "revenue",
)
"""Variables with dims (phase, closure, economy), in per cent, in the order of the tables."""

DRAW_PARAMETERS = ("trade_elasticity", "labor_supply_elasticity")
"""Continuous parameters that vary by draw, where a run has them."""


def economies(result: Record) -> pd.DataFrame:
    """Phase × closure × economy, long.

    Variables are per cent at central parameters. welfare_low, _median and _high summarize the
    draws, which pool all closures: they stand on the rows of the main phase and central closure
    and are empty elsewhere.
    """
    data = result.data
    phases, closures, codes = (result.labels(name) for name in ("phase", "closure", "economy"))
    shape = (len(phases), len(closures), len(codes))
    place = np.indices(shape).reshape(3, -1)
    names = result.names
    columns: dict[str, Any] = {
        "phase": np.array(phases, dtype=object)[place[0]],
        "closure": np.array(closures, dtype=object)[place[1]],
        "economy": np.array(codes, dtype=object)[place[2]],
        "name": np.array([names[code] for code in codes], dtype=object)[place[2]],
    }
    for variable in ECONOMY_VARIABLES:
        if variable in data:
            values = data[variable].transpose("phase", "closure", "economy").values
            columns[variable] = np.asarray(values, dtype=float).ravel()
    if "welfare_draws" in data:
        row = phases.index(result.manifest["main_phase"])
        column = closures.index(result.manifest["central_closure"])
        for name, values in zip(("low", "median", "high"), welfare_interval(result), strict=True):
            filled = np.full(shape, np.nan)
            filled[row, column] = values
            columns[f"welfare_{name}"] = filled.ravel()
    return pd.DataFrame(columns)


def summary(result: Record) -> pd.DataFrame:
    """One row per economy: main phase, central closure, with the interval of welfare, tariffs,
    baseline spending and GDP. The table of the report."""
    frame = economies(result)
    chosen = (frame["phase"] == result.manifest["main_phase"]) & (
        frame["closure"] == result.manifest["central_closure"]
    )
    frame = frame[chosen].drop(columns=["phase", "closure"]).reset_index(drop=True)
    extra = {}
    if "tariff_paid" in result.data:
        paid = result.data["tariff_paid"].sel(phase=result.manifest["main_phase"])
        extra["tariff_paid"] = np.asarray(paid.values, dtype=float)
    for name in ("spending", "gdp"):
        if name in result.data:
            extra[name] = np.asarray(result.data[name].values, dtype=float)
    return pd.concat([frame, pd.DataFrame(extra)], axis=1)


def draws(result: Record, *, whole: bool = True) -> pd.DataFrame:
    """One row per draw: closure, parameters, the headline, results at alternative rates, welfare
    by economy; and, unless `whole` is False, every partner's terms and every path by date."""
    data = result.data
    columns: dict[str, Any] = {"draw": np.arange(data.sizes["draw"])}
    if "closure_of_draw" in data:
        columns["closure"] = [str(label) for label in data["closure_of_draw"].values]
    scalars = [str(name) for name in data.data_vars if data[name].dims == ("draw",)]
    for name in scalars:
        if name != "closure_of_draw":
            columns[name] = data[name].values
    if "headline_draws" in data:
        columns |= _by_label(data["headline_draws"], HEADLINE_COLUMN, result.labels("headline"))
    if "rate_welfare" in data:
        for rate in result.labels("rate"):
            for party in result.labels("party"):
                values = data["rate_welfare"].sel(rate=rate, party=party).values
                columns[f"welfare of {party} at {rate}"] = values
    if "rate_revenue" in data:
        for rate in result.labels("rate"):
            columns[f"revenue at {rate}"] = data["rate_revenue"].sel(rate=rate).values
    if "welfare_draws" in data:
        columns |= _by_label(data["welfare_draws"], "welfare_", result.labels("economy"))
    if whole:
        for name in map(str, data.data_vars):
            dimensions = [str(one) for one in data[name].dims if one != "draw"]
            if "draw" not in data[name].dims or dimensions not in (["partner"], ["day"], ["week"]):
                continue
            (dimension,) = dimensions
            ends = [label[:10] for label in result.labels(dimension)]
            columns |= _by_label(data[name], f"{name}_", ends)
    return pd.DataFrame(columns)


def _by_label(values: xr.DataArray, prefix: str, names: list[str]) -> dict[str, np.ndarray]:
    """A variable by draw and one other dimension as columns."""
    by_draw = np.ascontiguousarray(values.transpose(..., "draw").values)
    return {f"{prefix}{name}": row for name, row in zip(names, by_draw, strict=True)}


def flows(result: Record) -> pd.DataFrame:
    """Trade among hegemon, rival, focus and the rest: phase, exporter, importer, bn USD."""
    data = result.data
    rows = []
    parts = []
    if "trade_before" in data:
        parts.append(("baseline", data["trade_before"]))
    if "trade_after" in data:
        parts += [(phase, data["trade_after"].sel(phase=phase)) for phase in result.labels("phase")]
    for phase, table in parts:
        values = table.transpose("exporter", "importer").values
        for row, exporter in enumerate(result.labels("exporter")):
            for column, importer in enumerate(result.labels("importer")):
                rows.append((phase, exporter, importer, float(values[row, column])))
    return pd.DataFrame(rows, columns=["phase", "exporter", "importer", "usd_bn"])


def tariffs(result: Record) -> pd.DataFrame:
    """Tariffs by phase and economy: the hegemon's on it, and its on the hegemon, per cent."""
    data = result.data
    phases, codes = result.labels("phase"), result.labels("economy")
    names = result.names
    columns: dict[str, Any] = {
        "phase": np.repeat(np.array(phases, dtype=object), len(codes)),
        "economy": codes * len(phases),
        "name": [names[code] for code in codes] * len(phases),
    }
    for variable in ("tariff_paid", "tariff_faced_by_hegemon"):
        if variable in data:
            columns[variable] = data[variable].transpose("phase", "economy").values.ravel()
    return pd.DataFrame(columns)


def headline(result: Record) -> pd.DataFrame:
    """One row per headline entry; lists as text."""
    same = ("id", "class", "question", "answer", "median", "low", "high", "unit", "grade")
    rows = [
        {
            **{key: item[key] for key in same},
            "drivers": "; ".join(item["drivers"]),
            "judgement_share": item["judgement_share"],
            "sign_robust": (item["sign_robust"] or {}).get("text", ""),
            "coverage": str(item["coverage"]) if item.get("coverage") is not None else "",
            **{key: str(item.get(key) or "") for key in ("information", "outcome")},
        }
        for item in result.headline
    ]
    numbers = ("median", "low", "high", "judgement_share")
    return pd.DataFrame(rows).astype(dict.fromkeys(numbers, float))


def partners(result: Record) -> pd.DataFrame:
    """One row per partner, the likeliest to sign first; empty if no talks were asked."""
    rows = path_rows.partners(result)
    frame = pd.DataFrame(rows)
    numeric = [name for name in frame.columns if any(isinstance(row[name], float) for row in rows)]
    return frame.astype(dict.fromkeys(numeric, float))


def paths(result: Record) -> pd.DataFrame:
    """Quantiles of every path by date: variable, unit, date, low to high; empty without paths."""
    return pd.DataFrame(path_rows.paths(result))


def _records(key: str) -> Callable[[Record], pd.DataFrame]:
    def table(result: Record) -> pd.DataFrame:
        return pd.DataFrame(result.manifest.get(key, []))

    table.__doc__ = f"The {key} of the manifest as a table."
    return table


TABLES: dict[str, Callable[[Record], pd.DataFrame]] = {
    "economies": economies,
    "summary": summary,
    "draws": draws,
    "flows": flows,
    "tariffs": tariffs,
    "headline": headline,
    "partners": partners,
    "paths": paths,
    "parameters": _records("parameters"),
    "closures": _records("closures"),
    "sources": _records("data"),
    "models": _records("models"),
}
"""Name -> function of a Record that returns a table."""


def to_frame(record: Record, name: str = "economies") -> pd.DataFrame:
    """A table of the run: one of `TABLES`, or any variable of `data` in long form.

    Raises InputError with the nearest match for an unknown name.
    """
    known = [*TABLES, *(str(key) for key in record.data.data_vars)]
    one_of(name, known, f"{name!r} is not a table of this run.")
    if name in TABLES:
        return TABLES[name](record)
    return record.data[name].to_dataframe().reset_index()
