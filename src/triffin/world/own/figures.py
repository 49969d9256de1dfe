"""The figures of an own world's tables as arrays: trade, tariffs, output and inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from triffin.world.base.errors import InputError, nearest_match
from triffin.world.data.own.reader import Table, TableSource
from triffin.world.model import GOODS

ALL = "*"
# Home sales given beside output may differ from output less exports by this share of output.
_HOME_TOLERANCE = 1e-3
# A stated figure that differs from the computed one by more than this is worth a note.
WORTH_SAYING = 0.01


@dataclass
class Reading:
    """What is known while the tables are read; economies and sectors fix the axes."""

    source: TableSource
    economies: tuple[str, ...]
    sectors: tuple[str, ...]
    scale: float
    notes: list[str] = field(default_factory=list)
    left_out: frozenset[str] = frozenset()
    kind: tuple[str, ...] | None = None

    def table(self, name: str, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
        """A table without the rows of economies that are left out (codes in lower case)."""
        found = self.source.table(name, required, optional)
        sides = [c for c in ("exporter", "importer", "economy") if c in found] * bool(self.left_out)
        gone = {
            row
            for column in sides
            for row, code in enumerate(found.columns[column])
            if code.casefold() in self.left_out
        }
        return found.without(gone) if gone else found

    @property
    def many(self) -> bool:
        return "sectors" in self.source.names

    def place(self, table: Table, *columns: str) -> list[np.ndarray]:
        """Positions of economies or sectors in columns of a table, each cell once."""
        found = []
        for column in columns:
            if "sector" in column:
                found.append(table.positions(column, self.sectors, "a sector of sectors"))
            else:
                found.append(table.positions(column, self.economies, "a code of economies"))
        table.once(found, columns)
        return found

    def label(self, cell: tuple[int, ...]) -> str:
        return f"{self.sectors[cell[0]]} in {self.economies[cell[1]]}"


def trade_table(reading: Reading) -> np.ndarray:
    """(S, N, N) USD; pairs that are not listed trade nothing, which is noted."""
    n = len(reading.economies)
    wanted = ("exporter", "importer", "value")
    table = reading.table("trade", (*wanted, "sector") if reading.many else wanted)
    value = table.numbers("value") * reading.scale
    if reading.many:
        exporter, importer, sector = reading.place(table, "exporter", "importer", "sector")
    else:
        exporter, importer = reading.place(table, "exporter", "importer")
        sector = np.zeros_like(exporter)
        home = np.flatnonzero((exporter == importer) & (value > 0))
        if len(home):
            raise table.error(
                int(home[0]),
                "value",
                f"{reading.economies[exporter[home[0]]]} trades with itself.",
                valid="no home sales: in a world of one sector they follow from GDP and trade",
            )
    trade = np.zeros((len(reading.sectors), n, n))
    trade[sector, exporter, importer] = value
    listed = int((exporter != importer).sum())
    missing = len(reading.sectors) * n * (n - 1) - listed
    if missing:
        reading.notes.append(
            f"{missing} of {missing + listed} flows between economies are not listed: they are "
            "taken as no trade."
        )
    return trade


def tariff_table(reading: Reading) -> np.ndarray:
    """(S, N, N) baseline tariffs; what is not listed is zero. A row of all sectors falls on goods
    where the table of sectors says which these are."""
    n, s = len(reading.economies), len(reading.sectors)
    table = reading.table("tariffs", ("importer", "exporter", "rate"), ("sector",))
    rate = table.rates("rate")
    importer = table.positions("importer", reading.economies, "a code of economies")
    exporter = table.positions("exporter", reading.economies, "a code of economies")
    tariff = np.zeros((s, n, n))
    line = np.zeros((s, n, n), dtype=np.int64)
    names = table.columns.get("sector", (ALL,) * len(table))
    place = {name.casefold(): i for i, name in enumerate(reading.sectors)}
    kinds = reading.kind or (GOODS,) * s
    every = [k for k, kind in enumerate(kinds) if kind == GOODS]
    for row, text in enumerate(names):
        o, d = int(exporter[row]), int(importer[row])
        if o == d and rate[row] != 0:
            raise table.error(
                row, "rate", "an economy has no tariff on itself.", valid="zero, or no such row"
            )
        at = place.get(text.casefold())
        if at is None and text not in ("", ALL):
            raise table.error(
                row,
                "sector",
                f"{text!r} is not a sector of sectors.",
                nearest=nearest_match(text, reading.sectors),
                valid=(*reading.sectors, "* for all"),
            )
        chosen = every if at is None else [at]
        if line[chosen, o, d].any():
            raise table.error(
                row,
                "rate",
                f"the row repeats row {int(line[chosen, o, d].max())}.",
                valid="one rate for each importer, exporter and sector",
            )
        tariff[chosen, o, d] = rate[row]
        line[chosen, o, d] = table.lines[row]
    return tariff


def add_production(reading: Reading, arrays: dict[str, np.ndarray]) -> None:
    """Adds gross output, value-added and input shares to `arrays`, home sales to its trade."""
    s, n = len(reading.sectors), len(reading.economies)
    trade = arrays["trade"]
    diagonal = np.arange(n)
    home = trade[:, diagonal, diagonal].copy()
    exports = trade.sum(axis=2) - home
    stated: np.ndarray | None = None
    if "output" in reading.source.names:
        output, stated = _output(reading, home, exports)
    elif home.any():
        output = exports + home
        none = int(((home == 0) & (exports > 0)).sum())
        if none:
            reading.notes.append(f"{none} of {s * n} sectors export but list no home sales.")
    else:
        raise InputError(
            "home sales are not in the data.",
            file=str(reading.source.path),
            valid="a table output (economy, sector, gross_output), or rows of trade of each "
            "economy with itself",
        )
    inputs = np.zeros((s, s, n))
    if "inputs" in reading.source.names:
        inputs = _inputs(reading, output)
    elif stated is not None:
        raise InputError(
            "value_added is given without inputs.",
            file=str(reading.source.path),
            valid="a table inputs (economy, input_sector, using_sector, value), or no value_added",
        )
    else:
        reading.notes.append("There is no table of inputs: value added is the whole of output.")
    used = inputs.sum(axis=0)
    produced = np.where(output > 0, output, 1.0)
    if stated is not None:
        off = (output > 0) & (np.abs(output - used - stated) > WORTH_SAYING * output)
        if off.any():
            first = tuple(int(i) for i in np.argwhere(off)[0])
            reading.notes.append(
                f"Value added is output less inputs; the stated one differs by more than 1 % of "
                f"output in {int(off.sum())} of {s * n} sectors, first {reading.label(first)}."
            )
    arrays["value_added_share"] = np.where(output > 0, 1 - used / produced, 1.0)
    arrays["input_share"] = inputs / np.where(used > 0, used, 1.0)
    raised = exports > output
    if raised.any():
        first = tuple(int(i) for i in np.argwhere(raised)[0])
        reading.notes.append(
            f"Exports exceed output in {int(raised.sum())} of {s * n} sectors, first "
            f"{reading.label(first)}: output is raised to exports, nothing is sold at home."
        )
    arrays["gross_output"] = np.maximum(output, exports)
    trade[:, diagonal, diagonal] = arrays["gross_output"] - exports


def _output(
    reading: Reading, home: np.ndarray, exports: np.ndarray
) -> tuple[np.ndarray, np.ndarray | None]:
    """(S, N) gross output and stated value added (None without the column), USD."""
    shape = home.shape
    table = reading.table("output", ("economy", "sector", "gross_output"), ("value_added",))
    sector, economy = reading.place(table, "sector", "economy")
    if len(table) < shape[0] * shape[1]:
        listed = np.zeros(shape, dtype=bool)
        listed[sector, economy] = True
        first = tuple(int(i) for i in np.argwhere(~listed)[0])
        raise InputError(
            f"{int((~listed).sum())} sectors are not listed, first {reading.label(first)}.",
            file=table.file,
            valid="one row for each economy and sector; zero where nothing is produced",
        )
    output = np.zeros(shape)
    output[sector, economy] = table.numbers("gross_output") * reading.scale
    wrong = (home > 0) & (np.abs(output - exports - home) > _HOME_TOLERANCE * output)
    for row in range(len(table)):
        cell = sector[row], economy[row]
        if wrong[cell]:
            raise table.error(
                row,
                "gross_output",
                f"output of {reading.label((int(cell[0]), int(cell[1])))} is {output[cell]:g} USD, "
                f"its sales in trade, home sales included, are {exports[cell] + home[cell]:g} USD.",
                valid="output that equals sales, or no home sales in trade",
            )
    if "value_added" not in table:
        return output, None
    stated = np.zeros(shape)
    stated[sector, economy] = table.numbers("value_added") * reading.scale
    return output, stated


def _inputs(reading: Reading, output: np.ndarray) -> np.ndarray:
    """(S input, S using, N) USD; every producing sector must keep value added above zero."""
    s, n = output.shape
    table = reading.table("inputs", ("economy", "input_sector", "using_sector", "value"))
    given, user, economy = reading.place(table, "input_sector", "using_sector", "economy")
    value = table.numbers("value") * reading.scale
    inputs = np.zeros((s, s, n))
    inputs[given, user, economy] = value
    used = inputs.sum(axis=0)
    for row in np.flatnonzero((used >= output)[user, economy] & (value > 0)):
        cell = int(user[row]), int(economy[row])
        raise table.error(
            int(row),
            "value",
            f"inputs of {reading.label(cell)} add up to {used[cell]:g} USD, its output is "
            f"{output[cell]:g} USD.",
            valid="inputs below output, so that value added is above zero",
        )
    return inputs
