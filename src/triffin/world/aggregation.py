"""Aggregation of a world: economies into regions, sectors into broader ones, by a mapping.

Values add up; shares are weighted by the values they are shares of; tariffs by trade, so that
revenue stays; elasticities by trade between the new economies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from triffin.world.base.array_archive import GROUP_PREFIX, SCHEDULE_PREFIX
from triffin.world.base.errors import InputError, Place
from triffin.world.base.figure_checks import adding_up
from triffin.world.data.own.reader import read_csv_table
from triffin.world.model import GOODS, SERVICES, World
from triffin.world.sectors import SectorWorld, split_arrays
from triffin.world.worlds import world_from_arrays

REST = "*"


@dataclass(frozen=True)
class Grouping:
    """Groups of economies and of sectors.

    economies, sectors: member -> group; `*` stands for every member not named; what is neither
    named nor covered by `*` stays as it is. names: group code -> English name.
    """

    economies: Mapping[str, str] = field(default_factory=dict)
    sectors: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


def read_mapping(paths: Sequence[str | Path] | str | Path) -> Grouping:
    """Mapping files (CSV): code, group and perhaps name, or sector, group; one or both.

    Raises InputError naming file, row and column; whether the members exist is checked against
    the world in `aggregate`.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    economies: dict[str, str] = {}
    sectors: dict[str, str] = {}
    names: dict[str, str] = {}
    for path in given:
        table = read_csv_table(Path(path), ("group",), ("code", "sector", "name"))
        if ("code" in table) == ("sector" in table):
            raise Place(str(path), 1).error(
                "the mapping is neither of economies nor of sectors.",
                valid="code, group and perhaps name; or sector, group",
            )
        column, target = ("code", economies) if "code" in table else ("sector", sectors)
        if target:
            raise InputError(
                f"two mappings of {column} are given.",
                file=str(path),
                valid="one file for economies (code, group) and one for sectors (sector, group)",
            )
        for row, member in enumerate(table.labels(column)):
            group = table.columns["group"][row]
            if not group:
                raise table.error(row, "group", "the cell is empty.", valid="the name of a group")
            if column == "code" and not group.isalnum():
                raise table.error(
                    row, "group", f"{group!r} is not a code.", valid="letters and digits only"
                )
            target[member] = group
            if "name" in table and table.columns["name"][row]:
                names.setdefault(group, table.columns["name"][row])
    return Grouping(economies, sectors, names)


def aggregate(found: World | SectorWorld, mapping: Grouping) -> World | SectorWorld:
    """The world with its economies and sectors merged into groups; same type as `found`.

    Sums: trade, GDP, output, value added, inputs, final demand. Trade inside a group becomes home
    sales. Tariffs are means weighted by trade before the merger (plain means where there is
    none); tariffs inside a group end, which a note says. Trade elasticities and scale elasticities
    of merged sectors are means weighted by trade between the new economies, by output where there
    is none. What a group of one holds stays as it was, to the bit.

    Raises InputError for members the world does not have (with the nearest match), fewer than two
    economies left, and sectors merged in a world of one sector.
    """
    world = found if isinstance(found, World) else found.world
    economy = Groups.of(world.economies, mapping.economies, "an economy", world.name)
    if isinstance(found, World):
        if mapping.sectors:
            raise InputError(
                f"{world.name} has no sector data to aggregate.",
                field="sector",
                valid="a mapping of economies (code, group)",
            )
        arrays = _one_sector(world, economy)
        described = _described(world, economy, None)
        described["notes"] = _merged_notes(world, arrays["trade"], economy)
        arrays |= _labels(world, economy, None, mapping.names)
        return world_from_arrays(world.name, arrays, described, world.name)
    sector = Groups.of(world.sectors, mapping.sectors, "a sector", world.name)
    arrays, notes = _many_sectors(found, economy, sector)
    arrays |= _labels(world, economy, sector, mapping.names)
    if world.kinds is not None:
        arrays["kind"], mixed = _merged_kinds(world.kinds, sector)
        notes += mixed
    described = _described(world, economy, sector)
    described["notes"] = [*world.notes, *notes]
    return split_arrays(world.name, arrays, described, world.name)


@dataclass(frozen=True)
class Groups:
    """Groups of one axis, in the order of their first members.

    labels: of the groups. index: group of each member. single: whether a group has one member.
    """

    labels: tuple[str, ...]
    index: np.ndarray
    single: np.ndarray

    @classmethod
    def of(cls, members: Sequence[str], mapping: Mapping[str, str], what: str, name: str) -> Groups:
        folded = {member.casefold(): member for member in members}
        chosen: dict[str, str] = {}
        for member, group in mapping.items():
            if member == REST:
                continue
            if member.casefold() not in folded:
                raise InputError(
                    f"{member!r} is not {what} of {name}.", value=member, among=members
                )
            chosen[folded[member.casefold()]] = group
        rest = mapping.get(REST)
        groups = [chosen.get(member, member if rest is None else rest) for member in members]
        labels = tuple(dict.fromkeys(groups))
        place = {label: i for i, label in enumerate(labels)}
        index = np.array([place[group] for group in groups])
        return cls(labels, index, np.bincount(index, minlength=len(labels)) == 1)

    def sum(self, values: np.ndarray, axis: int) -> np.ndarray:
        """Sums of `values` over the members of each group along an axis."""
        moved = np.moveaxis(values, axis, 0)
        total = np.zeros((len(self.labels), *moved.shape[1:]))
        np.add.at(total, self.index, moved)
        return np.moveaxis(total, 0, axis)


