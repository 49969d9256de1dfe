"""The tables of a run, in one place: the store, the exports and the report all read these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.answers import statistics
from triffin.world.base.wording import words

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from triffin.record.record import Record

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


RUN_UNITS = {
    "tariff_paid": "per cent",
    "tariff_faced_by_hegemon": "per cent",
    "rate_welfare": "per cent",
    "rate_revenue": "per cent of baseline spending",
    "trade_before": "USD bn",
    "trade_after": "USD bn",
    "spending": "USD bn",
    "gdp": "USD bn",
    "yield_10y": "per cent",
    "yield_impact": "bp",
    "reserves": "USD bn",
    "credibility": "probability",
    "resist_share": "share",
    "dollar_ratio": "1",
    "sign_day": "days after the start",
    "partner_rate": "fraction",
    "partner_gain": "USD bn per year",
    "hegemon_gain": "USD bn per year",
}
"""Units of a run's data that differ from the catalogue's, which are those of worlds (USD), or
that only runs have."""


COLUMN_UNITS = {
    "usd_bn": "USD bn",
    "rate": "%",
    "signs": "% of draws",
    "status_share": "% of draws",
    "action_share": "% of draws",
}
"""Units of columns that no variable of the data has."""

HEADLINE_COLUMN = "headline_"
"""How the columns of the headline's draws begin in the table of draws."""

PATH_VARIABLES = (
    "yield_10y",
    "yield_impact",
    "exchange_rate",
    "reserves",
    "credibility",
    "resist_share",
    "dollar_ratio",
)
"""Variables by draw and date, in the order of the tables."""


def variable_label(name: str) -> tuple[str, str]:
    """Label and unit of a variable from world.catalogue; the name in words if it has no entry."""
    from triffin.world.data import catalogue

    entry = catalogue.variables().get(name)
    return (entry.label, entry.unit) if entry else (words(name), "")


def with_units(data: xr.Dataset) -> xr.Dataset:
    """A shallow copy of the data whose variables carry `long_name` and `units`."""
    labelled = data.copy()
    for name in labelled.data_vars:
        label, unit = variable_label(str(name))
        unit = RUN_UNITS.get(str(name), unit)
        attributes = dict(labelled[name].attrs)
        attributes.setdefault("long_name", label)
        if name == "exchange_rate" and attributes.get("currency"):
            unit = f"{attributes['currency']} per USD"
        if attributes.get("flag_meanings"):
            meanings = str(attributes["flag_meanings"]).split()
            codes = np.atleast_1d(attributes.get("flag_values", np.arange(len(meanings))))
            pairs = zip(codes, meanings, strict=False)
            unit = "code: " + ", ".join(f"{int(code)} {meaning}" for code, meaning in pairs)
        if unit:
            attributes.setdefault("units", unit)
        labelled[name].attrs = attributes
    return labelled


def unit_of(result: Record, column: str) -> str:
    """Unit of a column of a table; "" for labels and pure numbers."""
    base = column
    for ending in ("_low", "_median", "_high"):
        base = base.removesuffix(ending)
    if base not in result.data.data_vars:
        # a column of one economy, partner or date: variable_JPN, yield_10y_2025-04-02
        whole, _, label = base.rpartition("_")
        if whole in result.data.data_vars and label:
            base = whole
        elif f"{whole}_draws" in result.data.data_vars:
            base = f"{whole}_draws"
        elif whole == "headline" or base.startswith(HEADLINE_COLUMN):
            return _headline_unit(result, base.removeprefix(HEADLINE_COLUMN))
    if base in result.data.data_vars:
        found = str(result.data[base].attrs.get("units", ""))
        if found:
            return found
    drawn = {item["name"]: str(item["unit"]) for item in result.manifest.get("parameters", [])}
    return COLUMN_UNITS.get(base) or drawn.get(base, "")


def _headline_unit(result: Record, identifier: str) -> str:
    return next((str(item["unit"]) for item in result.headline if item["id"] == identifier), "")


def labels(result: Record, dimension: str) -> list[str]:
    """Labels of a dimension as strings."""
    return [str(label) for label in result.data.coords[dimension].values]


def economy_names(result: Record) -> dict[str, str]:
    """ISO3 -> English name."""
    codes = labels(result, "economy")
    if "economy_name" not in result.data.coords:
        return {code: code for code in codes}
    return dict(zip(codes, map(str, result.data.coords["economy_name"].values), strict=True))


def central(result: Record, variable: str, phase: str | None = None) -> np.ndarray:
    """A variable at the central closure, (economy,), in the main phase unless told otherwise."""
    chosen = result.data[variable].sel(
        phase=phase or result.manifest["main_phase"], closure=result.manifest["central_closure"]
    )
    return np.asarray(chosen.values, dtype=float)


