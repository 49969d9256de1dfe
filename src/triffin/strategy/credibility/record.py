"""What the hegemon was seen to do: dated events as outcomes of ultimatums (B.3)."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from triffin.strategy.credibility.resolve import largest_rise
from triffin.world.data.partners import Event, events
from triffin.world.data.series import load_series

HEGEMON = "USA"
"""Whose events the dataset holds."""
WATCHED_DAYS = 60
WINDOW_DAYS = 7
"""Market pain counts that falls within a week before the event (B.2)."""


class Seen(NamedTuple):
    """An event, its outcome (one of `OUTCOMES`) and the largest three-day rise of the 10-year
    in the week before, bp."""

    event: Event
    outcome: str
    rise_bp: float


def outcome_of(event: Event) -> str | None:
    """The outcome that an event shows, or None where it shows none; judgement.

    A pause or truce backs down; a letter or extension sets a new date; an escalation and an order
    against named partners punish in full; one against everybody, at rates below those threatened,
    in part. Orders on sectors, investigations, rulings of courts (no choice of the hegemon) and
    concessions by partners (B.3) show nothing.
    """
    if event.kind in ("pause", "truce"):
        return "back_down"
    if event.kind == "letter" or event.type.endswith("extension"):
        return "extension"
    emergency = "IEEPA" in event.legal_basis or "EO 14" in event.legal_basis
    if event.kind != "order" or not emergency or event.type not in ("tariff order", "escalation"):
        return None
    return "full_punish" if event.iso3 else "partial_punish"


def record(since: dt.date, until: dt.date) -> list[Seen]:
    """Outcomes after the day `since` (the threat itself) up to `until`, in order of time."""
    found = []
    for event in events(until):
        outcome = outcome_of(event)
        if outcome is not None and event.date > since:
            first = event.date - dt.timedelta(days=WINDOW_DAYS)
            found.append(Seen(event, outcome, rise_between(first, event.date)))
    return found


def first_outcome(known: dt.date, deadline: dt.date) -> Seen | None:
    """What the hegemon did about an ultimatum: the first outcome, after the day of information,
    from a week before the deadline on; None where the record ends before."""
    first = max(known, deadline - dt.timedelta(days=WINDOW_DAYS))
    last = deadline + dt.timedelta(days=WATCHED_DAYS)
    return next(iter(record(first, last)), None)


def rise_between(first: dt.date, last: dt.date) -> float:
    """Largest three-day rise of the 10-year yield from `first` to `last`, bp; 0 without data."""
    values = load_series("yield-10y").between(first.isoformat(), last.isoformat()).observed().values
    return float(largest_rise(values)) if len(values) > 1 else 0.0
