"""Runs side by side, with intervals of their differences where the draws are common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.answers import statistics
from triffin.answers.headlines import FAMILY, question_of
from triffin.record import tables
from triffin.record.record import Record
from triffin.world.base.errors import InputError
from triffin.world.base.wording import HUNDREDS, clean, quantity

if TYPE_CHECKING:
    import pandas as pd


PARTIES = ("hegemon", "focus")
"""Whose answers a difference is about."""

ROUNDING = 1e-9
"""Relative difference below which two solved numbers are the same: the accuracy of a run."""

NORMAL_90 = 1.6448536269514722
"""Half the width of a 90 % interval of the normal distribution, in standard deviations."""


def common_draws(first: Record, other: Record) -> bool:
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


def compare(results: Sequence[Record]) -> dict[str, Any]:
    """The headlines of runs side by side, and each run less the first.

    Returns plain JSON types::

        {runs: [{scenario, title, hash, draws, seed, common_draws}],
         headline: [{id, question, unit, measure,
                     runs: [{answer, median, low, high} or null],
                     differences: [{median, low, high, paired} or null],
                     changes: [{changed, share} or null]}],
         economies: {ISO3: [{median, low, high, paired} or null]}}

    `measure` is "number", "probability" or "words". `differences`, `changes` and `economies` hold
    one item per run after the first. Medians of differences are of the paired draws where draws
    are common; otherwise `paired` is false, `median` is the difference of medians and the ends
    are null, because the draws are not comparable one by one. Of a probability the difference is
    that of the shares, and its interval the Monte Carlo error (90 %) of the paired draws.
    `changes` is for answers in words: whether the answer differs, and the share of the common
    draws in which it does (null if unknown). `economies` is the welfare of every economy in both
    runs, per cent.

    Differences are between runs of the same hegemon and focus, or of the same question: what a
    deal is worth to Japan less what one is worth to Germany means nothing.

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
        against = [
            _against(entries[0], entry, first, other, paired)
            for entry, other, paired in zip(entries[1:], others, shared, strict=True)
        ]
        rows.append(
            {
                "id": identifier,
                "question": known["question"],
                "unit": known["unit"],
                "measure": _measure(first if entries[0] else results[entries.index(known)], known),
                "runs": [
                    {key: entry[key] for key in ("answer", "median", "low", "high")}
                    if entry
                    else None
                    for entry in entries
                ],
                "differences": [difference for difference, _ in against],
                "changes": [change for _, change in against],
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


def run_names(document: Mapping[str, Any]) -> list[str]:
    """A name for each run of a comparison: its scenario, with four digits of the hash where
    scenarios repeat."""
    names = [run["scenario"] for run in document["runs"]]
    if len(set(names)) < len(names):
        return [f"{run['scenario']}-{run['hash'][:4]}" for run in document["runs"]]
    return names


def difference_unit(unit: str) -> str:
    """Unit of a difference: percentage points for per cent."""
    if unit in HUNDREDS:
        return "share pp"
    return "pp" if unit in ("%", "per cent") else unit


def compare_frame(document: Mapping[str, Any]) -> pd.DataFrame:
    """The same as a table: one row per headline and run, with the difference to the first run."""
    import pandas as pd

    rows = []
    for entry in document["headline"]:
        differences = [None, *entry["differences"]]
        changes = [None, *entry["changes"]]
        for run, values, difference, change in zip(
            document["runs"], entry["runs"], differences, changes, strict=True
        ):
            values, difference, change = values or {}, difference or {}, change or {}
            ends = {f"difference_{end}": difference.get(end) for end in ("low", "high")}
            rows.append(
                {
                    "id": entry["id"],
                    "question": entry["question"],
                    "scenario": run["scenario"],
                    "run": run["hash"][:12],
                    **{key: values.get(key) for key in ("answer", "median", "low", "high")},
                    "unit": entry["unit"],
                    "difference": difference.get("median"),
                    **ends,
                    "paired": difference.get("paired"),
                    "changed": change.get("changed"),
                    "share_changed": change.get("share"),
                }
            )
    return pd.DataFrame(rows)


def paired_difference(first: Any, other: Any) -> dict[str, Any] | None:
    """Median and 90 % interval of other − first over common draws; None if no draw is finite."""
    before, after = np.asarray(first, dtype=float), np.asarray(other, dtype=float)
    difference = after - before
    if not np.isfinite(difference).any():
        return None
    # what floating-point arithmetic leaves of equal numbers is no difference
    largest = np.maximum(np.abs(before), np.abs(after))
    difference = np.where(np.abs(difference) <= ROUNDING * largest, 0.0, difference)
    spread = statistics.interval(difference)
    return _between(spread.median, spread.low, spread.high)


def probability_difference(first: Any, other: Any, scale: float = 1.0) -> dict[str, Any] | None:
    """Difference of the shares of two 0-1 samples over common draws, other − first, with the
    90 % Monte Carlo interval of the paired draws; None if no draw is finite."""
    difference = scale * (np.asarray(other, dtype=float) - np.asarray(first, dtype=float))
    difference = difference[np.isfinite(difference)]
    if difference.size == 0:
        return None
    middle = float(difference.mean())
    error = float(difference.std(ddof=1) / np.sqrt(difference.size)) if difference.size > 1 else 0.0
    return _between(middle, middle - NORMAL_90 * error, middle + NORMAL_90 * error)


def _between(
    median: float, low: float | None = None, high: float | None = None, *, paired: bool = True
) -> dict[str, Any]:
    return {"median": median, "low": low, "high": high, "paired": paired}


def _against(
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    first: Record,
    other: Record,
    paired: bool,
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The difference of two numbers, or whether an answer in words changed; None for what is not
    asked, and for answers of other questions."""
    if not before or not after or not _comparable(before, after, first, other):
        return None, None
    one, two = (_draws_of(run, before["id"]) if paired else None for run in (first, other))
    in_words = [entry["median"] is None for entry in (before, after)]
    if any(in_words):
        return None, _change(before, after, one, two) if all(in_words) else None
    if one is None or two is None:
        return _between(after["median"] - before["median"], paired=False), None
    if _is_share(one) and _is_share(two):
        percent = before["unit"] in ("%", "per cent")
        return probability_difference(one, two, 100.0 if percent else 1.0), None
    return paired_difference(one, two), None


def _change(before: dict[str, Any], after: dict[str, Any], one: Any, two: Any) -> dict[str, Any]:
    """Whether an answer in words differs, and in which share of the common draws (n,)."""
    share = None
    if one is not None and two is not None:
        both = np.stack([one, two])[:, np.isfinite(one) & np.isfinite(two)]
        # codes are whole; other numbers behind an answer in words differ without changing it
        if both.size and np.array_equal(both, np.rint(both)):
            share = float(np.mean(both[0] != both[1]))
    return {"changed": before["answer"] != after["answer"], "share": share}


def _comparable(
    before: Mapping[str, Any], after: Mapping[str, Any], first: Record, other: Record
) -> bool:
    """Same unit, and the same question or (for the questions of every confrontation) the same
    parties; a question about another alternative rate is another question."""
    if before["unit"] != after["unit"]:
        return False
    asked = question_of(before["id"])
    if before["question"] == after["question"] and not (asked and asked.of_focus):
        return True
    parties = all(first.manifest.get(role) == other.manifest.get(role) for role in PARTIES)
    family = asked is not None and asked.id.endswith(FAMILY)
    same_rates = before["question"] == after["question"] or not family
    return parties and same_rates


def bare(value: float | None, unit: str) -> str:
    """A number of a unit as it is printed, without the unit, which stands elsewhere."""
    return quantity(value, unit).partition(" ")[0]


def _measure(result: Record, entry: Mapping[str, Any]) -> str:
    if entry["median"] is None:
        return "words"
    draws = _draws_of(result, entry["id"])
    return "probability" if draws is not None and _is_share(draws) else "number"


def _is_share(draws: np.ndarray) -> bool:
    """True for an event by draw: it happened or not."""
    finite = draws[np.isfinite(draws)]
    return bool(finite.size and np.isin(finite, (0.0, 1.0)).all())


def _draws_of(result: Record, identifier: str) -> np.ndarray | None:
    """Draws behind a headline: `headline_draws` (draw, headline) where a run has it, else the
    welfare of the economy that the identifier names by code or by role."""
    data = result.data
    if "headline_draws" in data and identifier in result.labels("headline"):
        return np.asarray(data["headline_draws"].sel(headline=identifier).values, dtype=float)
    if identifier in data and data[identifier].dims == ("draw",):
        return np.asarray(data[identifier].values, dtype=float)
    if "welfare_draws" not in data or "welfare" not in identifier:
        return None
    who = identifier.replace("welfare", "").strip("_-. ")
    code = result.manifest.get(who.lower(), who.upper())
    if code in result.labels("economy"):
        return np.asarray(data["welfare_draws"].sel(economy=code).values, dtype=float)
    return None


def _economy_differences(
    first: Record, others: Sequence[Record], shared: Sequence[bool]
) -> dict[str, list[dict[str, Any] | None]]:
    if any("welfare_draws" not in run.data for run in (first, *others)):
        return {}
    known = [set(run.labels("economy")) for run in (first, *others)]
    codes = [code for code in first.labels("economy") if all(code in one for one in known)]
    base, *draws = (
        run.data["welfare_draws"].sel(economy=codes).transpose("draw", "economy").values
        for run in (first, *others)
    )
    columns = [
        [paired_difference(a, b) for a, b in zip(base.T, each.T, strict=True)]
        if paired
        else [
            _between(after - before, paired=False)
            for before, after in zip(np.nanmedian(base, 0), np.nanmedian(each, 0), strict=True)
        ]
        for each, paired in zip(draws, shared, strict=True)
    ]
    return {
        code: list(items) for code, items in zip(codes, zip(*columns, strict=True), strict=True)
    }


def _find(result: Record, identifier: str) -> dict[str, Any] | None:
    return next((item for item in result.headline if item["id"] == identifier), None)