def welfare_interval(result: Record) -> np.ndarray:
    """(3, economy) low, median and high of welfare over the draws of the main phase, per cent.

    Economies without a finite draw are NaN.
    """
    draws = np.asarray(
        result.data["welfare_draws"].transpose("draw", "economy").values, dtype=float
    )
    levels = [statistics.LOW, statistics.MEDIAN, statistics.HIGH]
    if np.isfinite(draws).all():
        return statistics.quantile(draws, levels)
    ends = np.full((3, draws.shape[1]), np.nan)
    for column, sample in enumerate(draws.T):
        finite = sample[np.isfinite(sample)]
        if finite.size:
            ends[:, column] = statistics.quantile(finite, levels)
    return ends


def economies(result: Record) -> pd.DataFrame:
    """Phase × closure × economy, long.

    Variables are per cent at central parameters. welfare_low, _median and _high summarize the
    draws, which pool all closures: they stand on the rows of the main phase and central closure
    and are empty elsewhere.
    """
    import pandas as pd

    data = result.data
    phases, closures, codes = (labels(result, name) for name in ("phase", "closure", "economy"))
    shape = (len(phases), len(closures), len(codes))
    place = np.indices(shape).reshape(3, -1)
    names = economy_names(result)
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
    import pandas as pd

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
    import pandas as pd

    data = result.data
    columns: dict[str, Any] = {"draw": np.arange(data.sizes["draw"])}
    if "closure_of_draw" in data:
        columns["closure"] = [str(label) for label in data["closure_of_draw"].values]
    scalars = [str(name) for name in data.data_vars if data[name].dims == ("draw",)]
    for name in scalars:
        if name != "closure_of_draw":
            columns[name] = data[name].values
    if "headline_draws" in data:
        columns |= _by_label(data["headline_draws"], HEADLINE_COLUMN, labels(result, "headline"))
    if "rate_welfare" in data:
        for rate in labels(result, "rate"):
            for party in labels(result, "party"):
                values = data["rate_welfare"].sel(rate=rate, party=party).values
                columns[f"welfare of {party} at {rate}"] = values
    if "rate_revenue" in data:
        for rate in labels(result, "rate"):
            columns[f"revenue at {rate}"] = data["rate_revenue"].sel(rate=rate).values
    if "welfare_draws" in data:
        columns |= _by_label(data["welfare_draws"], "welfare_", labels(result, "economy"))
    if whole:
        for name in map(str, data.data_vars):
            dimensions = [str(one) for one in data[name].dims if one != "draw"]
            if "draw" not in data[name].dims or dimensions not in (["partner"], ["day"], ["week"]):
                continue
            (dimension,) = dimensions
            ends = [label[:10] for label in labels(result, dimension)]
            columns |= _by_label(data[name], f"{name}_", ends)
    return pd.DataFrame(columns)


def _by_label(values: xr.DataArray, prefix: str, names: list[str]) -> dict[str, np.ndarray]:
    """A variable by draw and one other dimension as columns."""
    by_draw = np.ascontiguousarray(values.transpose(..., "draw").values)
    return {f"{prefix}{name}": row for name, row in zip(names, by_draw, strict=True)}


def flows(result: Record) -> pd.DataFrame:
    """Trade among hegemon, rival, focus and the rest: phase, exporter, importer, bn USD."""
    import pandas as pd

    data = result.data
    rows = []
    parts = []
    if "trade_before" in data:
        parts.append(("baseline", data["trade_before"]))
    if "trade_after" in data:
        parts += [
            (phase, data["trade_after"].sel(phase=phase)) for phase in labels(result, "phase")
        ]
    for phase, table in parts:
        values = table.transpose("exporter", "importer").values
        for row, exporter in enumerate(labels(result, "exporter")):
            for column, importer in enumerate(labels(result, "importer")):
                rows.append((phase, exporter, importer, float(values[row, column])))
    return pd.DataFrame(rows, columns=["phase", "exporter", "importer", "usd_bn"])


def tariffs(result: Record) -> pd.DataFrame:
    """Tariffs by phase and economy: the hegemon's on it, and its on the hegemon, per cent."""
    import pandas as pd

    data = result.data
    phases, codes = labels(result, "phase"), labels(result, "economy")
    names = economy_names(result)
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
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "id": item["id"],
                "class": item["class"],
                "question": item["question"],
                "answer": item["answer"],
                "median": item["median"],
                "low": item["low"],
                "high": item["high"],
                "unit": item["unit"],
                "grade": item["grade"],
                "drivers": "; ".join(item["drivers"]),
                "judgement_share": item["judgement_share"],
                "sign_robust": (item["sign_robust"] or {}).get("text", ""),
                "coverage": str(item["coverage"]) if item.get("coverage") is not None else "",
                "information": str(item.get("information") or ""),
                "outcome": str(item.get("outcome") or ""),
            }
            for item in result.headline
        ]
    ).astype(dict.fromkeys(("median", "low", "high", "judgement_share"), float))
