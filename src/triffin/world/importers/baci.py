"""An own world from CEPII's BACI, in its published CSV layout, and the user's other tables.

BACI has bilateral trade in goods by product (HS, six digits): t year, i exporter, j importer, k
product, v thousand USD, q tons. Economies are numbers that the file country_codes translates. GDP,
and with many sectors output and elasticities, come from the user's folder of tables
(docs/own-data.md); this reader writes its table `trade`.
"""

from __future__ import annotations

import csv
import math
import os
from array import array
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from triffin.world.base.errors import InputError, Place, nearest_match
from triffin.world.base.wording import neutral
from triffin.world.base.yaml_files import read_yaml
from triffin.world.data.own.reader import LARGEST_NUMBER, Table, read_csv_table
from triffin.world.importers.common import BACI_COLUMNS, open_rows
from triffin.world.model import World
from triffin.world.own.world import UNITS, open_own_world
from triffin.world.sectors import SectorWorld

REST = "*"
WRITTEN = "# Written by `triffin world import` from"
THOUSAND = 1e3
CODE_LAYOUTS = (
    ("country_code", "country_iso3", "country_name"),
    ("country_code", "iso_3digit_alpha", "country_name_full"),
)
_CODE_OPTIONAL = (
    "country_name",
    "country_iso2",
    "country_name_abbreviation",
    "country_name_full",
    "iso_2digit_alpha",
    "country_iso3",
    "iso_3digit_alpha",
)
LAYOUT = "the columns t, i, j, k, v, q; v in thousand USD"
# "Other Asia, not elsewhere specified": what the United Nations report instead of Taiwan.
OTHER_ASIA, TAIWAN = "S19", "TWN"


@dataclass(frozen=True)
class Imported:
    """The world, and what was done to the figures of BACI."""

    world: World | SectorWorld
    trade_file: Path
    notes: tuple[str, ...]


def read_baci(
    path: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    countries: str | os.PathLike[str],
    *,
    products: str | os.PathLike[str] | None = None,
) -> Imported:
    """Write FOLDER/trade.csv from a BACI file and open the world that the folder then holds.

    folder: the other tables of an own world: `economies` (code, gdp) and `meta`; with `sectors`
    (and `output`) the trade is by sector. countries: BACI's file of country codes. products: a
    table of product (two, four or six digits of HS; * for the rest) and sector; needed with
    sectors.

    Trade of economies that `economies` does not list is left out, which a note says. Raises
    InputError naming row and column where a layout is another one, a code or product is unknown,
    a value is no number of zero or more, a flow stands twice, and where trade.csv is there
    already.
    """
    file, target = Path(path), Path(folder)
    economies = read_csv_table(target / "economies.csv", ("code",), ("name", "gdp"))
    codes = {code.upper(): code for code in economies.labels("code")}
    sectors: dict[str, str] = {}
    if (target / "sectors.csv").is_file():
        table = read_csv_table(
            target / "sectors.csv",
            ("sector", "elasticity"),
            ("kind", "scale_elasticity", "grade", "source"),
        )
        sectors = {label.casefold(): label for label in table.labels("sector")}
    if bool(sectors) != (products is not None):
        raise Place(str(target), field="--products").error(
            "sectors need a table of products, and a table of products needs sectors.",
            valid="a table `sectors` in the folder and --products FILE (product, sector), or "
            "neither: trade is then of one sector",
        )
    trade_file = target / "trade.csv"
    if trade_file.exists() and not _ours(trade_file):
        raise InputError(
            "the table trade is there already.",
            file=str(trade_file),
            valid="a folder without trade.csv, or with one that an import wrote",
        )
    iso, names = _countries(Path(countries))
    if OTHER_ASIA in iso.values() and TAIWAN in codes and OTHER_ASIA not in codes:
        iso = {number: TAIWAN if code == OTHER_ASIA else code for number, code in iso.items()}
        other_asia = True
    else:
        other_asia = False
    chapters = None if products is None else read_products(Path(products), sectors)
    flows, year, dropped, _ = _flows(file, iso, names, codes, chapters)
    unit = _unit(target)
    _write(trade_file, flows, unit, bool(sectors), file.name)
    total = sum(flows.values()) + sum(dropped.values())
    notes = [
        f"Trade in goods of {year}: CEPII BACI, {file.name} (Gaulier and Zignago 2010); services "
        "are not in it."
    ]
    if dropped:
        share = 100 * sum(dropped.values()) / total if total else 0.0
        notes.append(
            f"{len(dropped)} economies that the table economies does not list are left out, with "
            f"{share:.2f} % of trade: {', '.join(sorted(dropped)[:12])}"
            f"{' …' if len(dropped) > 12 else ''}."
        )
    if other_asia:
        notes.append("BACI's Other Asia, not elsewhere specified (S19), is taken as Taiwan.")
    try:
        world = open_own_world(target)
    except InputError:
        trade_file.unlink()  # what was written is of no use, and would stop the next attempt
        raise
    return Imported(world, trade_file, tuple(notes))


