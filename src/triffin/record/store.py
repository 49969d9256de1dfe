"""The run folder: written whole or not at all, checked when it is read."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from triffin.record.record import Record
from triffin.world.base.atomic_files import opened, sealed
from triffin.world.base.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

R = TypeVar("R", bound="Record")

MANIFEST = "manifest.json"
DATA = "data.nc"
REPORT = "report.html"
SOURCE = ("run", "references")
"""Attributes of the data file: hash and citation of the run. The manifest holds them when read."""
ORDER = "order"
"""Attribute of the data file: names of its variables, in the order of the run."""

# What the reader of netCDF raises on a file that is cut off or claims what it does not hold.
_NOT_NETCDF = (ValueError, TypeError, LookupError, OSError, OverflowError, MemoryError, EOFError)

SCHEMA = 2
"""Version of the folder's layout, in the manifest."""
FILES = {
    *(f"economies.{kind}" for kind in ("csv", "parquet")),
    *(f"{name}.parquet" for name in ("draws", "flows")),
    *(f"{name}.csv" for name in ("headline", "partners", "paths")),
    *(DATA, REPORT, MANIFEST),
}
"""Every file that a run writes."""


def save_data(record: Record, folder: Path, **more: str) -> None:
    """Write what `load` needs and no more, data.nc and manifest.json, into an empty folder.
    `more` : further entries of the manifest."""
    write_data(record, folder / DATA)
    write_manifest(record, folder, **more)


def write_manifest(record: Record, folder: Path, **more: str) -> None:
    """The manifest, last: it has the checksum of every other file, and of itself."""
    manifest = {
        **record.manifest,
        **more,
        "schema": SCHEMA,
        "headline": record.headline,
        "files": {item.name: checksum(item) for item in sorted(folder.iterdir())},
    }
    (folder / MANIFEST).write_bytes(sealed(manifest))


def load(directory: str | Path, kind: type[R]) -> R:
    """Read a run folder as a record of this `kind`.

    Raises InputError, naming the file, if there is no manifest (the run did not finish), if a
    file is missing, or if its content is not what the manifest says.
    """
    folder = Path(directory)
    manifest = read_manifest(folder)
    files = manifest.pop("files")
    headline = manifest.pop("headline")
    manifest.pop("schema", None)
    for name, expected in files.items():
        path = folder / name
        if Path(name).name != name:
            raise InputError(
                "the manifest names a file outside the run folder.",
                file=str(folder / MANIFEST),
                value=name,
            )
        if not path.is_file():
            raise InputError(
                "a file of the run is missing; run the scenario again.", file=str(path)
            )
        if checksum(path) != expected:
            raise InputError(
                "the file is not what the manifest says (its SHA-256 differs): it was changed "
                "after the run. Run the scenario again.",
                file=str(path),
            )
    if DATA not in files:
        raise InputError("the run has no data.", file=str(folder / DATA))
    return kind(manifest=manifest, headline=headline, data=_read_data(folder / DATA))


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run folder as it stands in the file, with `files` and `headline`.

    Raises InputError for a missing folder or manifest, for one that no run wrote, and for one
    that was changed after its run.
    """
    path = folder / MANIFEST
    if not folder.is_dir():
        raise InputError("there is no run folder here.", file=str(folder))
    if not path.is_file():
        raise InputError(
            f"not a complete run: it has no {MANIFEST}. Run the scenario again.", file=str(folder)
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}.", file=str(path)) from error
    try:
        manifest = opened(content)
    except ValueError as error:
        raise InputError(
            f"not what a run of this version wrote ({error}): it was changed after the run, or "
            "is of another version. Run the scenario again.",
            file=str(path),
        ) from error
    if (
        not isinstance(manifest.get("files"), dict)
        or not isinstance(manifest.get("headline"), list)
        or manifest.get("schema") != SCHEMA
    ):
        raise InputError(
            "the run folder has another layout than this version reads; run the scenario again.",
            file=str(path),
            field="schema",
            value=manifest.get("schema"),
            valid=str(SCHEMA),
        )
    return manifest


def checksum(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_data(record: Record, path: Path) -> None:
    from triffin.record.cite import short_citation

    source = dict(zip(SOURCE, (str(record.manifest["hash"]), short_citation(record)), strict=True))
    data = record.data
    # netCDF orders variables by shape; their own order makes a run that was read back the same.
    order = " ".join(str(name) for name in (*data.data_vars, *data.coords))
    ordered = _in_order(data, order).assign_attrs(source | {ORDER: order})
    ordered.to_netcdf(path, engine="scipy", format="NETCDF3_64BIT")


def _in_order(data: xr.Dataset, order: str) -> xr.Dataset:
    """The same data with variables, then coordinates, in the order of names in `order`."""
    import xarray as xr

    names = order.split()
    return xr.Dataset(
        {name: data[name].variable for name in names if name in data.data_vars},
        coords={name: data[name].variable for name in names if name in data.coords},
    )


def _read_data(path: Path) -> xr.Dataset:
    """Read netCDF 3 back into native byte order, wide integers and text."""
    import numpy as np
    import xarray as xr

    # through memory: the file is closed before any value is used
    try:
        with (
            path.open("rb") as stream,
            # a number of days is a number
            xr.open_dataset(stream, engine="scipy", decode_timedelta=False) as stored,
        ):
            data = stored.load()
    except _NOT_NETCDF as error:
        raise InputError(
            f"the data of the run cannot be read ({error}).", file=str(path)
        ) from error
    order = data.attrs.get(ORDER, " ".join(str(name) for name in data.variables))
    data = data.drop_attrs(deep=False)
    for name in list(data.variables):
        variable = data[name]
        if variable.dtype.kind == "i":
            # netCDF 3 has bytes, and narrows what is wider than four of them
            data[name] = variable.astype(np.int8 if variable.dtype.itemsize == 1 else np.int64)
        elif variable.dtype.kind in "OSU":
            data[name] = variable.astype(str) if name in data.coords else variable.astype(object)
        else:
            data[name] = variable.astype(variable.dtype.newbyteorder("="))
    return _in_order(data, order)


def check_target(directory: str | Path) -> None:
    """Raise InputError unless a run may be written there: to a run, an empty folder, or nothing.

    `save` asks this too; a caller asks first, so that hours of work do not end in a refusal.
    """
    target = Path(directory)
    if not target.exists():
        return
    if not target.is_dir():
        raise InputError("the output folder is a file.", file=str(target))
    present = {item.name for item in target.iterdir()}
    if not present:
        return
    # By name, not by the manifest: it may be damaged, and is replaced.
    foreign = sorted(present - FILES) if MANIFEST in present else sorted(present)
    if foreign:
        raise InputError(
            f"the output folder holds files that are not of a run ({', '.join(foreign[:3])}); "
            "choose another folder.",
            file=str(target),
        )
