"""Dated series that ship with the package: yields, exchange rates, balance sheets.

A dataset of kind `series` is one `.npz` archive with two or three arrays per series: `NAME.days`
(days since the date before, the first since 1970-01-01), `NAME.steps` (changes of whole multiples
of 10**-decimals, the sign in the last bit, one row of bytes each from the lowest) and, where the
source has no figure on a date that it lists, `NAME.missing` (their places). Nothing is filled in:
a holiday is either absent or missing, as in the source.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from triffin.world.base.array_archive import unpacked
from triffin.world.base.errors import InputError, one_of
from triffin.world.base.yaml_files import read_yaml
from triffin.world.data import shipped

KIND = "series"
MISSING = np.iinfo(np.int32).min
LARGEST = 1e15  # in units of the last decimal: still exact as a float


def _described() -> dict[str, str]:
    """Series -> dataset, as the provenances name them. Lines are searched, not parsed: loading one
    series then reads one provenance."""
    found: dict[str, str] = {}
    for path in sorted(shipped.DATASETS.glob("*.yaml")):
        lines = path.read_text(encoding="utf-8").splitlines()
        if f"kind: {KIND}" in lines:
            names = (line.removeprefix("  - name: ") for line in lines if "  - name: " in line)
            found |= dict.fromkeys(names, path.stem)
    return found


DATASET_OF = _described()
ALIASES = {"fx-JPY": "usdjpy"}
"""Other names of series, so that every currency goes by fx-CODE."""


@dataclass(frozen=True)
class SeriesEntry:
    """What the provenance says about one series. decimals: digits the source prints after the
    point; identifier: name of the series at FRED."""

    name: str
    title: str
    unit: str
    frequency: str
    decimals: int
    identifier: str


@dataclass(frozen=True, eq=False)
class Series:
    """One dated series.

    dates: (T,) datetime64[D], increasing; values: (T,) float64, NaN where the source has no
    figure. A monthly or quarterly value stands at the first day of its period.
    """

    name: str
    title: str
    dates: np.ndarray
    values: np.ndarray
    unit: str
    frequency: str
    source: str
    licence: str
    notes: tuple[str, ...]

    def observed(self) -> Series:
        """The series without its missing values."""
        known = np.isfinite(self.values)
        return replace(self, dates=self.dates[known], values=self.values[known])

    def between(self, start: str, end: str) -> Series:
        """The part from `start` to `end` (ISO dates), both included; may be empty."""
        first, last = _day(start), _day(end)
        kept = (self.dates >= first) & (self.dates <= last)
        return replace(self, dates=self.dates[kept], values=self.values[kept])

    def on(self, date: str) -> float:
        """The value of one day. Raises InputError where there is none, naming the day before
        and the day after that have one."""
        day = _day(date)
        known = self.observed()
        place = int(np.searchsorted(known.dates, day))
        if place < len(known.dates) and known.dates[place] == day:
            return float(known.values[place])
        around = [str(known.dates[i]) for i in (place - 1, place) if 0 <= i < len(known.dates)]
        raise InputError(
            f"{self.name} has no value on {date}.",
            value=date,
            valid=f"a day with an observation; the nearest are {' and '.join(around)}",
        )

    def last_before(self, date: str) -> tuple[str, float]:
        """(day, value) of the last observation before `date`, that day excluded.

        Raises InputError when the series begins later.
        """
        known = self.observed()
        place = int(np.searchsorted(known.dates, _day(date))) - 1
        if place < 0:
            raise InputError(
                f"{self.name} has no value before {date}.",
                value=date,
                valid=f"a day after {known.dates[0]}",
            )
        return str(known.dates[place]), float(known.values[place])

    def share_within(self, low: float, high: float) -> float:
        """Share of the observed days with a value from `low` to `high`, ends included (0 to 1).

        Raises InputError when nothing is observed.
        """
        values = self.observed().values
        if not len(values):
            raise InputError(f"{self.name} has no observation in this period.")
        return float(np.mean((values >= low) & (values <= high)))


def series_names() -> tuple[str, ...]:
    """Names of the series that ship."""
    return tuple(DATASET_OF)


def load_series(name: str, *, folder: Path | None = None) -> Series:
    """One series by name: as shipped, or from `folder`, where `triffin data update` put it.

    >>> yields = load_series("yield-10y")
    >>> yields.on("2025-04-04"), yields.unit
    (4.01, 'percent per year')

    Raises InputError for an unknown name (nearest match) and for files that are damaged,
    incomplete or absent.
    """
    name = ALIASES.get(name, name)
    one_of(name, DATASET_OF, f"there is no series {name!r}.")
    entry, arrays = read_dataset(DATASET_OF[name], folder)
    for described in entry["series"]:
        if described["name"] == name:
            return unpack(described, arrays, entry)
    raise InputError(f"the series {name!r} is missing.", file=entry["file"])


def read_dataset(
    dataset: str, folder: Path | None = None
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Provenance and arrays of one dataset, its checksum verified.

    Raises InputError when a file is missing, changed or not such an archive.
    """
    if folder is None:
        entry, content = shipped.provenance(dataset), shipped.verified_bytes(dataset)
    else:
        entry, content = _from_folder(dataset, folder)
    return entry, unpacked(content, entry["file"], "dataset")


