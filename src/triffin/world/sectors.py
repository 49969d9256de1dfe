"""Sectors of a world: gross output, value added, inputs, final demand and trade elasticities.

A many-sector world is two objects: a `World` (economies, trade, baseline tariffs) and the
`SectorData` that go with it. Both come from one `.npz` archive, whose arrays are those of
`world_file` and those named in `SECTOR_ARRAYS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from triffin.world.base.array_archive import SCHEDULE_PREFIX, SECTOR_ARRAYS
from triffin.world.base.errors import InputError, Place
from triffin.world.model import World
from triffin.world.worlds import content_checksum, world_from_arrays

KIND = "sector-world"
_REQUIRED = ("gross_output", "value_added_share", "input_share", "elasticity")

# Input-output tables carry rounding residues; anything more negative than this is an error.
_LEAST_SHARE = -0.01
# Shares must add up to one to this; what is off is renormalised in calibration.
_ADDING_UP = 1e-3


@dataclass(frozen=True, eq=False)
class SectorData:
    """What a many-sector model needs to know beyond trade and tariffs; S sectors, N economies.

    Parameters
    ----------
    sectors : S names.
    economies : N codes, the order of every last axis.
    gross_output : (S, N) current USD; calibration raises it to exports where it lies below.
    value_added_share : (S, N) value added over gross output, in (0, 1].
    input_share : (S input k, S using s, N) share of input k in all inputs of s; each column adds
        up to one, or is zero where sector s uses no inputs.
    elasticity : (S,) trade elasticity theta.
    final_share : (S, N) share of each sector in final demand, or None where it follows from
        accounting: expenditure less inputs.
    scale_elasticity : (S,) scale elasticity psi in the data, or None.
    notes : what was done to the figures.

    Raises InputError on wrong shapes, non-finite or impossible values, naming the cell.
    """

    sectors: tuple[str, ...]
    economies: tuple[str, ...]
    gross_output: np.ndarray
    value_added_share: np.ndarray
    input_share: np.ndarray
    elasticity: np.ndarray
    final_share: np.ndarray | None = None
    scale_elasticity: np.ndarray | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        s, n = len(self.sectors), len(self.economies)
        shapes: dict[str, tuple[int, ...]] = {
            "gross_output": (s, n),
            "value_added_share": (s, n),
            "input_share": (s, s, n),
            "elasticity": (s,),
            "final_share": (s, n),
            "scale_elasticity": (s,),
        }
        for name, shape in shapes.items():
            value = getattr(self, name)
            if value is None:
                continue
            array = self._numbers(name, value, shape)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        self._refuse("gross_output", self.gross_output < 0, "zero or more USD")
        share = self.value_added_share
        self._refuse("value_added_share", (share <= 0) | (share > 1), "above 0 and at most 1")
        self._refuse("input_share", self.input_share < _LEAST_SHARE, "a share of zero or more")
        total = self.input_share.sum(axis=0)
        missing = np.abs(total) < _ADDING_UP
        self._refuse(
            "input_share",
            ~missing & (np.abs(total - 1) > _ADDING_UP),
            "input shares that add up to one over inputs, or to zero",
            total,
        )
        self._refuse("elasticity", ~(self.elasticity > 0), "a number above zero")
        if self.scale_elasticity is not None:
            self._refuse("scale_elasticity", self.scale_elasticity < 0, "zero or more")
        if self.final_share is not None:
            self._refuse("final_share", self.final_share < 0, "zero or more")
            total = self.final_share.sum(axis=0)
            wrong = np.flatnonzero(np.abs(total - 1) > _ADDING_UP)
            if len(wrong):
                raise InputError(
                    f"final shares of {self.economies[wrong[0]]} add up to {total[wrong[0]]:g}.",
                    field="final_share",
                    valid="shares that add up to one over sectors",
                )

    def _numbers(self, name: str, value: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        array = np.asarray(value)
        if array.dtype.kind not in "fiu" or array.shape != shape:
            raise InputError(
                f"{name} has shape {array.shape} and type {array.dtype}.",
                field=name,
                valid=f"numbers of shape {shape}",
            )
        array = np.array(array, dtype=np.float64)
        self._refuse(name, ~np.isfinite(array), "a finite number", array)
        return array

    def _refuse(
        self, name: str, wrong: np.ndarray, valid: str, values: np.ndarray | None = None
    ) -> None:
        cells = np.argwhere(wrong)
        if not len(cells):
            return
        shown = getattr(self, name) if values is None else values
        cell = tuple(int(i) for i in cells[0])
        labels: list[str] = []
        if len(cell) != 1 or len(self.sectors) == shown.shape[0]:
            labels = [self.sectors[i] for i in cell[: 1 if len(cell) < 3 else 2]]
        if len(cell) > 1:
            labels.append(self.economies[cell[-1]])
        raise InputError(
            f"{name} of {' × '.join(labels)} is {float(shown[cell]):g}.",
            field=name,
            value=float(shown[cell]),
            valid=valid,
        )


@dataclass(frozen=True, eq=False)
class SectorWorld:
    """A many-sector world: the world, its sector data, and tariff tables of other dates.

    schedules : name -> (S, N exporter, N importer) fractions, e.g. {"2005": ...}.
    """

    world: World
    sectors: SectorData
    schedules: dict[str, np.ndarray]


def split_arrays(
    name: str, arrays: Mapping[str, np.ndarray], described: Mapping[str, object], file: str
) -> SectorWorld:
    """A SectorWorld from the arrays of its archive; `described` becomes the world's provenance.

    Raises InputError naming `file` when an array is missing or holds impossible figures.
    """
    for key in (*_REQUIRED, "economies", "sectors", "trade", "gdp"):
        if key not in arrays:
            raise Place(file, field=key).error(
                f"the array {key!r} is missing.",
                valid=(*_REQUIRED, "economies", "sectors", "trade", "gdp"),
            )
    own = {key: value for key, value in arrays.items() if key in SECTOR_ARRAYS}
    schedules = {
        key.removeprefix(SCHEDULE_PREFIX): value
        for key, value in arrays.items()
        if key.startswith(SCHEDULE_PREFIX)
    }
    rest = {
        key: value
        for key, value in arrays.items()
        if key not in own and not key.startswith(SCHEDULE_PREFIX)
    }
    if not described.get("sha256"):
        described = {**described, "sha256": content_checksum(arrays)}
    world = world_from_arrays(name, rest, described, file)
    notes = described.get("notes", ())
    data = SectorData(
        sectors=world.sectors,
        economies=world.economies,
        notes=tuple(str(note) for note in notes) if isinstance(notes, list | tuple) else (),
        **own,
    )
    for table in schedules.values():
        if table.shape != world.trade.shape:
            raise InputError(
                f"a tariff table has shape {table.shape}.", file=file, valid=f"{world.trade.shape}"
            )
        table.setflags(write=False)
    world = replace(world, sector_data=data, schedules=schedules)
    return SectorWorld(world, data, schedules)
