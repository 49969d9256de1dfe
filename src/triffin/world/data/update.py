"""Newer data from files that a user downloads: into the user's own folder, never the package.

The file is read in its known layout (`layouts`), compared with what ships, joined to it, and
written as the same dataset with its own provenance: date, file name, checksums. Loaders read the
updated copy when they are given the folder.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from triffin.world.base.array_archive import write_arrays
from triffin.world.base.errors import InputError, one_of
from triffin.world.data import download_layouts as layouts
from triffin.world.data import holdings, shipped
from triffin.world.data.markets.currencies import H10, PER_DOLLAR_INVERTED, currency_series
from triffin.world.data.series import DATASET_OF, Series, SeriesEntry, pack, read_dataset, unpack

# FRED series -> our series, and what its figures are divided by; None: they are turned over.
FRED_SERIES = {
    "DGS3MO": ("yield-3m", 1),
    **{f"DGS{y}": (f"yield-{y}y", 1) for y in (1, 2, 5, 10, 30)},
    "THREEFYTP10": ("term-premium-10y-kim-wright", 1),
    **{
        identifier: (currency_series(code), None if code in PER_DOLLAR_INVERTED else 1)
        for code, (_, identifier) in H10.items()
    },
    "EXJPUS": ("usdjpy-monthly", 1),
    "DTWEXBGS": ("broad-dollar", 1),
    "WALCL": ("fed-assets", 1000),
    "FDHBFIN": ("foreign-held-debt", 1),
}
SPACING = {"daily": (1, 1), "weekly": (7, 7), "monthly": (28, 31), "quarterly": (90, 92)}
FEW_GAPS = 20
# Where both have a figure, at most this share may differ by more than that fraction.
MOST_DIFFERING, DIFFERENCE = 0.05, 0.02
LARGEST_JUMP = 3
TIC_ADDRESS = "https://ticdata.treasury.gov/resource-center/data-chart-center/tic/Documents/"
FRED_ADDRESS = "https://fred.stlouisfed.org/graph/fredgraph.csv?id="
SOURCES = {"tic-holdings": (f"{TIC_ADDRESS}mfhhis01.txt",)} | {
    dataset: tuple(
        FRED_ADDRESS + i for i, (n, _) in FRED_SERIES.items() if DATASET_OF[n] == dataset
    )
    for dataset in dict.fromkeys(DATASET_OF.values())
}
"""Dataset -> addresses of the files that update it."""

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Updated:
    """What an update did to one dataset. rows_added: dates or months that were not there;
    rows_changed: figures that a revision changed."""

    dataset: str
    layout: str
    folder: Path
    first: str
    last: str
    rows_added: int
    rows_changed: int
    sha256: str
    source_file: str
    source_sha256: str
    date: str


def user_folder() -> Path:
    """Where updated data lie by default: triffin/data in the user's data folder (XDG)."""
    base = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA")
    root = Path(base) if base else Path.home() / ".local" / "share"
    return root / "triffin" / "data"


def update_from_file(
    path: str | Path, *, folder: Path | None = None, today: date | None = None
) -> list[Updated]:
    """Update the datasets that a downloaded file belongs to; its layout says which.

    `folder` defaults to `user_folder()`. Raises InputError when the file cannot be read, has
    another layout, or does not continue the figures there are. Nothing is written then.
    """
    source = Path(path)
    try:
        content = source.read_bytes()
    except OSError as error:
        raise InputError(
            f"the file cannot be read ({error.strerror or error}).", file=str(path)
        ) from error
    return update_from_bytes(content, source.name, folder=folder, today=today)