def _countries(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Number -> code and number -> name of BACI's country_codes file, two of its layouts."""
    table = read_csv_table(path, ("country_code",), _CODE_OPTIONAL)
    layout = next((one for one in CODE_LAYOUTS if one[1] in table), None)
    if layout is None:
        raise Place(str(path), 1).error(
            "there is no column of ISO3 codes.",
            valid="country_code, country_name, country_iso2, country_iso3",
        )
    numbers = [text.lstrip("0") or "0" for text in table.labels("country_code")]
    names = table.columns.get(layout[2], table.columns["country_code"])
    codes = table.columns[layout[1]]
    for row, number in enumerate(numbers):
        if not number.isdecimal():
            raise table.error(row, "country_code", f"{number!r} is no number.", valid="a number")
    iso = {n: code.upper() for n, code in zip(numbers, codes, strict=True) if code}
    return iso, dict(zip(numbers, names, strict=True))


def read_products(path: Path, sectors: Mapping[str, str]) -> dict[str, str]:
    """Two, four or six digits of HS, or *, -> sector; `sectors` are those there are, by their
    spelling without case. Raises InputError naming row and column."""
    table: Table = read_csv_table(path, ("product", "sector"), ("description",))
    found: dict[str, str] = {}
    for row, product in enumerate(table.labels("product")):
        if product != REST and (len(product) not in (2, 4, 6) or not product.isalnum()):
            raise table.error(
                row,
                "product",
                f"{product!r} is no product of the Harmonized System.",
                valid="two, four or six digits with their leading zero, or * for all others",
            )
        sector = table.columns["sector"][row]
        if sector.casefold() not in sectors:
            raise table.error(
                row,
                "sector",
                f"{sector!r} is not a sector of sectors." if sector else "the cell is empty.",
                valid=tuple(sectors.values()),
                nearest=nearest_match(sector, sectors.values()) if sector else None,
            )
        found[product.upper()] = sectors[sector.casefold()]
    return found


def read_rows(path: Path) -> tuple[int, str, float]:
    """Rows, year and value (USD) of a BACI file whose codes are not looked up; as `read_baci`."""
    flows, year, dropped, rows = _flows(path, None, {}, None, None)
    return rows, year, sum(flows.values()) + sum(dropped.values())


def _flows(
    path: Path,
    iso: Mapping[str, str] | None,
    names: Mapping[str, str],
    codes: Mapping[str, str] | None,
    chapters: Mapping[str, str] | None,
) -> tuple[dict[tuple[str, str, str], float], str, dict[str, float], int]:
    """(exporter, importer, sector) -> USD; the year; what is left out by economy; the rows.

    Without `iso` and `codes` numbers are taken as they stand and nothing is left out.
    """
    file = str(path)
    raw: defaultdict[tuple[int, int, str], float] = defaultdict(float)
    place: dict[str, int] = {}  # a cell -> number of the economy
    product_of: dict[str, tuple[int, str]] = {}  # a cell -> number of the product, its sector
    keys = array("q")
    year = ""
    with open_rows(path) as rows:
        line, header = next(rows, (1, []))
        order = [cell.strip().casefold() for cell in header]
        if sorted(order) != sorted(BACI_COLUMNS):
            raise Place(file, line, "header").error(
                f"the header is {','.join(header)[:60]!r}.", valid=LAYOUT
            )
        t, i, j, k, v = (order.index(name) for name in "tijkv")
        for line, cells in rows:
            if len(cells) != len(BACI_COLUMNS):
                raise Place(file, line, "row").error(f"{len(cells)} cells.", valid=LAYOUT)
            if cells[t] != year:
                year = _year(cells[t], year, file, line)
            for at, column in ((i, "i"), (j, "j")):
                if cells[at] not in place:
                    place[cells[at]] = _economy(cells[at], column, iso, names, file, line)
            source, target, product = place[cells[i]], place[cells[j]], cells[k]
            if source == target:
                raise Place(file, line, "column j").error(
                    f"{names.get(str(source), source)} trades with itself."
                )
            if product not in product_of:
                product_of[product] = _product(product, chapters, file, line)
            number, sector = product_of[product]
            keys.append((number * 1000 + source) * 1000 + target)
            raw[source, target, sector] += _value(cells[v], file, line)
    if not keys:
        raise InputError("there is a header but no row.", file=file, valid="one row or more")
    _once(keys, file)
    flows: defaultdict[tuple[str, str, str], float] = defaultdict(float)
    dropped: defaultdict[str, float] = defaultdict(float)
    for (source, target, sector), value in raw.items():
        pair = [(iso or {}).get(str(n)) or names.get(str(n), str(n)) for n in (source, target)]
        absent = [code for code in pair if codes is not None and code not in codes]
        if absent:
            dropped[absent[0]] += value
        else:
            exporter, importer = (code if codes is None else codes[code] for code in pair)
            flows[exporter, importer, sector] += value
    if not flows:
        raise InputError(
            "no economy of the file is in the table economies.", file=file, valid=tuple(codes or ())
        )
    return dict(flows), year, dict(dropped), len(keys)


def _economy(
    text: str,
    column: str,
    iso: Mapping[str, str] | None,
    names: Mapping[str, str],
    file: str,
    line: int,
) -> int:
    number = text.strip()
    if not number.isdecimal() or int(number) > 999:
        raise Place(file, line, column).error(
            f"{number!r} is no number of an economy.", valid=LAYOUT
        )
    if iso is not None and str(int(number)) not in names:
        raise Place(file, line, f"column {column}").error(
            f"{number!r} is no economy of the country codes.",
            value=number,
            valid="numbers that the file of country codes lists",
        )
    return int(number)


def _once(keys: array[int], file: str) -> None:
    """Refuse two rows of one exporter, importer and product."""
    found = np.frombuffer(keys, dtype=np.int64)
    order = np.argsort(found, kind="stable")
    same = np.flatnonzero(np.diff(found[order]) == 0)
    if len(same):
        first, second = sorted(int(n) for n in order[same[0] : same[0] + 2])
        raise Place(file, second + 2, "columns i, j, k").error(
            f"the row repeats row {first + 2}.",
            valid="one row for each exporter, importer and product",
        )


def _year(text: str, before: str, file: str, line: int) -> str:
    if not (text.isdecimal() and 1900 <= int(text) <= 2100):
        raise Place(file, line, "column t").error(f"{text!r} is no year.", value=text, valid="2022")
    if before and text != before:
        raise Place(file, line, "column t").error(
            f"the year {text} stands beside {before}.",
            value=text,
            valid="one year in a file, as BACI publishes them",
        )
    return text


def _product(
    text: str, chapters: Mapping[str, str] | None, file: str, line: int
) -> tuple[int, str]:
    """A number of its own for a product, and its sector."""
    product = text.strip().upper()
    # Programs that read the product as a number drop its leading zero.
    code = product.zfill(6) if product.isdecimal() else product
    if len(code) != 6 or not (code.isascii() and code.isalnum()):
        raise Place(file, line, "column k").error(
            f"{product!r} is no product.",
            value=product,
            valid="six digits of the Harmonized System",
        )
    if chapters is None:
        return int(code, 36), "all"
    for digits in (6, 4, 2):
        if code[:digits] in chapters:
            return int(code, 36), chapters[code[:digits]]
    if REST in chapters:
        return int(code, 36), chapters[REST]
    raise Place(file, line, "column k").error(
        f"the table of products has no sector for {code}.",
        value=product,
        valid=f"a row for {code}, {code[:4]} or {code[:2]}, or * for all others",
    )


def _value(text: str, file: str, line: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= LARGEST_NUMBER:
        shown = text.strip()
        raise Place(file, line, "column v").error(
            f"{shown!r} is not a number of zero or more." if shown else "the cell is empty.",
            value=shown,
            valid="thousand USD",
        )
    return value * THOUSAND


def _ours(path: Path) -> bool:
    """Whether an import wrote the file, so that another may replace it."""
    with path.open("rb") as source:
        return source.readline().startswith(WRITTEN.encode())


def _unit(folder: Path) -> float:
    """USD in the unit that the folder's meta states; `open_own_world` refuses an unknown one."""
    meta = folder / "meta.yaml"
    found = (read_yaml(meta) or {}) if meta.is_file() else {}
    stated = str(found.get("unit") or "USD") if isinstance(found, dict) else "USD"
    return {name.casefold(): scale for name, scale in UNITS.items()}.get(stated.casefold(), 1.0)


def _write(
    path: Path,
    flows: Mapping[tuple[str, str, str], float],
    unit: float,
    many: bool,
    origin: str,
) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as target:
            target.write(f"{WRITTEN} {origin}\n")
            writer = csv.writer(target, lineterminator="\n")
            writer.writerow(("exporter", "importer", *(["sector"] if many else []), "value"))
            for (exporter, importer, sector), value in sorted(flows.items()):
                writer.writerow(
                    (exporter, importer, *([neutral(sector)] if many else []), value / unit)
                )
    except OSError as error:
        raise InputError(
            f"cannot be written: {error.strerror or error}.", file=str(path)
        ) from error
