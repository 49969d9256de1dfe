"""A user's own table of partners in the talks, in place of the one that ships.

One row a partner. Columns: `iso3` (a code, or EU) and as far as wanted `name`, `announced_pct`,
`pause_pct`, `letter_pct`, `agreed_pct` (per cent; empty: there is none), `ally` (a word of `ALLY`),
`blocs` (codes with spaces between them), `notes` and `source`. Columns that are left out are those
of the shipped table. A row `*` keeps all shipped partners that the file does not name; without it
the partners are those of the file and no others.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from triffin.world.base.errors import nearest_match
from triffin.world.base.figure_checks import MAX_TARIFF
from triffin.world.base.own_tables_in_place import checksum
from triffin.world.countries import country_code, likely
from triffin.world.data.blocs import EU
from triffin.world.data.own.reader import Table, read_csv_table, write_csv
from triffin.world.data.partners import (
    ALLY,
    Partner,
    blocs,
    blocs_of,
    closest_tie,
    shipped_partners,
)

REST = "*"
RATES = {
    "announced_pct": "announced",
    "pause_pct": "pause",
    "letter_pct": "letter",
    "agreed_pct": "agreed",
}
TEXTS = ("name", "notes", "source")
OPTIONAL = ("name", *RATES, "ally", "blocs", "notes", "source")
COLUMNS = ("iso3", *OPTIONAL)


@dataclass(frozen=True)
class OwnPartners:
    """The partners of one file, in the order of their names."""

    file: str
    partners: tuple[Partner, ...]
    notes: tuple[str, ...]
    checksum: str


def read_partners(path: str | os.PathLike[str]) -> OwnPartners:
    """Partners from a CSV file.

    >>> from triffin.world.data.own.example_files import example_path
    >>> read = read_partners(example_path("partners")).partners
    >>> {one.iso3: one.announced for one in read if one.own}
    {'JPN': 0.24, 'CHE': 0.31}

    Raises InputError for unknown columns, codes that are none, the United States, a partner that
    stands twice or stands in the EU as well, rates that are no per cent from 0 to 1000, and ties
    that do not exist.
    """
    table = read_csv_table(Path(path), ("iso3",), OPTIONAL)
    known = {one.iso3: one for one in shipped_partners()}
    found: dict[str, Partner] = {}
    rest = False
    for row, label in enumerate(table.labels("iso3")):
        code = label.upper() if label.upper() == "EU" else country_code(label) or label.upper()
        if code == REST:
            rest = True
            _refuse_figures(table, row)
            continue
        _check_code(table, row, code, known)
        found[code] = _partner(table, row, code, known.get(code))
    notes = []
    if rest:
        found |= {code: one for code, one in known.items() if code not in found}
    else:
        left_out = len(set(known) - set(found))
        notes.append(f"{left_out} partners of the shipped table are not listed and take no part.")
    new = [code for code in found if code not in known]
    if new:
        notes.append(f"Not in the shipped table: {', '.join(new)}.")
    ordered = tuple(sorted(found.values(), key=lambda one: one.name.casefold()))
    content = [asdict(one) for one in ordered]
    return OwnPartners(str(path), ordered, tuple(notes), checksum(content))


def write_partners(path: Path, partners: Sequence[Partner]) -> None:
    """Write a table that `read_partners` reads again with the same rates and ties."""
    rows = []
    for one in partners:
        rates = [getattr(one, field) for field in RATES.values()]
        percent = [None if rate is None else f"{100 * rate:.10g}" for rate in rates]
        rest = (one.ally, " ".join(one.blocs), one.notes, one.source)
        rows.append((one.iso3, one.name, *percent, *rest))
    write_csv(path, COLUMNS, rows)


def _partner(table: Table, row: int, code: str, shipped: Partner | None) -> Partner:
    members = EU if code == "EU" else (code,)
    base = shipped or Partner(
        iso3=code,
        name=code,
        members=members,
        in_world=True,
        announced=None,
        pause=None,
        letter=None,
        letter_grade=None,
        agreed=None,
        later=(),
        ally=closest_tie(members),
        blocs=blocs_of(members),
        notes="",
        source="own table",
        letter_source="",
    )
    changed: dict[str, object] = {}
    for column, field in RATES.items():
        if column in table:
            changed[field] = _rate(table, row, column)
    if "letter_pct" in table:
        changed["letter_grade"] = None if changed["letter"] is None else "judgement"
        changed["letter_source"] = "" if changed["letter"] is None else "own table"
    # Rates of later dates belong to the path that the shipped table describes.
    if "agreed_pct" in table:
        changed["later"] = ()
    for column in TEXTS:
        if table.cell(row, column):
            changed[column] = table.cell(row, column)
    if table.cell(row, "ally"):
        changed["ally"] = _ally(table, row)
    if "blocs" in table:
        changed["blocs"] = _blocs(table, row)
    return replace(base, **changed, own=tuple(sorted(changed)))  # type: ignore[arg-type]


def _rate(table: Table, row: int, column: str) -> float | None:
    if not table.cell(row, column):
        return None
    percent = table.number(row, column)
    if percent > 100 * MAX_TARIFF:
        raise table.error(
            row,
            column,
            f"{percent:g} % is no tariff.",
            valid=f"per cent, 0 to {100 * MAX_TARIFF:g}, such as 24",
        )
    if 0 < percent < 1:
        raise table.error(
            row,
            column,
            f"{percent:g} is below one per cent: is it a fraction?",
            valid="per cent: 24 for 24 %, and 0 or 1 and more",
        )
    return round(percent / 100, 10)


def _ally(table: Table, row: int) -> str:
    word = table.cell(row, "ally")
    folded = {kind.casefold(): kind for kind in ALLY}
    if word.casefold() not in folded:
        table.one_of(row, "ally", ALLY, f"{word!r} is no tie.")
    return folded[word.casefold()]


def _blocs(table: Table, row: int) -> tuple[str, ...]:
    folded = {code.casefold(): code for code in blocs()}
    found = []
    for word in table.cell(row, "blocs").split():
        if word.casefold() not in folded:
            raise table.error(
                row,
                "blocs",
                f"there is no bloc {word!r}.",
                valid=tuple(blocs()),
                nearest=nearest_match(word, blocs()),
            )
        found.append(folded[word.casefold()])
    return tuple(dict.fromkeys(found))


def _check_code(table: Table, row: int, code: str, known: dict[str, Partner]) -> None:
    if code == "USA":
        raise table.error(
            row, "iso3", "the United States do not negotiate with themselves.", valid="partners"
        )
    if code in EU:
        raise table.error(
            row,
            "iso3",
            f"{code} is a member of the EU, which negotiates as one partner.",
            valid="EU",
            nearest="EU",
        )
    if code in known:
        return
    if country_code(code) != code:
        raise table.error(
            row,
            "iso3",
            f"{code!r} is no code of a country.",
            valid="an ISO3 code, EU, or * for all others as shipped",
            nearest=likely(code, known),
        )


def _refuse_figures(table: Table, row: int) -> None:
    for column, cells in table.columns.items():
        if column not in ("iso3", "name", "notes", "source") and cells[row]:
            raise table.error(
                row,
                column,
                "the row * keeps the other partners as shipped and has no figures.",
                valid="an empty cell",
            )