def _from_folder(dataset: str, folder: Path) -> tuple[dict[str, Any], bytes]:
    entry = read_yaml(folder / f"{dataset}.yaml")
    missing = [k for k in shipped.REQUIRED if not isinstance(entry, dict) or k not in entry]
    if missing:
        raise InputError(
            f"the provenance lacks {', '.join(missing)}.", file=str(folder / f"{dataset}.yaml")
        )
    path = folder / Path(str(entry["file"])).name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"the data file cannot be read ({error.strerror or error}).", file=str(path)
        ) from error
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise InputError(
            "the data file is not the one its provenance describes (SHA-256 differs).",
            file=str(path),
            valid="the files as `triffin data update` wrote them; run it again",
        )
    return entry, content


def pack(entry: SeriesEntry, dates: np.ndarray, values: np.ndarray) -> dict[str, np.ndarray]:
    """The two arrays of one series for the archive.

    Raises InputError when dates do not increase, or a value has more decimals than the entry
    says: a figure would be changed on the way.
    """
    days = np.asarray(dates, dtype="datetime64[D]").astype(np.int64)
    if len(days) != len(values) or not len(days) or np.any(np.diff(days) <= 0):
        raise InputError(f"the dates of {entry.name} do not increase.", field=entry.name)
    scaled = np.asarray(values, dtype=np.float64) * 10**entry.decimals
    known = np.isfinite(scaled)
    if not known.any() or np.any(np.abs(scaled[known]) > LARGEST):
        raise InputError(f"{entry.name} has no value or one too large.", field=entry.name)
    whole = np.where(known, np.rint(scaled), 0).astype(np.int64)
    if np.any(np.abs(scaled[known] - whole[known]) > 1e-4):
        raise InputError(
            f"a value of {entry.name} has more than {entry.decimals} decimals.", field=entry.name
        )
    # A date without a figure repeats the one before: its step is zero.
    whole = whole[np.maximum.accumulate(np.where(known, np.arange(len(whole)), 0))]
    steps = np.diff(whole, prepend=0)
    unsigned = ((steps << 1) ^ (steps >> 63)).astype("<u8")
    planes = unsigned.view(np.uint8).reshape(-1, 8).T
    needed = max(1, -(-int(unsigned.max()).bit_length() // 8))
    arrays: dict[str, np.ndarray] = {
        f"{entry.name}.days": np.diff(days, prepend=0).astype(np.int16),
        f"{entry.name}.steps": np.asarray(planes[:needed]),
    }
    if not known.all():
        arrays[f"{entry.name}.missing"] = np.flatnonzero(~known).astype(np.int32)
    return arrays


def unpack(
    described: Mapping[str, Any], arrays: Mapping[str, np.ndarray], entry: Mapping[str, Any]
) -> Series:
    """One series from its description and the arrays of its dataset; InputError if they do not
    fit together."""
    name = str(described["name"])
    if f"{name}.days" not in arrays or f"{name}.steps" not in arrays:
        raise InputError(f"the arrays of {name!r} are missing.", file=str(entry["file"]))
    gaps, planes = arrays[f"{name}.days"], arrays[f"{name}.steps"]
    if gaps.ndim != 1 or planes.shape[1:] != gaps.shape or np.any(gaps[1:] <= 0):
        raise InputError(f"the dates of {name!r} do not increase.", file=str(entry["file"]))
    days = np.cumsum(gaps, dtype=np.int64)
    unsigned = sum(row.astype(np.uint64) << np.uint64(8 * i) for i, row in enumerate(planes))
    steps = (unsigned >> np.uint64(1)).astype(np.int64) ^ -(unsigned & np.uint64(1)).astype(
        np.int64
    )
    values = np.cumsum(steps) / 10 ** int(described["decimals"])
    values[arrays.get(f"{name}.missing", np.empty(0, dtype=np.int32))] = np.nan
    return Series(
        name=name,
        title=str(described["title"]),
        dates=days.astype("datetime64[D]"),
        values=values,
        unit=str(described["unit"]),
        frequency=str(described["frequency"]),
        source=str(entry["source"]),
        licence=str(entry["licence"]),
        notes=tuple(entry["notes"]),
    )


def iso_day(date: str) -> str:
    """`date` as it is, if it is a day such as 2025-04-02; InputError otherwise."""
    return str(_day(date))


def _day(date: str) -> np.datetime64:
    try:
        day = np.datetime64(date, "D")
    except ValueError as error:
        raise InputError(
            f"{date!r} is not a date.", value=date, valid="a date such as 2025-04-02"
        ) from error
    if np.isnat(day):
        raise InputError(f"{date!r} is not a date.", value=date, valid="such as 2025-04-02")
    return day