def update_from_bytes(
    content: bytes, file: str, *, folder: Path | None = None, today: date | None = None
) -> list[Updated]:
    """As `update_from_file`, from the content of the file `file`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("the file is not UTF-8 text.", file=file, valid="a text file") from error
    target = folder or user_folder()
    _not_the_package(target)
    layout = layouts.layout_of(text, file)
    joined = (
        _joined_fred(text, file, target) if layout == "fred" else _joined_tic(text, file, target)
    )
    day = (today or date.today()).isoformat()
    checksum = hashlib.sha256(content).hexdigest()
    return [_write(part, layout, file, checksum, day, target) for part in joined]


def fetch(
    dataset: str,
    *,
    folder: Path | None = None,
    today: date | None = None,
    download: Callable[[str], bytes] | None = None,
) -> list[Updated]:
    """Download the official files of one dataset over HTTPS and update from them.

    Needs the extra `stats` and a network; `download` replaces the HTTPS request. Raises
    InputError that says how to do it by hand where one of the two is missing, and for a dataset
    without an official file.
    """
    one_of(dataset, SOURCES, f"there is nothing to fetch for {dataset!r}.")
    addresses = SOURCES[dataset]
    if download is None:
        if find_spec("sdmx") is None:
            raise InputError(
                "fetching needs the extra `stats`, which is not installed.",
                value=dataset,
                valid="pip install 'triffin[stats]', or without it: download "
                f"{' and '.join(addresses)}, then `triffin data update FILE`",
            )
        download = _over_https
    done = []
    for address in addresses:
        name = address.rpartition("/")[2].replace("fredgraph.csv?id=", "")
        done += update_from_bytes(download(address), name, folder=folder, today=today)
    return done


def _over_https(address: str) -> bytes:
    from urllib.error import URLError
    from urllib.request import Request, urlopen

    request = Request(address, headers={"User-Agent": "triffin"})
    try:
        with urlopen(request, timeout=60) as answer:
            return bytes(answer.read())
    except (URLError, OSError) as error:
        raise InputError(
            f"{address} cannot be fetched ({getattr(error, 'reason', error)}).",
            value=address,
            valid="a network; or download the file elsewhere, then `triffin data update FILE`",
        ) from error


@dataclass(frozen=True, eq=False)
class _Joined:
    """A dataset with the file joined to it, before it is written."""

    dataset: str
    entry: Mapping[str, Any]
    arrays: Arrays
    changes: dict[str, Any]
    first: str
    last: str
    added: int
    changed: int


def _joined_fred(text: str, file: str, folder: Path) -> list[_Joined]:
    columns = layouts.read_fred(text, file)
    for column in columns:
        one_of(
            column.identifier,
            FRED_SERIES,
            f"Triffin does not use the series {column.identifier!r}.",
            file=file,
            line=1,
        )
    found: list[_Joined] = []
    for dataset in dict.fromkeys(DATASET_OF[FRED_SERIES[c.identifier][0]] for c in columns):
        entry, arrays = _present(dataset, folder)
        arrays, described = dict(arrays), [dict(part) for part in entry["series"]]
        added = changed = 0
        spans = []
        for column in columns:
            name, divisor = FRED_SERIES[column.identifier]
            if DATASET_OF[name] != dataset:
                continue
            place = next(part for part in described if part["name"] == name)
            _check_spacing(column, str(place["frequency"]), file)
            old = unpack(place, arrays, entry)
            figures = np.round(1 / column.values, 6) if divisor is None else column.values / divisor
            new = replace(old, dates=column.dates, values=figures)
            _check_overlap(old, new, file)
            _check_range(old, new, file)
            joined = _spliced(old, new)
            _check_possible(old, new, joined, file)
            one = SeriesEntry(**{key.name: place[key.name] for key in fields(SeriesEntry)})
            arrays.update(pack(one, joined.dates, joined.values))
            more, other = _counted(old, joined)
            added, changed = added + more, changed + other
            first, last = str(joined.dates[0]), str(joined.dates[-1])
            observations = int(np.isfinite(joined.values).sum())
            place.update(first=first, last=last, observations=observations)
            spans.append((first, last))
        found.append(
            _Joined(
                dataset=dataset,
                entry=entry,
                arrays=arrays,
                changes={"series": described},
                first=min(first for first, _ in spans),
                last=max(last for _, last in spans),
                added=added,
                changed=changed,
            )
        )
    return found


def _joined_tic(text: str, file: str, folder: Path) -> list[_Joined]:
    read = (
        layouts.read_tic_history
        if layouts.layout_of(text, file) == "tic-history"
        else layouts.read_tic_table_5
    )
    table = read(text, file)
    dataset = holdings.DATASET
    entry = _present(dataset, folder)[0]
    present = holdings.tic_holdings(folder=folder if _has(dataset, folder) else None)
    old = {
        (name, month): float(present.usd_bn[i, j])
        for i, name in enumerate(present.holders)
        for j, month in enumerate(present.months)
        if np.isfinite(present.usd_bn[i, j])
    }
    shared = [key for key in table if key in old and key[0] in holdings.AGGREGATES]
    differing = [k for k in shared if abs(table[k] - old[k]) > DIFFERENCE * max(old[k], 1)]
    if not shared or len(differing) > MOST_DIFFERING * len(shared):
        raise _discontinued(dataset, file, len(differing), len(shared))
    # a month of the file replaces the whole month: "All Other" depends on who is listed
    months = {month for _, month in table}
    joined = {key: value for key, value in old.items() if key[1] not in months} | table
    new_arrays = holdings.holdings_arrays(joined)
    stamps = new_arrays["months"].astype("datetime64[M]")
    first, last = str(stamps[0]), str(stamps[-1])
    return [
        _Joined(
            dataset=dataset,
            entry=entry,
            arrays=new_arrays,
            changes={"first": first, "last": last},
            first=first,
            last=last,
            added=len(months - set(present.months)),
            changed=sum(key in old and abs(old[key] - v) > 0.05 for key, v in table.items()),
        )
    ]


def _has(dataset: str, folder: Path) -> bool:
    return (folder / f"{dataset}.yaml").is_file()


def _present(dataset: str, folder: Path) -> tuple[dict[str, Any], Arrays]:
    """The dataset as it stands: the user's copy if there is one, else the shipped one."""
    return read_dataset(dataset, folder if _has(dataset, folder) else None)


