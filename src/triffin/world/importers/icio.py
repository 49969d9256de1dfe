"""An own world from the OECD's Inter-Country Input-Output table, in its published CSV layout.

One file a year (2020.csv, 2020_SML.csv), million USD at basic prices. Header: V1, then the
industries of every economy (AUS_A01_02), their final uses (AUS_HFCE ... AUS_DPABR) and the output
(OUT; TOTAL in older editions). Rows: the same industries, then taxes less subsidies (TLS; older
editions TAXSUB, by economy), value added (VA; VALU) and output (OUT; OUTPUT). The extended edition
splits China and Mexico (CN1, CN2, MX1, MX2): they are added up. A file in any other layout, or
whose rows and columns do not add up to its output, is refused.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from triffin.world.aggregation import Grouping, Groups
from triffin.world.base.errors import InputError, Place, nearest_match
from triffin.world.data.elasticities import matched_elasticity
from triffin.world.data.own.reader import read_csv_table
from triffin.world.importers.common import ICIO_CORNER, open_rows, year_of
from triffin.world.importers.input_output import without_negatives, world_arrays
from triffin.world.sectors import SectorWorld, split_arrays

FINAL_USES = ("HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR", "P33", "NONRES", "DISC")
INVENTORIES = "INVNT"
OUTPUT, VALUE_ADDED, TAXES = ("OUT", "OUTPUT", "TOTAL"), ("VA", "VALU"), ("TLS", "TAXSUB")
SPLIT = {"CN1": "CHN", "CN2": "CHN", "MX1": "MEX", "MX2": "MEX"}
LAYOUT = (
    "V1, then columns such as AUS_A01_02, then AUS_HFCE and the other final uses, then OUT; rows "
    "of the same industries, then TLS, VA and OUT"
)
# Rows and columns must add up to the stated output: relative, and million USD.
_ADDS_UP = 1e-3
_ROUNDING = 1.0


@dataclass(frozen=True)
class _Axes:
    """Where the columns of a file go: groups of economies and sectors, final uses, output."""

    economy: Groups
    sector: Groups
    fine: tuple[str, ...]
    industries: dict[str, int]  # label -> column of the file, from 0
    cell: np.ndarray  # (columns,) economy group x sector group; -1 for no industry
    final: np.ndarray  # (columns,) economy group x use; -1 for no final use
    uses: tuple[str, ...]
    output: int

    @property
    def size(self) -> int:
        return len(self.economy.labels) * len(self.sector.labels)


@dataclass
class _Sums:
    """The table, added up by the groups, million USD; `column` by column of the file."""

    inter: np.ndarray
    final: np.ndarray
    output: np.ndarray
    abroad: np.ndarray
    made: np.ndarray
    column: np.ndarray


def read_icio(
    path: str | os.PathLike[str],
    mapping: Grouping | None = None,
    *,
    elasticities: str | os.PathLike[str] | None = None,
    year: int | None = None,
) -> SectorWorld:
    """The world of one ICIO file, its economies and industries merged by `mapping`.

    elasticities: a table of sectors (sector, elasticity) for the industries of the file; without
    it they are those of `elasticities-wiod`, matched by ISIC division. year: by default that in
    the file's name.

    Raises InputError naming row and column where the layout is another one, a cell is no number,
    an industry uses inputs without output or leaves no value added.
    """
    file = Path(path)
    mapping = mapping or Grouping()
    with open_rows(file) as rows:
        line, header = next(rows, (1, []))
        axes = _axes([cell.strip() for cell in header], mapping, str(file), line)
        sums = _Sums(
            inter=np.zeros((axes.size, axes.size)),
            final=np.zeros((axes.size, len(axes.economy.labels) * len(axes.uses))),
            output=np.zeros(axes.size),
            abroad=np.zeros(len(axes.fine)),
            made=np.zeros(len(axes.fine)),
            column=np.zeros(len(axes.cell)),
        )
        _read(rows, axes, sums, str(file))
    labels = [f"{s} in {e}" for e in axes.economy.labels for s in axes.sector.labels]
    used = sums.inter.sum(axis=0)
    for at in map(int, np.flatnonzero((used > 0) & (used >= sums.output))):
        raise Place(str(file), field="VA").error(
            f"{labels[at]} uses inputs of {used[at]:g} million USD and produces "
            f"{sums.output[at]:g}: it has no value added.",
            valid="value added above zero; merge the industry or the economy with another (--map)",
        )
    table = without_negatives(
        sums.inter,
        sums.final,
        sums.output,
        labels,
        uses=len(axes.uses),
        stocks=axes.uses.index(INVENTORIES),
    )
    known = _names(axes.economy.labels)
    names = [mapping.names.get(code, known[code]) for code in axes.economy.labels]
    arrays = world_arrays(table, axes.economy.labels, names, axes.sector.labels)
    value, source = _elasticities(axes, sums, elasticities, str(file))
    arrays["elasticity"] = value
    stocks, other = table.negative
    total = sums.output.sum() * 1e6
    found = year or year_of(file)
    notes = [
        "No final use is negative."
        if not stocks + other
        else f"Negative final uses are set to zero: {stocks} changes of inventories and {other} "
        f"others, together {table.moved / 1e9:.3g} billion USD or "
        f"{100 * table.moved / total:.2f} % of output. Output then serves what is left at the "
        "input coefficients of the source, which raises it by "
        f"{100 * table.raised / total:.2f} %, most in {table.largest[0]}: "
        f"{100 * table.largest[1]:.1f} %.",
        "Value added is output less inputs: it includes taxes less subsidies on products.",
        "There are no tariffs in the table: the baseline is zero.",
        source,
    ]
    merged = len(axes.industries) - axes.size
    if merged:
        notes.append(f"{len(axes.industries)} industries of economies are merged into {axes.size}.")
    if not found:
        notes.append("No year is stated: the file's name has none.")
    described = {
        "title": f"OECD ICIO{f' {found}' if found else ''}: {len(axes.economy.labels)} economies × "
        f"{len(axes.sector.labels)} sectors",
        "year": found or 0,
        "source": f"OECD Inter-Country Input-Output tables, file {file.name}",
        "licence": "OECD terms and conditions; cite the edition",
        "retrieved": "supplied by the user",
        "notes": notes,
    }
    return split_arrays(file.stem, arrays, described, str(file))


def _axes(header: list[str], mapping: Grouping, file: str, line: int) -> _Axes:
    if not header or header[0] not in ICIO_CORNER or len(header) < 4:
        raise Place(file, line, "column 1").error(
            f"the header begins with {header[0][:30] if header else ''!r}.", valid=LAYOUT
        )
    columns = header[1:]
    doubled = (
        next((c for n, c in enumerate(columns) if c in columns[:n]), None)
        if len(set(columns)) < len(columns)
        else None
    )
    if doubled is not None:
        raise Place(file, line, doubled).error(f"column {doubled!r} stands twice.", valid=LAYOUT)
    if columns[-1] not in OUTPUT:
        raise Place(file, line, f"column {len(header)}").error(
            f"the last column is {columns[-1]!r}.", valid=LAYOUT
        )
    parts = [_split(label, file, line) for label in columns[:-1]]
    uses = tuple(dict.fromkeys(item for _, item in parts if item in FINAL_USES))
    if INVENTORIES not in uses or "HFCE" not in uses:
        raise Place(file, line, "header").error(
            "the final uses HFCE and INVNT are not there.", valid=LAYOUT
        )
    economies = tuple(dict.fromkeys(economy for economy, _ in parts))
    fine = tuple(dict.fromkeys(item for _, item in parts if item not in FINAL_USES))
    economy = Groups.of(economies, mapping.economies, "an economy", file)
    sector = Groups.of(fine, mapping.sectors, "a sector", file)
    place = dict(zip(economies, economy.index.tolist(), strict=True))
    group = dict(zip(fine, sector.index.tolist(), strict=True))
    cell = np.full(len(columns), -1)
    final = np.full(len(columns), -1)
    industries = {}
    for at, (code, item) in enumerate(parts):
        if item in FINAL_USES:
            final[at] = place[code] * len(uses) + uses.index(item)
        else:
            cell[at] = place[code] * len(sector.labels) + group[item]
            industries[columns[at]] = at
    return _Axes(economy, sector, fine, industries, cell, final, uses, len(columns) - 1)


def _split(label: str, file: str, line: int) -> tuple[str, str]:
    code, _, item = label.partition("_")
    if not item or not code.isalnum():
        raise Place(file, line, f"column {label}").error(
            f"{label!r} is no economy and industry.", valid=LAYOUT
        )
    return SPLIT.get(code, code), item


def _read(rows: Iterator[tuple[int, list[str]]], axes: _Axes, sums: _Sums, file: str) -> None:
    """Add up the rows; check that rows and columns add up to the stated output."""
    seen: dict[str, int] = {}
    by_use: dict[str, float] = {}
    stated: np.ndarray | None = None
    added = False
    industry, used = axes.cell >= 0, axes.final >= 0
    line = 1
    for line, cells in rows:
        label = cells[0].strip()
        if label in seen:
            raise Place(file, line, f"row {label}").error(
                f"the row repeats row {seen[label]}.", valid=LAYOUT
            )
        seen[label] = line
        values = _numbers(cells, axes, label, file, line)
        bare = label.rpartition("_")[2] if label.rpartition("_")[2] in TAXES else label
        if bare in OUTPUT:
            stated = values
            continue
        sums.column += values
        if bare in VALUE_ADDED or bare in TAXES:
            added = added or bare in VALUE_ADDED
            continue
        if label not in axes.industries:
            raise Place(file, line, "column 1").error(
                f"the row {label!r} is no industry of the header.",
                valid=nearest_match(label, axes.industries) or LAYOUT,
            )
        if (values[industry] < 0).any():
            at = int(np.flatnonzero(industry & (values < 0))[0])
            raise Place(file, line, f"column {_column(axes, at)}").error(
                f"{label} sells {values[at]:g} million USD to an industry.",
                value=float(values[at]),
                valid="zero or more",
            )
        output = values[axes.output]
        _adds_up(float(values[:-1].sum()), output, f"the row {label}", file, line)
        by_use[label] = float(output)
        cell = int(axes.cell[axes.industries[label]])
        sold = np.bincount(axes.cell[industry], values[industry], axes.size)
        taken = np.bincount(axes.final[used], values[used], sums.final.shape[1])
        sums.inter[cell] += sold
        sums.final[cell] += taken
        sums.output[cell] += output
        n = len(axes.economy.labels)
        to = sold.reshape(n, -1).sum(axis=1) + taken.reshape(n, -1).clip(0).sum(axis=1)
        fine = axes.fine.index(label.partition("_")[2])
        sums.abroad[fine] += to.sum() - to[cell // len(axes.sector.labels)]
        sums.made[fine] += output
    missing = [label for label in axes.industries if label not in seen]
    if missing:
        raise Place(file, line, f"column {missing[0]}").error(
            f"the column {missing[0]!r} has no row and is no final use that is known.",
            valid=f"a row for every industry; final uses: {', '.join(FINAL_USES)}",
        )
    if stated is None or not added:
        raise Place(file, line, "rows").error(
            "the rows of value added and output are missing: the file is cut off or another one.",
            valid=LAYOUT,
        )
    for label, at in axes.industries.items():
        by_input = float(stated[at])
        _adds_up(float(sums.column[at]), by_input, f"the column {label}", file, line)
        if _differs(by_use[label], by_input):
            raise Place(file, seen[label], f"row {label}").error(
                f"the output of {label} is {by_use[label]:g} million USD by its sales (the last "
                f"column) and {by_input:g} by its inputs (the row of output).",
                value=by_use[label],
                valid="one output for each industry",
            )


def _numbers(cells: list[str], axes: _Axes, label: str, file: str, line: int) -> np.ndarray:
    """(columns,) million USD of one row; cells beyond the industries may be empty below them."""
    if len(cells) != len(axes.cell) + 1:
        raise Place(file, line, f"row {label}").error(
            f"{len(cells)} cells where the header has {len(axes.cell) + 1}.",
            valid="as many cells as the header has columns",
        )
    try:
        values = np.array(cells[1:], dtype=np.float64)
    except ValueError:
        values = np.array([_number(cell) for cell in cells[1:]])
    below = label not in axes.industries
    if below:  # the rows under the table state nothing for final uses in some editions
        values = np.where((axes.cell < 0) & ~np.isfinite(values), 0.0, values)
    wrong = np.flatnonzero(~np.isfinite(values))
    if len(wrong):
        at = int(wrong[0])
        text = cells[at + 1].strip()
        raise Place(file, line, f"column {_column(axes, at)}").error(
            "the cell is empty." if not text else f"{text!r} is not a finite number.",
            value=text,
            valid="million USD",
        )
    return values


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _column(axes: _Axes, at: int) -> str:
    by_place = {place: label for label, place in axes.industries.items()}
    return by_place.get(at, f"{at + 2}")


def _differs(found: float, stated: float) -> bool:
    return abs(found - stated) > max(_ROUNDING, _ADDS_UP * abs(stated))


def _adds_up(found: float, stated: float, what: str, file: str, line: int) -> None:
    if _differs(found, stated):
        raise Place(file, line, "OUT").error(
            f"{what} adds up to {found:g} million USD; its output is stated as {stated:g}.",
            value=stated,
            valid="a complete table: a column or row is missing, or is not what it seems",
        )


def _elasticities(
    axes: _Axes, sums: _Sums, given: str | os.PathLike[str] | None, file: str
) -> tuple[np.ndarray, str]:
    """(S,) trade elasticities of the merged sectors, and a sentence on where they are from."""
    if given is not None:
        table = read_csv_table(Path(given), ("sector", "elasticity"), ("grade", "source"))
        values = table.numbers("elasticity", positive=True)
        at = table.positions("sector", axes.fine, f"a sector of {Path(file).name}")
        fine = np.full(len(axes.fine), np.nan)
        fine[at] = values
        table.once([at], ["sector"])
        if np.isnan(fine).any():
            first = axes.fine[int(np.flatnonzero(np.isnan(fine))[0])]
            raise InputError(
                f"the sector {first!r} has no elasticity.",
                file=str(given),
                valid=f"a row for each of {', '.join(axes.fine[:12])} …",
            )
        source = f"Trade elasticities are the user's own ({Path(given).name})."
    else:
        fine = np.array([matched_elasticity(label, file) for label in axes.fine])
        source = (
            "Trade elasticities are those of elasticities-wiod (Caliendo and Parro 2015; 5 for "
            "services by judgement), matched by ISIC division: judgement."
        )
    abroad = axes.sector.sum(sums.abroad, 0)
    made = axes.sector.sum(sums.made, 0)
    by_trade = axes.sector.sum(sums.abroad * fine, 0) / np.where(abroad > 0, abroad, 1.0)
    by_output = axes.sector.sum(sums.made * fine, 0) / np.where(made > 0, made, 1.0)
    mean = np.where(abroad > 0, by_trade, np.where(made > 0, by_output, 1.0))
    alone = axes.sector.sum(fine, 0)
    return np.where(axes.sector.single, alone, mean), source


def _names(codes: Sequence[str]) -> dict[str, str]:
    from triffin.world.loading import load_world

    world = load_world("world-2023")
    known = dict(zip(world.economies, world.names, strict=True)) | {"ROW": "Rest of the world"}
    return {code: known.get(code, code) for code in codes}
