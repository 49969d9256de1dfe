"""Runs side by side, with intervals of their differences where the draws are common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.results import statistics, tables
from triffin.results.text import clean
from triffin.world.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from triffin.results.result import Result


def common_draws(first: Result, other: Result) -> bool:
    """True if draw k of both runs has the same parameters and closure (common random numbers).

    Same seed and number of draws, and the same values drawn: a run that changed a distribution
    does not pass for one that changed a tariff only.
    """
    if any(first.manifest[key] != other.manifest[key] for key in ("seed", "draws")):
        return False
    for name in ("closure_of_draw", *tables.DRAW_PARAMETERS):
        if (name in first.data) != (name in other.data):
            return False
        if name in first.data and not np.array_equal(first.data[name], other.data[name]):
            return False
    return True


def compare(results: Sequence[Result]) -> dict[str, Any]:
    """The headlines of runs side by side, and each run less the first.

    Returns plain JSON types::

        {runs: [{scenario, title, hash, draws, seed, common_draws}],
         headline: [{id, question, unit, runs: [{answer, median, low, high} or null],
                     differences: [{median, low, high, paired} or null]}],
         economies: {ISO3: [{median, low, high, paired} or null]}}

    `differences` and `economies` hold one item per run after the first. Medians of differences
    are of the paired draws where draws are common; otherwise `paired` is false, `median` is the
    difference of medians and the ends are null, because the draws are not comparable one by one.
    `economies` is the welfare of every economy in both runs, per cent.

    Raises InputError for fewer than two runs.
    """
    if len(results) < 2:
        raise InputError("nothing to compare: give at least two runs.", value=len(results))
    first, *others = results
    shared = [common_draws(first, other) for other in others]
    identifiers = list(dict.fromkeys(item["id"] for run in results for item in run.headline))
    rows = []
    for identifier in identifiers:
        entries = [_find(run, identifier) for run in results]
        known = next(entry for entry in entries if entry)
        rows.append(
            {
                "id": identifier,
                "question": known["question"],
                "unit": known["unit"],
                "runs": [
                    {key: entry[key] for key in ("answer", "median", "low", "high")}
                    if entry
                    else None
                    for entry in entries
                ],
                "differences": [
                    _headline_difference(entries[0], entry, first, other, paired)
                    for entry, other, paired in zip(entries[1:], others, shared, strict=True)
                ],
            }
        )
    document: dict[str, Any] = clean(
        {
            "runs": [
                {
                    **{key: run.manifest[key] for key in ("scenario", "title", "hash")},
                    "draws": run.manifest["draws"],
                    "seed": run.manifest["seed"],
                    "common_draws": common,
                }
                for run, common in zip(results, [True, *shared], strict=True)
            ],
            "headline": rows,
            "economies": _economy_differences(first, others, shared),
        }
    )
    return document


def compare_frame(results: Sequence[Result]) -> pd.DataFrame:
    """The same as a table: one row per headline and run, with the difference to the first run."""
    import pandas as pd

    document = compare(results)
    rows = []
    for entry in document["headline"]:
        differences = [None, *entry["differences"]]
        for run, values, difference in zip(
            document["runs"], entry["runs"], differences, strict=True
        ):
            values, difference = values or {}, difference or {}
            rows.append(
                {
                    "id": entry["id"],
                    "question": entry["question"],
                    "scenario": run["scenario"],
                    "run": run["hash"][:12],
                    "answer": values.get("answer"),
                    "median": values.get("median"),
                    "low": values.get("low"),
                    "high": values.get("high"),
                    "unit": entry["unit"],
                    "difference": difference.get("median"),
                    "difference_low": difference.get("low"),
                    "difference_high": difference.get("high"),
                    "paired": difference.get("paired"),
                }
            )
    return pd.DataFrame(rows)


def paired_difference(first: Any, other: Any) -> dict[str, Any] | None:
    """Median and 90 % interval of other − first over common draws; None if no draw is finite."""
    difference = np.asarray(other, dtype=float) - np.asarray(first, dtype=float)
    if not np.isfinite(difference).any():
        return None
    spread = statistics.interval(difference)
    return {"median": spread.median, "low": spread.low, "high": spread.high, "paired": True}


def _headline_difference(
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    first: Result,
    other: Result,
    paired: bool,
) -> dict[str, Any] | None:
    if not before or not after or before["unit"] != after["unit"]:
        return None
    if before["question"] != after["question"]:
        # Another partner or another alternative rate: the difference would mean nothing.
        return None
    if before["median"] is None or after["median"] is None:
        return None
    draws = [_draws_of(run, before["id"]) for run in (first, other)]
    if paired and draws[0] is not None and draws[1] is not None:
        return paired_difference(draws[0], draws[1])
    return {
        "median": after["median"] - before["median"],
        "low": None,
        "high": None,
        "paired": False,
    }


def _draws_of(result: Result, identifier: str) -> np.ndarray | None:
    """Draws behind a headline: `headline_draws` (draw, headline) where a run has it, else the
    welfare of the economy that the identifier names by code or by role."""
    data = result.data
    if "headline_draws" in data and identifier in tables.labels(result, "headline"):
        return np.asarray(data["headline_draws"].sel(headline=identifier).values, dtype=float)
    if "welfare_draws" not in data or "welfare" not in identifier:
        return None
    who = identifier.replace("welfare", "").strip("_-. ")
    code = result.manifest.get(who.lower(), who.upper())
    if code in tables.labels(result, "economy"):
        return np.asarray(data["welfare_draws"].sel(economy=code).values, dtype=float)
    return None


def _economy_differences(
    first: Result, others: Sequence[Result], shared: Sequence[bool]
) -> dict[str, list[dict[str, Any] | None]]:
    if any("welfare_draws" not in run.data for run in (first, *others)):
        return {}
    known = [set(tables.labels(run, "economy")) for run in (first, *others)]
    codes = [code for code in tables.labels(first, "economy") if all(code in one for one in known)]
    columns = []
    base = first.data["welfare_draws"].sel(economy=codes).transpose("draw", "economy").values
    for other, paired in zip(others, shared, strict=True):
        draws = other.data["welfare_draws"].sel(economy=codes).transpose("draw", "economy").values
        if paired:
            columns.append([paired_difference(a, b) for a, b in zip(base.T, draws.T, strict=True)])
        else:
            columns.append(
                [
                    {"median": after - before, "low": None, "high": None, "paired": False}
                    for before, after in zip(
                        np.nanmedian(base, axis=0), np.nanmedian(draws, axis=0), strict=True
                    )
                ]
            )
    return {
        code: list(items) for code, items in zip(codes, zip(*columns, strict=True), strict=True)
    }


def _find(result: Result, identifier: str) -> dict[str, Any] | None:
    return next((item for item in result.headline if item["id"] == identifier), None)
