"""A world from its arrays: what must hold of them, and the checksum of their content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from triffin.world.base import figure_checks as check
from triffin.world.base.array_archive import GROUP_PREFIX
from triffin.world.base.errors import InputError, Place, one_of
from triffin.world.groups import RESERVED_GROUPS
from triffin.world.model import GOODS, KINDS, World

NO_KINDS = (
    "No kinds of sectors are stated (kind: goods or services): all count as goods, so that a "
    "tariff on everything falls on services, too."
)


def world_from_arrays(
    name: str, arrays: Mapping[str, np.ndarray], described: Mapping[str, Any], file: str
) -> World:
    """A validated World from the arrays of a world file; `described` becomes its provenance."""
    economies = check.codes(arrays["economies"], file)
    n = len(economies)
    names = economies
    if "names" in arrays:
        names = check.labels(arrays["names"], "names", file)
        if len(names) != n:
            raise InputError(
                f"{len(names)} names for {n} economies.", file=file, field="names", valid=f"{n}"
            )
    sectors: tuple[str, ...] = ("all",)
    if "sectors" in arrays:
        sectors = check.labels(arrays["sectors"], "sectors", file)
    trade = check.trade_shape(arrays["trade"], n, len(sectors), file)
    check.flows(trade, economies, sectors, file)
    gdp = check.gdp_values(arrays["gdp"], economies, file)
    tariff = np.zeros_like(trade)
    if "tariff" in arrays:
        tariff = check.tariffs(arrays["tariff"], economies, sectors, file)
    announced = None
    if "announced_us_tariff" in arrays:
        announced = check.rates(
            arrays["announced_us_tariff"], economies, "announced_us_tariff", file
        )
        announced.setflags(write=False)
    notes = list(described.get("notes", ()))
    if len(sectors) == 1:
        found = check.adding_up(trade, gdp, economies, file)
        notes += [note for note in found if note not in notes]
    kinds = _kinds(arrays, len(sectors), file)
    if kinds is None and len(sectors) > 1 and NO_KINDS not in notes:
        notes.append(NO_KINDS)
    for array in (trade, gdp, tariff):
        array.setflags(write=False)
    return World(
        name=name,
        title=str(described["title"]),
        year=int(described["year"]),
        economies=economies,
        names=names,
        sectors=sectors,
        trade=trade,
        gdp=gdp,
        tariff=tariff,
        provenance={
            **described,
            "notes": notes,
            "sha256": described.get("sha256") or content_checksum(arrays),
        },
        groups=_own_groups(arrays, economies, file),
        announced_us_tariff=announced,
        kinds=kinds,
    )


def _kinds(arrays: Mapping[str, np.ndarray], n_sectors: int, file: str) -> tuple[str, ...] | None:
    """What each sector is, of the array `kind`; None where the world does not say."""
    if "kind" not in arrays:
        return None
    values = arrays["kind"]
    if values.shape != (n_sectors,) or values.dtype.kind != "U":
        raise Place(file, field="kind").error(
            f"kind has shape {values.shape} and type {values.dtype}.",
            valid=f"one text for each of {n_sectors} sectors: {' or '.join(KINDS)}",
        )
    kinds = tuple(str(value).strip().casefold() for value in values)
    for kind in kinds:
        one_of(kind, KINDS, f"the kind {kind!r} does not exist.", file=file, field="kind")
    if GOODS not in kinds:
        raise Place(file, field="kind").error(
            "no sector is of goods, so that no tariff could fall on anything.",
            valid="at least one sector of goods, or no kinds",
        )
    return kinds


def content_checksum(arrays: Mapping[str, np.ndarray]) -> str:
    """SHA-256 of the figures and labels of an own world, whatever its file: it names runs."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.kind} {array.shape}".encode())
        digest.update(
            "\n".join(array.ravel()).encode() if array.dtype.kind == "U" else array.tobytes()
        )
    return digest.hexdigest()


def _own_groups(
    arrays: Mapping[str, np.ndarray], economies: tuple[str, ...], file: str
) -> dict[str, tuple[str, ...]]:
    groups = {}
    for key in arrays:
        if not key.startswith(GROUP_PREFIX):
            continue
        group = key.removeprefix(GROUP_PREFIX)
        if group in RESERVED_GROUPS or group.startswith("non-") or group in economies:
            raise Place(file, field=key).error(
                f"the group {group!r} would hide a name that already means something.",
                valid="another name",
            )
        members = check.labels(arrays[key], key, file)
        for member in members:
            one_of(
                member,
                economies,
                f"{member!r} is not an economy of this world.",
                file=file,
                field=key,
            )
        groups[group] = members
    return groups


def text_of(arrays: Mapping[str, np.ndarray], key: str, file: str) -> str | None:
    if key not in arrays:
        return None
    if arrays[key].size != 1 or arrays[key].dtype.kind != "U":
        raise InputError(f"{key} is not one text.", file=file, field=key, valid="one text")
    return str(arrays[key].reshape(-1)[0]).strip()


def year_of(arrays: Mapping[str, np.ndarray], file: str) -> int:
    if "year" not in arrays:
        return 0
    if arrays["year"].size != 1 or arrays["year"].dtype.kind not in "iu":
        raise InputError(
            "year is not one whole number.", file=file, field="year", valid="such as 2023"
        )
    return int(arrays["year"].reshape(-1)[0])
