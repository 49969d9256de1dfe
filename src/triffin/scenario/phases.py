"""From dated entries to phases: which tariffs are in force on which days.

Entries apply in the order of their dates, entries of one date in the order of the file, each on
top of those before. An entry that lapses (`days`, `until`) uncovers what lies underneath. An
entry dated before the start is in force from the first day. Phases follow each other without
gaps; `start` and `end` are both days of the phase.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from triffin.scenario.tariff_selectors import RateLayer, RateSetting, Selectors, layer_of_settings
from triffin.scenario.tariffs import (
    TariffSchedule,
    baseline_schedule,
    file_layer,
    named_layer,
    overlay,
)
from triffin.world.base.errors import Place
from triffin.world.model import World

if TYPE_CHECKING:
    from triffin.scenario.schema import Scenario
    from triffin.scenario.sections import TariffEntry, Withholding

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Phase:
    """Days from `start` to `end`, both included, with one schedule in force, and the positions of
    the entries of `withhold:` that are felt."""

    start: dt.date
    end: dt.date
    schedule: TariffSchedule
    label: str
    withheld: tuple[int, ...] = ()

    @property
    def days(self) -> int:
        """Number of days, the first and the last included."""
        return (self.end - self.start).days + 1


def build_phases(scenario: Scenario, world: World) -> list[Phase]:
    """Phases from the first to the last day of a scenario; at least one.

    Raises
    ------
    InputError for schedules, files, economies and sectors that the world does not know.
    """
    entries = scenario.tariffs or []
    order = sorted(range(len(entries)), key=lambda number: entries[number].from_)
    layers = {
        number: entry_layers(entries[number], scenario.entry_folder(number), world)
        for number in order
    }
    base = baseline_schedule(world)
    phases: list[Phase] = []
    held = scenario.withhold or []
    starts = sorted({*change_dates(entries, scenario.start, scenario.end), *_turns(scenario, held)})
    ends = [*(day - ONE_DAY for day in starts[1:]), scenario.end]
    for start, end in zip(starts, ends, strict=True):
        active = [number for number in order if in_force(entries[number], start)]
        stack = [layer for number in active for layer in layers[number]]
        schedule = overlay(base, stack)
        felt = tuple(k for k, one in enumerate(held) if one.in_force(start))
        if phases and felt == phases[-1].withheld and _same(phases[-1].schedule, schedule):
            phases[-1] = replace(phases[-1], end=end)
        else:
            phases.append(Phase(start, end, schedule, schedule.label, felt))
    return phases


def _turns(scenario: Scenario, held: Sequence[Withholding]) -> set[dt.date]:
    """Days within the scenario on which something withheld begins or ceases to be felt."""
    days = {one.bites for one in held} | {one.until + ONE_DAY for one in held if one.until}
    return {day for day in days if scenario.start < day <= scenario.end}


def change_dates(entries: Sequence[TariffEntry], start: dt.date, end: dt.date) -> list[dt.date]:
    """First day, and every later day up to `end` on which an entry begins or has just lapsed."""
    days = {start}
    for entry in entries:
        days.add(entry.from_)
        if entry.last_day is not None:
            days.add(entry.last_day + ONE_DAY)
    return sorted(day for day in days if start <= day <= end)


def in_force(entry: TariffEntry, day: dt.date) -> bool:
    """Whether an entry holds on a day (it may be covered by a later one)."""
    return entry.from_ <= day and (entry.last_day is None or day <= entry.last_day)


def entry_layers(entry: TariffEntry, folder: str, world: World) -> list[RateLayer]:
    """Layers of one entry: its schedule or file, then its own settings on top.

    The entry's note labels them. A file here changes only what it names.
    """
    layers: list[RateLayer] = []
    if entry.schedule is not None:
        layers.append(named_layer(world, entry.schedule, basis=entry.basis))
    if entry.file is not None:
        layers.append(file_layer(world, Path(folder) / entry.file, basis=entry.basis))
    if entry.set is not None:
        selectors = Selectors(world)
        settings = []
        for path, rate in entry.set.items():
            importer, exporter, sector = selectors.split_path(path)
            settings.append(RateSetting(importer, exporter, rate, sector, Place(field=path)))
        label = ", ".join(f"{path} {100 * rate:.10g} %" for path, rate in entry.set.items())
        layers.append(layer_of_settings(world, settings, label=label, selectors=selectors))
    if entry.note is not None:
        layers = [
            RateLayer(
                layer.paid, layer.statutory, layer.named, entry.note, layer.notes, layer.source
            )
            for layer in layers
        ]
    return layers


def _same(first: TariffSchedule, second: TariffSchedule) -> bool:
    return (
        first.label == second.label
        and np.array_equal(first.rates, second.rates)
        and np.array_equal(first.statutory, second.statutory)
    )
