"""The record of tariff threats: one row a threat, read from the list that ships or from a file.

Executed means in full or in part. Rows of one decision share a cluster and count once. Classes:
"order" (a signed order, proclamation or notice), "dated" (a post, speech or letter with a date) and
"undated". Nothing that a row says of days after the information date is used: see `Threat.known`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from triffin.world.base.errors import Problems, one_of
from triffin.world.data.own.reader import Table, read_csv_table
from triffin.world.data.shipped import DATASETS, provenance, verified_bytes

LIST, OPEN = "threats-us-2018", "threats-us-open"
REQUIRED = ("id", "announced", "target", "rate_before", "rate_threatened", "instrument", "deadline")
OPTIONAL = (
    *("cluster", "iso3", "scope", "at_first_deadline", "final", "resolved", "rate_applied"),
    *("target_conceded", "target_retaliated", "source_kind", "source"),
)
COLUMNS = (
    *("id", "announced", "cluster", "target", "iso3", "scope", "rate_before", "rate_threatened"),
    *("instrument", "deadline", "at_first_deadline", "final", "resolved", "rate_applied"),
    *("target_conceded", "target_retaliated", "source_kind", "source"),
)
CLASSES = ("order", "dated", "undated")
INSTRUMENTS = {
    **dict.fromkeys(("order", "proclamation", "notice"), "order"),
    **dict.fromkeys(("post", "letter", "speech", "statement"), "dated"),
    "post_nodate": "undated",
}
OUTCOMES = ("full", "part", "deal", "other")
FINAL = {
    "FULL": "full",
    "PART": "part",
    "DEAL": "deal",
    **dict.fromkeys(("WITHDRAWN", "LAPSED", "VOID", "EXPIRED", "SUSPENDED", "SUPERSEDED"), "other"),
    **dict.fromkeys(("OPEN", ""), None),
}
AT_DEADLINE = ("full", "part", "extended", "withdrawn")
FIRST = {
    **{word: word for word in AT_DEADLINE},
    **dict.fromkeys(("deal", "lapsed", "void"), "withdrawn"),
    **dict.fromkeys(("none", "open", ""), None),
}


@dataclass(frozen=True)
class Threat:
    """One threat; rates in per cent of the value of the goods in scope, None where none is stated.

    class_ : a word of `CLASSES`. iso3 : a code, EU, ALL or MULT. deadline : the first one. cluster
    : the decision that it belongs to. at_deadline : full, part, extended or withdrawn, None where
    there is no deadline or it is not known. outcome : a word of `OUTCOMES`, None while open;
    resolved : its day. retaliation : whether the target answered with tariffs.
    """

    id: str
    target: str
    iso3: str
    scope: str
    class_: str
    instrument: str
    announced: date
    deadline: date | None
    cluster: str
    rate_in_force: float
    rate_threatened: float | None
    at_deadline: str | None = None
    outcome: str | None = None
    resolved: date | None = None
    rate_applied: float | None = None
    conceded: bool | None = None
    retaliation: bool | None = None
    source: str = ""

    @property
    def executed(self) -> bool:
        """Whether it was carried out, in full or in part."""
        return self.outcome in ("full", "part")

    @property
    def lead_days(self) -> int | None:
        """Days from the announcement to the first deadline."""
        return None if self.deadline is None else (self.deadline - self.announced).days

    def known(self, day: date) -> Threat | None:
        """The threat as it was known on a day: None before it was made; outcomes of later days and
        what happened at a deadline that was still to come are not known."""
        if self.announced > day:
            return None
        if self.resolved is not None and self.resolved <= day:
            return self
        passed = self.deadline is not None and self.deadline <= day
        return replace(
            self,
            at_deadline="extended" if passed and self.at_deadline == "extended" else None,
            outcome=None,
            resolved=None,
            rate_applied=None,
            conceded=None,
            retaliation=None,
        )


def load(path: str | os.PathLike[str] | None = None) -> tuple[Threat, ...]:
    """Threats of a CSV file in the columns `COLUMNS`, or of the list that ships, in its order.

    >>> threats = load()
    >>> threats[0].target, threats[0].class_, threats[0].outcome
    ('other suppliers (JPN CHN RUS TUR IND ...)', 'order', 'full')

    Raises InputError, with all problems of the file at once, for unknown or missing columns, days
    that are none, words that are none of those above, and days out of order.
    """
    return shipped(LIST) if path is None else read_threats(Path(path))


@cache
def shipped(name: str) -> tuple[Threat, ...]:
    """The threats of a shipped list (`LIST` or `OPEN`), its checksum verified."""
    verified_bytes(name)
    return read_threats(DATASETS / str(provenance(name)["file"]))


def read_threats(path: Path) -> tuple[Threat, ...]:
    """The threats of a CSV file; InputError as `load`."""
    table = read_csv_table(path, REQUIRED, OPTIONAL)
    problems = Problems()
    with problems.collected():
        table.labels("id")
    found = [_threat(table, row, problems) for row in range(len(table))]
    problems.refuse()
    return tuple(found)


def _threat(table: Table, row: int, problems: Problems) -> Threat:
    reader = _Cells(table, row, problems)
    label = table.cell(row, "id")
    instrument = reader.word("instrument", INSTRUMENTS)
    announced = reader.day("announced", needed=True) or date.min
    deadline, resolved = reader.day("deadline"), reader.day("resolved")
    for column, day in (("deadline", deadline), ("resolved", resolved)):
        if day is not None and day < announced:
            message = f"{day} lies before the announcement of {announced}."
            problems.add(table.error(row, column, message, valid="a day on or after it"))
    class_ = INSTRUMENTS.get(instrument, "order")
    return Threat(
        id=label,
        target=table.cell(row, "target"),
        iso3=table.cell(row, "iso3"),
        scope=table.cell(row, "scope"),
        class_="undated" if class_ == "dated" and deadline is None else class_,
        instrument=instrument,
        announced=announced,
        deadline=deadline,
        cluster=table.cell(row, "cluster") or label,
        rate_in_force=reader.number("rate_before") or 0.0,
        rate_threatened=reader.number("rate_threatened"),
        at_deadline=FIRST.get(reader.word("at_first_deadline", FIRST)),
        outcome=FINAL.get(reader.word("final", FINAL, upper=True)),
        resolved=resolved,
        rate_applied=reader.number("rate_applied"),
        conceded=reader.yes("target_conceded"),
        retaliation=reader.yes("target_retaliated"),
        source=table.cell(row, "source"),
    )


@dataclass(frozen=True)
class _Cells:
    """The cells of one row; what is wrong with them is collected."""

    table: Table
    row: int
    problems: Problems

    def word(self, column: str, choices: object, *, upper: bool = False) -> str:
        cell = self.table.cell(self.row, column)
        text = cell.upper() if upper else cell.lower()
        words = tuple(choices)  # type: ignore[arg-type, var-annotated]
        where = {"file": self.table.file, "line": self.table.lines[self.row], "field": column}
        with self.problems.collected():
            valid = tuple(word or "an empty cell" for word in words)
            one_of(text, words, f"{cell!r} is not known here.", valid=valid, **where)
        return text

    def day(self, column: str, *, needed: bool = False) -> date | None:
        text = self.table.cell(self.row, column)
        if not text and not needed:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            message = f"{text!r} is not a day."
            self.problems.add(
                self.table.error(self.row, column, message, valid="such as 2025-04-02")
            )
            return None

    def number(self, column: str) -> float | None:
        if not self.table.cell(self.row, column):
            return None
        with self.problems.collected():
            return self.table.number(self.row, column)
        return None

    def yes(self, column: str) -> bool | None:
        text = self.word(column, ("0", "1", ""))
        return None if text == "" else text == "1"
