"""Facts of the ledger from the talks: dated events, rates of partners, tariff schedules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from triffin.evidence.claims.reading import (
    PERIOD_KEYS,
    Arguments,
    Reader,
    Reading,
    span_of,
)
from triffin.world.base.errors import InputError, one_of
from triffin.world.data.partners import EVENTS, PARTNERS, Partner, deals, events, partner, partners
from triffin.world.data.schedules import named_schedule
from triffin.world.registry.parameter_set import ParameterSet

_Z_95 = 1.645


def _events(name: str, a: Arguments, parameters: ParameterSet) -> Reading:
    """Events of one partner (or of all), of one kind, whose wording contains all of `contains`.

    take: count; partners (how many different ones); first (its day); number (the first number in
    the wording after `after`). Nothing found: count and partners are 0, the others silent.
    """
    start, end = span_of(a)
    words = a.get("contains", [])
    words = words if isinstance(words, list) else [words]
    codes = [c for c in str(a.get("partner", "")).split() if c]
    for code in codes:
        if code != "USA":
            partner(code)
    kind = a.get("kind")
    found = []
    for event in events(kind=None if kind is None else str(kind)):
        text = f"{event.partner}; {event.type}; {event.rate}; {event.content}".casefold()
        if (
            start <= event.date.isoformat() <= end
            and all(code in event.iso3 for code in codes)
            and all(str(word).casefold() in text for word in words)
        ):
            found.append((event, text))
    shown: dict[str, Any] = {"source": f"{name}: no such event", "grade": "published"}
    if found:
        sources = "; ".join(dict.fromkeys(e.source for e, _ in found[:2]))
        worst = "judgement" if any(e.grade == "judgement" for e, _ in found) else "published"
        shown = {"source": f"{name}: {sources}", "grade": worst}
    take = a.get("take", "count")
    if take == "count":
        return Reading(float(len(found)), unit="on record", **shown)
    if take == "partners":
        different = {code for event, _ in found for code in event.iso3}
        return Reading(float(len(different)), unit="partners", **shown)
    if not found:
        return Reading(None, why="the record has no such event", **shown)
    event, text = found[0]
    if take == "first":
        return Reading(event.date.isoformat(), **shown)
    after = str(a.get("after", "")).casefold()
    rest = text.partition(after)[2] if after else text
    numbers = re.findall(r"\d+(?:\.\d+)?", rest)
    if not numbers:
        return Reading(None, why="the record gives no number", **shown)
    return Reading(float(numbers[0]), period=event.date.isoformat(), **shown)


def _partners(name: str, a: Arguments, parameters: ParameterSet) -> Reading:
    """One US rate of a partner (percent), or how rates go with the order of signing."""
    take = a.get("take", "value")
    if take == "listed":
        listed = sum(p.announced is not None for p in partners())
        return Reading(float(listed), unit="partners")
    column = str(a.get("column", "agreed"))
    if take == "signing_order":
        return _signing_order(column, a)
    if "partner" not in a:
        raise InputError(f"{name} needs a partner.", field="partner", valid="a code such as JPN")
    rate = _rate(partner(str(a["partner"])), column)
    if rate is None:
        return Reading(None, why=f"no rate under {column}")
    return Reading(100 * rate, unit="%")


_RATES = ("announced", "pause", "letter", "agreed", "latest")


def _rate(one: Partner, column: str) -> float | None:
    one_of(column, _RATES, f"there is no rate {column!r}.", field="column")
    if column == "latest":
        return one.later[-1][1] if one.later else one.agreed
    found: float | None = getattr(one, column)
    return found


def _signing_order(column: str, a: Arguments) -> Reading:
    """Rank correlation of the day of signing and the rate, with the 90 % interval of Fisher's z."""
    from scipy.stats import spearmanr

    end = span_of(a)[1]
    pairs = []
    for code, day in deals().items():
        rate = _rate(partner(code), column)
        if rate is not None and day.isoformat() <= end:
            pairs.append((day.toordinal(), rate))
    if len(pairs) < 5:
        return Reading(None, grade="derived", why="fewer than five partners have signed")
    days, rates = np.array(pairs, dtype=np.float64).T
    rho = float(spearmanr(days, rates).statistic)
    half = _Z_95 / np.sqrt(len(pairs) - 3)
    low, high = (float(np.tanh(np.arctanh(rho) + sign * half)) for sign in (-1, 1))
    return Reading(
        rho,
        low=low,
        high=high,
        unit=f"rank correlation, {len(pairs)} partners",
        grade="derived",
        sampled=True,
    )


def _schedule(name: str, a: Arguments, parameters: ParameterSet) -> Reading:
    found = named_schedule(str(a["schedule"]))
    exporter = str(a["exporter"]).upper()
    rate = found.rates.get(exporter, found.default)
    if a.get("take") == "above_default":
        rate -= found.default
    return Reading(
        100 * rate,
        unit="%" if a.get("take") != "above_default" else "points",
        source=f"{name}: {found.source}",
        grade="published",
        period=found.date,
    )


TALKS_READERS: Mapping[str, Reader] = {
    EVENTS: Reader(
        _events,
        (*PERIOD_KEYS, "partner", "kind", "contains", "after", "take"),
        (),
        ("count", "partners", "first", "number"),
    ),
    PARTNERS: Reader(
        _partners,
        (*PERIOD_KEYS, "partner", "column", "take"),
        (),
        ("value", "listed", "signing_order"),
    ),
    "us-tariff-schedules": Reader(
        _schedule,
        ("schedule", "exporter", "take"),
        ("schedule", "exporter"),
        ("rate", "above_default"),
    ),
}
