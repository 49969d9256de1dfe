"""The file format of a world: one `.npz` archive of plain arrays, for shipped and own worlds.

Required arrays: `economies` (N codes), `trade` (N×N or S×N×N, exporter × importer, current USD)
and `gdp` (N, current USD). Optional: `names` (N), `sectors` (S), `tariff` (baseline tariffs,
fractions, shape of `trade`), `announced_us_tariff` (N, fractions), `title`, `year`, `source`,
`licence`, `notes`, `kind` (S, goods or services) and one array of member codes `group:NAME` per
own group. A many-sector world
has the arrays `SECTOR_ARRAYS` too, and `tariff:NAME` for each of its other tariff tables.
`numpy.savez` writes such a file; nothing in it is ever unpickled.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from triffin.world.base.errors import InputError, Place, nearest_match

REQUIRED = ("economies", "trade", "gdp")
OPTIONAL = (
    "names",
    "sectors",
    "tariff",
    "announced_us_tariff",
    "title",
    "year",
    "source",
    "licence",
    "notes",
    "kind",
)
SECTOR_ARRAYS = (
    "gross_output",
    "value_added_share",
    "input_share",
    "final_share",
    "elasticity",
    "scale_elasticity",
)
GROUP_PREFIX = "group:"
SCHEDULE_PREFIX = "tariff:"

# What numpy and zipfile raise on files that are cut off, encrypted, or not what they claim.
_UNREADABLE = (
    ValueError,
    KeyError,
    EOFError,
    OSError,
    TypeError,
    SyntaxError,
    OverflowError,
    MemoryError,
    RuntimeError,
    NotImplementedError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def read_arrays(content: bytes, file: str) -> dict[str, np.ndarray]:
    """Arrays of a world file, by name; text arrays come back as `str`.

    Raises InputError naming `file` when the content is not such an archive, holds pickled
    objects, lacks a required array or has one with an unknown name.
    """
    valid = f"an .npz file with the arrays {', '.join(REQUIRED)}"
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            # A single .npy array has no names.
            arrays = {name: archive[name] for name in getattr(archive, "files", ())}
    except _UNREADABLE as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"the file is not a readable world ({reason}).", file=file, valid=valid
        ) from error
    for name in REQUIRED:
        if name not in arrays:
            raise InputError(f"the array {name!r} is missing.", file=file, field=name, valid=valid)
    known = (*REQUIRED, *OPTIONAL, *SECTOR_ARRAYS)
    for name, array in arrays.items():
        if name not in known and not name.startswith((GROUP_PREFIX, SCHEDULE_PREFIX)):
            raise Place(file, field=name).error(
                f"the array {name!r} is not part of a world.",
                nearest=nearest_match(name, known),
                valid=(*known, "group:NAME", "tariff:NAME"),
            )
        if array.dtype.kind == "S":
            try:
                arrays[name] = np.char.decode(array, "utf-8")
            except UnicodeDecodeError as error:
                raise InputError(
                    f"the text of {name!r} is not UTF-8.", file=file, field=name
                ) from error
    return arrays


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray], *, compressed: bool = False) -> None:
    """Write a world file whose bytes depend on the arrays alone.

    Members keep the order given, carry a fixed date and are stored uncompressed, so that neither
    the clock nor the compression library of the machine changes the checksum. Text is stored as
    UTF-8 bytes. With `compressed` the arrays are as exact, but the bytes are those of one
    compression library: only for files that would be too large otherwise.
    """
    method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w") as archive:
        for name, values in arrays.items():
            array = np.asarray(values)
            if array.dtype.kind == "U":
                array = np.char.encode(array, "utf-8")
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.create_system = 3  # Unix, whatever the machine
            member.external_attr = 0o644 << 16
            member.compress_type = method
            archive.writestr(member, buffer.getvalue())