def _one_sector(world: World, economy: Groups) -> dict[str, np.ndarray]:
    trade = economy.sum(economy.sum(world.trade, 1), 2)
    arrays = {
        "trade": _without_home(trade),
        "gdp": economy.sum(world.gdp, 0),
        "tariff": _tariff(world.tariff, world.trade, economy, None),
    }
    if world.announced_us_tariff is not None and "USA" in economy.labels:
        bought = world.trade[0, :, world.economies.index("USA")]
        weight = economy.sum(bought, 0)
        rate = economy.sum(bought * world.announced_us_tariff, 0)
        plain = economy.sum(world.announced_us_tariff, 0) / np.bincount(economy.index)
        mean = np.where(weight > 0, rate / np.where(weight > 0, weight, 1.0), plain)
        arrays["announced_us_tariff"] = np.where(economy.single, plain, mean)
    return arrays


def _merged_notes(world: World, trade: np.ndarray, economy: Groups) -> list[str]:
    # What the figures themselves show is found again for the new economies.
    shown = adding_up(world.trade, world.gdp, world.economies, world.name)
    notes = [note for note in world.notes if note not in shown]
    if len(economy.labels) == world.n_economies:
        return notes
    inside = 1 - trade.sum() / world.trade.sum()
    return [
        *notes,
        f"Aggregated from {world.n_economies} economies: {100 * inside:.1f} % of their trade is "
        "between members of one group and becomes home sales.",
    ]


def _merged_kinds(kinds: Sequence[str], sector: Groups) -> tuple[np.ndarray, list[str]]:
    """Goods or services (S of the aggregate); what merges both counts as goods, which is noted."""
    goods = sector.sum(np.array([kind == GOODS for kind in kinds], dtype=float), 0) > 0
    services = sector.sum(np.array([kind == SERVICES for kind in kinds], dtype=float), 0) > 0
    both = [label for label, mixed in zip(sector.labels, goods & services, strict=True) if mixed]
    notes = [f"Goods and services are merged in {', '.join(both)}: it counts as goods."] * bool(
        both
    )
    return np.where(goods, GOODS, SERVICES), notes


def _many_sectors(
    found: SectorWorld, economy: Groups, sector: Groups
) -> tuple[dict[str, np.ndarray], list[str]]:
    """The arrays of the aggregate, and what was done that a reader must know."""
    world, data = found.world, found.sectors
    n = world.n_economies
    diagonal = np.arange(n)
    flows = _without_home(world.trade)
    exports = flows.sum(axis=2)
    output = np.maximum(data.gross_output, exports)
    home_given = bool(world.trade[:, diagonal, diagonal].any())
    flows[:, diagonal, diagonal] = output - exports

    def total(values: np.ndarray) -> np.ndarray:
        return economy.sum(sector.sum(values, 0), 1)

    trade = economy.sum(total(flows), 2)
    single = sector.single[:, None] & economy.single[None, :]
    gross = total(output)
    # Where a sector uses no inputs, calibration takes its value-added share as one.
    uses = data.input_share.sum(axis=0) > 0.5
    spent = np.where(uses, (1 - data.value_added_share) * output, 0.0)
    inputs = economy.sum(sector.sum(sector.sum(spent * data.input_share, 0), 1), 2)
    spent_by = total(spent)
    alone = economy.sum(sector.sum(sector.sum(data.input_share, 0), 1), 2)
    share = np.where(gross > 0, 1 - spent_by / np.where(gross > 0, gross, 1.0), 1.0)
    arrays = {
        "gdp": economy.sum(world.gdp, 0),
        "tariff": _tariff(world.tariff, flows, economy, sector),
        "gross_output": np.where(single, total(data.gross_output), gross),
        "value_added_share": np.where(single, total(data.value_added_share), share),
        "input_share": np.where(single, alone, inputs / np.where(spent_by > 0, spent_by, 1.0)),
    }
    for name, table in found.schedules.items():
        arrays[f"{SCHEDULE_PREFIX}{name}"] = _tariff(table, flows, economy, sector)
    own = np.arange(len(economy.labels))
    arrays["trade"] = trade.copy()
    if home_given and len(sector.labels) > 1:
        cells = world.trade[:, diagonal, diagonal]
        arrays["trade"][:, own, own] = np.where(single, total(cells), trade[:, own, own])
    else:
        arrays["trade"][:, own, own] = 0.0
    abroad = sector.sum(_traded_apart(flows, economy), 0)
    weights = _traded_apart(flows, economy)
    made = output.sum(axis=1)
    for name in ("elasticity", "scale_elasticity"):
        value = getattr(data, name)
        if value is None:
            continue
        by_trade = sector.sum(weights * value, 0) / np.where(abroad > 0, abroad, 1.0)
        by_output = sector.sum(made * value, 0) / np.maximum(sector.sum(made, 0), 1.0)
        mean = np.where(abroad > 0, by_trade, by_output)
        arrays[name] = np.where(sector.single, sector.sum(value, 0), mean)
    if data.final_share is not None:
        demand = data.final_share * _income(found, flows, output, uses)
        level = total(demand)
        arrays["final_share"] = np.where(
            economy.single,
            economy.sum(sector.sum(data.final_share, 0), 1),
            level / level.sum(axis=0),
        )
    return arrays, _notes(world, flows, economy, sector)