def _check_spacing(column: layouts.FredColumn, frequency: str, file: str) -> None:
    low, high = SPACING[frequency]
    if len(column.dates) > 1:
        gaps = np.diff(column.dates).astype(np.int64)
        # In a short download weekends and holidays are as frequent as trading days.
        typical = float(np.median(gaps) if len(gaps) >= FEW_GAPS else gaps.min())
        if not low <= typical <= high:
            raise InputError(
                f"{column.identifier} has a figure every {typical:g} days.",
                file=file,
                valid=f"{frequency} figures, as FRED gives them without aggregation",
            )


def _check_overlap(old: Series, new: Series, file: str) -> None:
    """Refuse figures that do not continue those there are: another unit, base or series."""
    _, i, j = np.intersect1d(old.dates, new.dates, return_indices=True)
    known = np.isfinite(old.values[i]) & np.isfinite(new.values[j])
    before, after = old.values[i][known], new.values[j][known]
    # yields near zero: two hundredths of a point are no difference
    differing = np.abs(after - before) > DIFFERENCE * np.maximum(np.abs(before), 1)
    if not len(before) or differing.sum() > MOST_DIFFERING * len(before):
        raise _discontinued(old.name, file, int(differing.sum()), len(before))


def _check_range(old: Series, new: Series, file: str) -> None:
    """Refuse a figure further outside the range of all earlier ones than that range is wide."""
    low, high = float(np.nanmin(old.values)), float(np.nanmax(old.values))
    width = high - low
    beyond = np.flatnonzero((new.values < low - width) | (new.values > high + width))
    if len(beyond):
        k = int(beyond[0])
        raise InputError(
            f"{old.name} would be {new.values[k]:g} on {new.dates[k]}; so far it was between "
            f"{low:g} and {high:g}.",
            file=file,
            value=float(new.values[k]),
            valid="figures of the series as FRED gives them",
        )


def _check_possible(old: Series, new: Series, joined: Series, file: str) -> None:
    """Refuse figures of a positive quantity that are not positive, and jumps that are more than
    `LARGEST_JUMP` times the largest there ever was over such a span."""
    positive = bool(np.nanmin(old.values) > 0) and "percent" not in old.unit
    low = np.flatnonzero(new.values <= 0)
    if positive and len(low):
        k = int(low[0])
        raise InputError(
            f"{old.name} would be {new.values[k]:g} {old.unit} on {new.dates[k]}.",
            file=file,
            value=float(new.values[k]),
            valid="figures above zero",
        )
    before, after = _steps(old, positive), _steps(joined, positive)
    span = np.sqrt(np.maximum(after[1] / np.median(before[1]), 1.0))
    jumps = np.abs(after[0]) / (LARGEST_JUMP * np.abs(before[0]).max() * span)
    if len(jumps) and jumps.max() > 1:
        known = joined.observed()
        k = int(np.argmax(jumps)) + 1
        raise InputError(
            f"{old.name} would go from {known.values[k - 1]:g} on {known.dates[k - 1]} to "
            f"{known.values[k]:g} on {known.dates[k]}, {LARGEST_JUMP} times more than it ever did.",
            file=file,
            value=float(known.values[k]),
            valid="figures of the series as FRED gives them",
        )


