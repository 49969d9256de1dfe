"""Who negotiates with the United States, at which rates, tied by which treaties, and what happened.

The European Union is one partner with its 27 members. Partners without trade data stay in the
list, so that they can be named as missing. Nothing dated after `until` is ever returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Literal, get_args

from triffin.world.base.errors import InputError, one_of
from triffin.world.base.own_tables_in_place import PARTNERS as PARTNERS_TABLE
from triffin.world.base.own_tables_in_place import active
from triffin.world.countries import country_code, likely
from triffin.world.data.blocs import EU
from triffin.world.data.shipped_rows import Confidence, Grade, read_rows, rows

PARTNERS, EVENTS, BLOCS = "partners", "negotiation-events", "blocs"
PARTNER_COLUMNS = (
    "iso3",
    "name",
    "in_world",
    "announced_pct",
    "listed",
    "pause_pct",
    "letter_pct",
    "letter_source",
    "letter_grade",
    "agreed_pct",
    "february_2026_pct",
    "july_2026_pct",
    "notes",
    "source",
)
BLOC_COLUMNS = ("bloc", "kind", "title", "iso3", "since", "source")
EventKind = Literal[
    "deal", "follow-up", "truce", "pause", "letter", "order", "talks", "court", "other"
]
EVENT_KINDS: tuple[str, ...] = get_args(EventKind)
BLOC_KINDS = ("treaty", "major non-NATO", "trade")
ALLY = ("treaty", "major non-NATO", "none")
# First day on which each rate was known.
ANNOUNCED_ON = date(2025, 4, 2)
PAUSED_ON = date(2025, 4, 9)
LETTERS_ON = {"published": date(2025, 7, 7), "judgement": date(2025, 7, 12)}
AGREED_ON = date(2025, 7, 31)
LATER_ON = {"february_2026_pct": date(2026, 2, 20), "july_2026_pct": date(2026, 7, 23)}


@dataclass(frozen=True)
class Partner:
    """One partner and the US rates on it, as fractions of the customs value.

    members : codes of its economies; one unless it is the EU. in_world : whether world-2023 has
    its trade. announced, pause, letter, agreed : rate of 2 April 2025, of the pause of 9 April, of
    the letters of July and the rate in force on 7 August 2025, agreed or imposed; None where there
    is none or it is not known yet. later : (day it became known, rate). ally : "treaty", "major
    non-NATO" or "none"; the EU counts as an ally by treaty because most members are. blocs : codes
    of `blocs`. letter_grade : published, or judgement where the letter has no source.
    own : fields that the user's own table states; they count as known on every day.
    """

    iso3: str
    name: str
    members: tuple[str, ...]
    in_world: bool
    announced: float | None
    pause: float | None
    letter: float | None
    letter_grade: str | None
    agreed: float | None
    later: tuple[tuple[date, float], ...]
    ally: str
    blocs: tuple[str, ...]
    notes: str
    source: str
    letter_source: str
    own: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    """One dated event. iso3 : codes of the partners it concerns, empty where it concerns all or a
    class. kind : one of EVENT_KINDS; type, rate and content as the source table words them."""

    date: date
    partner: str
    iso3: tuple[str, ...]
    kind: EventKind
    type: str
    rate: str
    legal_basis: str
    content: str
    source: str
    confidence: Confidence
    grade: Grade


@dataclass(frozen=True)
class Bloc:
    """A treaty, a legal status or a trade bloc, and since which year each member belongs to it."""

    code: str
    kind: str
    title: str
    since: dict[str, int]
    source: str

    @property
    def members(self) -> tuple[str, ...]:
        """Codes, sorted."""
        return tuple(sorted(self.since))


def partners(until: date | str | None = None) -> list[Partner]:
    """All partners in the order of their names, with what was known on the day `until`.

    Those of the user's own table where one is in place (`triffin.world.data.own.partners`).

    Raises InputError where `until` is no date.
    """
    day = _day(until)
    return [replace(p, **_hidden(p, day)) for p in _listed()] if day else list(_listed())


def partner(code: str, until: date | str | None = None) -> Partner:
    """One partner by code, name, or the code of a member of the EU.

    Raises InputError with the nearest match for any other.
    """
    found = partners(until)
    return found[partner_position(found, code, "the talks")]


def partner_position(found: Sequence[Partner], word: str, where: str) -> int:
    """Place of a partner by code or name of it or of one of its members.

    Raises InputError with the nearest match.
    """
    wanted = word.strip().casefold()
    code = country_code(word)
    for place, one in enumerate(found):
        if wanted in (one.iso3.casefold(), one.name.casefold()):
            return place
    for place, one in enumerate(found):
        if (code and code in one.members) or word.strip().upper() in one.members:
            return place
    raise InputError(
        f"{word!r} is not a partner in {where}.",
        value=word,
        nearest=likely(word, [label for one in found for label in (one.iso3, one.name)]),
        valid=tuple(one.iso3 for one in found),
    )


def missing_partners(economies: tuple[str, ...]) -> dict[str, str]:
    """Partners that a world of these economies has no trade of: code -> name and reason."""
    held = set(economies)
    found = {}
    for one in _listed():
        absent = [code for code in one.members if code not in held]
        if one.iso3 not in held and len(absent) == len(one.members):
            found[one.iso3] = f"{one.name}: no trade data"
    return found


def events(until: date | str | None = None, *, kind: str | None = None) -> tuple[Event, ...]:
    """Events up to and including the day `until`, in order of time, of one kind or of all.

    Raises InputError where `until` is no date or the kind does not exist.
    """
    if kind is not None:
        one_of(kind, EVENT_KINDS, f"there is no kind of event {kind!r}.", field="kind")
    day = _day(until)
    return tuple(
        event
        for event in _events()
        if (day is None or event.date <= day) and kind in (None, event.kind)
    )


def deals(until: date | str | None = None) -> dict[str, date]:
    """Day of the first settlement of each partner that has one, in order of time.

    A truce (China) is no settlement here; ask `events(kind="truce")` for it.
    """
    found: dict[str, date] = {}
    for event in events(until, kind="deal"):
        for code in event.iso3:
            found.setdefault(code, event.date)
    return found


@cache
def blocs() -> dict[str, Bloc]:
    """Treaties, the status of major non-NATO ally, and trade blocs by code."""
    found: dict[str, Bloc] = {}
    for row in read_rows(BLOCS, BLOC_COLUMNS):
        kind = row.choice("kind", BLOC_KINDS)
        bloc = found.setdefault(
            row["bloc"], Bloc(row["bloc"], kind, row["title"], {}, row["source"])
        )
        if row["iso3"] in bloc.since:
            raise row.refused(f"{row['iso3']} stands twice in {bloc.code}.")
        bloc.since[row["iso3"]] = int(row.number("since", positive=True))
    return found


def _listed() -> tuple[Partner, ...]:
    own = active(PARTNERS_TABLE)
    return shipped_partners() if own is None else tuple(own.partners)


@cache
def shipped_partners() -> tuple[Partner, ...]:
    """The partners of the table that ships, with all that is known today."""
    found = []
    for row in read_rows(PARTNERS, PARTNER_COLUMNS):
        members = EU if row["iso3"] == "EU" else (row["iso3"],)
        percent = {column: row.optional(column) for column in row.cells if column.endswith("_pct")}
        rates = {column: p and round(p / 100, 10) for column, p in percent.items()}
        later = tuple((day, rates[column]) for column, day in LATER_ON.items())
        found.append(
            Partner(
                iso3=row["iso3"],
                name=row["name"],
                members=members,
                in_world=row.choice("in_world", ("yes", "no")) == "yes",
                announced=rates["announced_pct"],
                pause=rates["pause_pct"],
                letter=rates["letter_pct"],
                letter_grade=row["letter_grade"] or None,
                agreed=rates["agreed_pct"],
                later=tuple((day, rate) for day, rate in later if rate is not None),
                ally=closest_tie(members),
                blocs=blocs_of(members),
                notes=row["notes"],
                source=row["source"],
                letter_source=row["letter_source"],
            )
        )
    return tuple(found)


@cache
def _events() -> tuple[Event, ...]:
    return rows(EVENTS, Event)


def closest_tie(members: tuple[str, ...]) -> str:
    """The closest tie of most of the members."""
    for kind in ALLY[:2]:
        tied = {code for bloc in blocs().values() if bloc.kind == kind for code in bloc.members}
        if 2 * len(tied & set(members)) > len(members):
            return kind
    return "none"


def blocs_of(members: tuple[str, ...]) -> tuple[str, ...]:
    """Blocs of which most of the members are members."""
    return tuple(
        code
        for code, bloc in blocs().items()
        if 2 * len(set(bloc.members) & set(members)) > len(members)
    )


def _hidden(one: Partner, day: date) -> dict[str, Any]:
    """Fields of a partner that were not known on a day, as they were then."""
    changed: dict[str, Any] = {
        "later": tuple((known, rate) for known, rate in one.later if known <= day)
    }
    if day < ANNOUNCED_ON:
        changed["announced"] = None
    if day < PAUSED_ON:
        changed["pause"] = None
    if one.letter_grade is None or day < LETTERS_ON[one.letter_grade]:
        changed |= {"letter": None, "letter_grade": None, "letter_source": ""}
    if day < AGREED_ON:
        changed["agreed"] = None
    # The notes word rates of later dates.
    if day < AGREED_ON:
        changed["notes"] = ""
    elif day < LATER_ON["july_2026_pct"]:
        parts = one.notes.split("; ")
        changed["notes"] = "; ".join(part for part in parts if "2026" not in part)
    return {field: value for field, value in changed.items() if field not in one.own}


def _day(until: date | str | None) -> date | None:
    if until is None or isinstance(until, date):
        return until
    try:
        return date.fromisoformat(until)
    except ValueError:
        raise InputError(
            f"{until!r} is not a date.", field="until", value=until, valid="such as 2025-04-18"
        ) from None
