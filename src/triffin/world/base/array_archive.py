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
import math
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

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
LARGEST_ARRAYS = 300_000_000  # bytes; the worlds that ship have 15 million
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
    arrays = unpacked(content, file, "world", valid)
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


def unpacked(content: bytes, file: str, what: str, valid: str | None = None) -> dict[str, Any]:
    """Arrays of an `.npz` archive by name, of `LARGEST_ARRAYS` bytes at most; nothing is unpickled.

    What an archive declares is held against that bound and against its own size before an array is
    made of it. Raises InputError naming `file` and `what` it should be.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [one for one in archive.infolist() if one.filename.endswith(".npy")]
            if sum(one.file_size for one in members) > LARGEST_ARRAYS:
                raise InputError(
                    f"the file would unpack to more than {LARGEST_ARRAYS // 1_000_000} MB.",
                    file=file,
                    valid=valid,
                )
            for one in members:
                with archive.open(one) as member:
                    declared = _declared_bytes(member)
                if declared > one.file_size:
                    raise InputError(
                        f"{one.filename} claims {declared:,} bytes and has {one.file_size:,}.",
                        file=file,
                        valid=valid,
                    )
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except _UNREADABLE as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"the file is not a readable {what} ({reason}).", file=file, valid=valid
        ) from error


def _declared_bytes(member: IO[bytes]) -> int:
    """Bytes of the array that a header declares; ValueError for what is no header."""
    version = np.lib.format.read_magic(member)
    reader = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if reader is None:
        raise ValueError(f"version {version} of the array format is not read")
    shape, _, kind = reader(member)
    return math.prod(shape) * kind.itemsize


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