def _steps(series: Series, relative: bool) -> tuple[np.ndarray, np.ndarray]:
    """Changes from one observation to the next (in logs if `relative`), and days between them."""
    known = series.observed()
    values = np.log(known.values) if relative else known.values
    return np.diff(values), np.diff(known.dates).astype(np.float64)


def _discontinued(name: str, file: str, differing: int, shared: int) -> InputError:
    if not shared:
        return InputError(
            f"the file has no date in common with {name}, so that it cannot be checked.",
            file=file,
            valid="a download that begins before the last date there is",
        )
    return InputError(
        f"{differing} of {shared} figures differ from those of {name}: another unit, base or "
        "series.",
        file=file,
        valid=f"at most {MOST_DIFFERING:.0%} that differ by more than {DIFFERENCE:.0%}",
    )


def _spliced(old: Series, new: Series) -> Series:
    """The old figures outside the span of the new ones, the new ones within."""
    outside = (old.dates < new.dates[0]) | (old.dates > new.dates[-1])
    dates = np.concatenate([old.dates[outside], new.dates])
    values = np.concatenate([old.values[outside], new.values])
    order = np.argsort(dates)
    return replace(old, dates=dates[order], values=values[order])


def _counted(old: Series, joined: Series) -> tuple[int, int]:
    """(observations that were not there, figures that changed)."""
    _, i, j = np.intersect1d(old.dates, joined.dates, return_indices=True)
    before, after = old.values[i], joined.values[j]
    both = np.isfinite(before) & np.isfinite(after)
    changed = int((np.abs(before[both] - after[both]) > 1e-9).sum())
    return int(np.isfinite(joined.values).sum()) - int(both.sum()), changed


def _write(part: _Joined, layout: str, file: str, checksum: str, day: str, folder: Path) -> Updated:
    from ruamel.yaml import YAML

    folder.mkdir(parents=True, exist_ok=True)
    data_file = folder / f"{part.dataset}.npz"
    # written beside its place first: an interrupted update leaves the old pair as it was
    partial = folder / f".{part.dataset}.partial-{os.getpid()}"
    try:
        write_arrays(partial, part.arrays)
        content = partial.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        record = {"date": day, "file": file, "layout": layout, "sha256": checksum}
        entry = {
            **part.entry,
            **part.changes,
            "retrieved": f"{part.entry['retrieved']}; updated on {day} from {file}",
            "updates": [*part.entry.get("updates", []), record],
            "file": data_file.name,
            "bytes": len(content),
            "sha256": sha256,
        }
        text = folder / f".{part.dataset}.partial-{os.getpid()}.yaml"
        try:
            with text.open("w", encoding="utf-8", newline="\n") as stream:
                YAML().dump(entry, stream)
            os.replace(partial, data_file)
            os.replace(text, folder / f"{part.dataset}.yaml")
        finally:
            text.unlink(missing_ok=True)
    finally:
        partial.unlink(missing_ok=True)
    return Updated(
        dataset=part.dataset,
        layout=layout,
        folder=folder,
        first=part.first,
        last=part.last,
        rows_added=part.added,
        rows_changed=part.changed,
        sha256=sha256,
        source_file=file,
        source_sha256=checksum,
        date=day,
    )


def _not_the_package(folder: Path) -> None:
    package = shipped.DATASETS.parent.resolve()
    if package == folder.resolve() or package in folder.resolve().parents:
        raise InputError(
            "updated data never go into the package.",
            field="--out",
            value=str(folder),
            valid=f"a folder of your own, by default {user_folder()}",
        )