def _notes(world: World, flows: np.ndarray, economy: Groups, sector: Groups) -> list[str]:
    if len(economy.labels) == world.n_economies and len(sector.labels) == world.n_sectors:
        return []
    notes = [
        f"Aggregated from {world.n_economies} economies × {world.n_sectors} sectors: values add "
        "up, shares and tariffs are weighted by value, elasticities of merged sectors by trade "
        "between economies."
    ]
    inside = economy.index[:, None] == economy.index[None, :]
    ended = float((world.tariff * flows * inside).sum())
    if ended > 0:
        notes.append(
            f"Tariffs between members of one group end: {ended / 1e9:.3g} billion USD of revenue."
        )
    return notes


def _income(
    found: SectorWorld, flows: np.ndarray, output: np.ndarray, uses: np.ndarray
) -> np.ndarray:
    """(N,) value added, revenue and deficit, USD: what final demand spends."""
    added = np.where(uses, found.sectors.value_added_share, 1.0) * output
    revenue = (found.world.tariff * flows).sum(axis=(0, 1))
    deficit = (flows.sum(axis=1) - flows.sum(axis=2)).sum(axis=0)
    return np.asarray(added.sum(axis=0) + revenue + deficit)


def _traded_apart(flows: np.ndarray, economy: Groups) -> np.ndarray:
    """(S,) trade between economies that stay apart, USD."""
    apart = economy.index[:, None] != economy.index[None, :]
    return np.asarray((flows * apart).sum(axis=(1, 2)))


def _tariff(
    tariff: np.ndarray, flows: np.ndarray, economy: Groups, sector: Groups | None
) -> np.ndarray:
    """Means of (S, N, N) tariffs weighted by trade; plain means where nothing is traded."""

    def total(values: np.ndarray) -> np.ndarray:
        merged = values if sector is None else sector.sum(values, 0)
        return economy.sum(economy.sum(merged, 1), 2)

    weight, count = total(flows), total(np.ones_like(flows))
    paid, plain = total(tariff * flows), total(tariff) / count
    mean = np.where(weight > 0, paid / np.where(weight > 0, weight, 1.0), plain)
    # The rate of a cell alone stays that rate, to the bit.
    return _without_home(np.where(count == 1, total(tariff), mean))


def _without_home(table: np.ndarray) -> np.ndarray:
    own = np.arange(table.shape[-1])
    copy = np.array(table, dtype=np.float64)
    copy[..., own, own] = 0.0
    return copy


def _labels(
    world: World, economy: Groups, sector: Groups | None, names: Mapping[str, str]
) -> dict[str, np.ndarray]:
    """Codes, names, sector names and own groups of the aggregate."""
    known = dict(zip(world.economies, world.names, strict=True))
    arrays = {
        "economies": np.array(economy.labels),
        "names": np.array([names.get(code, known.get(code, code)) for code in economy.labels]),
        "sectors": np.array(world.sectors if sector is None else sector.labels),
    }
    for group, members in world.groups.items():
        inside = {economy.labels[economy.index[world.economies.index(m)]] for m in members}
        held = {
            member
            for member, at in zip(world.economies, economy.index, strict=True)
            if economy.labels[at] in inside
        }
        # A group survives where it does not cut through a new economy.
        if held == set(members) and group not in economy.labels:
            arrays[f"{GROUP_PREFIX}{group}"] = np.array(
                [label for label in economy.labels if label in inside]
            )
    return arrays


def _described(world: World, economy: Groups, sector: Groups | None) -> dict[str, object]:
    count = len(world.sectors if sector is None else sector.labels)
    described: dict[str, object] = {
        "title": world.title,
        "year": world.year,
        "source": world.provenance.get("source", "not stated"),
        "licence": world.provenance.get("licence", "not stated"),
        "retrieved": world.provenance.get("retrieved", "not stated"),
        "notes": list(world.notes),
    }
    if len(economy.labels) < world.n_economies or count < world.n_sectors:
        described["title"] = (
            f"{world.title}; aggregated to {len(economy.labels)} economies × {count} sector(s)"
        )
    return described
