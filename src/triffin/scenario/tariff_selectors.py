"""Settings of tariffs: who imposes which rate on whom, and which setting wins on which cell.

A setting names an importer, an exporter and perhaps a sector. Each may be an ISO3 code, an
English name, a group or `*`. Among the settings of one mapping the more specific one wins
whatever their order: first the one whose importer covers fewer economies, then whose exporter
does, then whose sector does. Two equally specific settings that ask for different rates on the
same cell are refused, so that the order of keys never matters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from triffin.world.base.errors import InputError, Place
from triffin.world.base.rates import format_rate
from triffin.world.countries import country_code, likely
from triffin.world.model import World

EVERYONE = "*"
NOWHERE = Place()


@dataclass(frozen=True)
class RateSetting:
    """One rate (fraction) for `importer` on goods of `exporter`, in `sector` or on all goods."""

    importer: str
    exporter: str
    rate: float
    sector: str = EVERYONE
    place: Place = NOWHERE

    @property
    def path(self) -> str:
        parts = [self.importer, self.exporter]
        return ".".join(parts if self.sector == EVERYONE else [*parts, self.sector])


class Cells(NamedTuple):
    """Positions that one setting covers, with its specificity (small is specific)."""

    importers: tuple[int, ...]
    exporters: tuple[int, ...]
    sectors: tuple[int, ...]
    rank: tuple[int, int, int]
    own: bool


@dataclass(frozen=True, eq=False)
class RateLayer:
    """A partial schedule: where `named` is True, it sets the rates below it.

    Shapes are (S sectors, N exporters, N importers); `paid` and `statutory` are fractions.
    """

    paid: np.ndarray
    statutory: np.ndarray
    named: np.ndarray
    label: str
    notes: tuple[str, ...] = ()
    source: str = ""


class Selectors:
    """Finds the economies and sectors of one world that a word stands for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._economies: dict[str, tuple[int, ...]] = {}
        self._groups: dict[str, tuple[int, ...]] = {}
        for position, name in enumerate(world.names):
            self._economies[name.casefold()] = (position,)
        for position, code in enumerate(world.economies):  # a code beats another one's name
            self._economies[code.casefold()] = (position,)
        goods = world.goods
        rest = tuple(k for k in range(world.n_sectors) if k not in goods)
        self._sectors = {"goods": goods, "services": rest} if rest else {}
        self._sectors |= {name.casefold(): (k,) for k, name in enumerate(world.sectors)}
        self._everyone = tuple(range(world.n_economies))

    def economies(self, word: str) -> tuple[int, ...]:
        """Positions of an ISO3 code, an English name, a group or `*`; InputError otherwise."""
        word = word.strip()
        if word == EVERYONE:
            return self._everyone
        if word.casefold() in self._economies:
            return self._economies[word.casefold()]
        if word not in self._groups:
            from triffin.world.groups import group_members

            try:
                members = group_members(self.world, word)
            except InputError as error:
                members = (country_code(word),)
                if members[0] not in self.world.economies:
                    raise self._unknown_economy(word) from error
            self._groups[word] = tuple(self.world.index(member) for member in members)
        return self._groups[word]

    def sectors(self, word: str) -> tuple[int, ...]:
        """Positions of a sector, `goods`, `services` or `*`.

        In a world that marks its sectors `*` is all goods: services are taxed only by name. In the
        others it is all sectors, as it was when they were built.

        Raises InputError with the nearest match.
        """
        word = word.strip()
        if word == EVERYONE:
            marked = self.world.kinds is not None
            return self.world.goods if marked else tuple(range(self.world.n_sectors))
        if word.casefold() not in self._sectors:
            one = " (it has one sector, so leave the sector out)" if len(self._sectors) == 1 else ""
            raise InputError(
                f"{word!r} is not a sector of {self.world.name}{one}.",
                value=word,
                among=self.world.sectors,
            )
        return self._sectors[word.casefold()]

    def cells(self, setting: RateSetting) -> Cells:
        """The cells a setting covers; InputError names the setting's file, line and field."""
        try:
            importers = self.economies(setting.importer)
            exporters = self.economies(setting.exporter)
            sectors = self.sectors(setting.sector)
        except InputError as error:
            raise error.at(setting.place) from error
        everyone, every_sector = len(self._everyone) + 1, self.world.n_sectors + 1
        rank = (
            everyone if setting.importer.strip() == EVERYONE else len(importers),
            everyone if setting.exporter.strip() == EVERYONE else len(exporters),
            every_sector if setting.sector.strip() == EVERYONE else len(sectors),
        )
        own = importers == exporters and len(importers) == 1
        return Cells(importers, exporters, sectors, rank, own)

    def split_path(self, path: str) -> tuple[str, str, str]:
        """Importer, exporter and sector (`*` if left out) of IMPORTER.EXPORTER[.SECTOR].

        English names may contain dots ("St. Lucia"), so every way to cut the path is tried and
        the first in which all parts are known is taken.
        """
        parts = path.split(".")
        cuts: list[tuple[str, str, str]] = []
        for first in range(1, len(parts)):
            head, rest = ".".join(parts[:first]), parts[first:]
            cuts.append((head, ".".join(rest), EVERYONE))
            cuts += [
                (head, ".".join(rest[:second]), ".".join(rest[second:]))
                for second in range(1, len(rest))
            ]
        cuts = [(i.strip(), e.strip(), s.strip()) for i, e, s in cuts]
        cuts = [cut for cut in cuts if all(cut)]
        if not cuts or len(parts) > 8:
            raise InputError(
                f"{path!r} does not say who imposes the tariff on whom.",
                value=path,
                valid="IMPORTER.EXPORTER or IMPORTER.EXPORTER.SECTOR, * for all",
            )
        for cut in cuts:
            if self._known(*cut):
                return cut
        plain = [parts[0], *parts[1:3]] if len(parts) <= 3 else None
        if plain is None:
            return cuts[0]
        return plain[0].strip(), plain[1].strip(), plain[2].strip() if len(plain) == 3 else EVERYONE

    def _known(self, importer: str, exporter: str, sector: str) -> bool:
        try:
            self.economies(importer)
            self.economies(exporter)
            self.sectors(sector)
        except InputError:
            return False
        return True

    def _unknown_economy(self, word: str) -> InputError:
        from triffin.world.groups import group_names

        world = self.world
        groups = group_names(world)
        names = (*world.economies, *world.names, *groups)
        return InputError(
            f"{word!r} is neither an economy nor a group of {world.name}.",
            value=word,
            nearest=likely(word, names),
            valid=f"an ISO3 code or English name (triffin worlds lists them), a group "
            f"({', '.join(groups)}) or *",
        )


def layer_of_settings(
    world: World,
    settings: Iterable[RateSetting],
    *,
    label: str,
    source: str = "",
    selectors: Selectors | None = None,
) -> RateLayer:
    """One layer from settings that stand side by side (one mapping, or one file).

    Raises
    ------
    InputError for unknown words, a nonzero rate of an economy on itself, and equally specific
    settings that contradict each other.
    """
    selectors = selectors or Selectors(world)
    placed = [(selectors.cells(setting), setting) for setting in settings]
    placed.sort(key=lambda pair: tuple(-size for size in pair[0].rank))
    shape = (world.n_sectors, world.n_economies, world.n_economies)
    rates = np.zeros(shape)
    writer = np.full(shape, -1, dtype=np.int64)
    rival = np.full(shape, -1, dtype=np.int64)  # the setting that contradicts the writer, if any
    first_of_rank = 0
    for number, (cells, setting) in enumerate(placed):
        if number and placed[number - 1][0].rank != cells.rank:
            first_of_rank = number
        if cells.own:
            refuse_own_tariff(setting)
            continue
        where = np.ix_(cells.sectors, cells.exporters, cells.importers)
        before = writer[where]
        contradicted = (before >= first_of_rank) & (rates[where] != setting.rate)
        rival[where] = np.where(contradicted, before, -1)
        rates[where] = setting.rate
        writer[where] = number
    own = np.arange(world.n_economies)
    rates[:, own, own] = 0.0
    named = writer >= 0
    named[:, own, own] = False
    rival[:, own, own] = -1
    if (rival >= 0).any():
        cell = tuple(np.argwhere(rival >= 0)[0])
        _refuse_contradiction(placed[writer[cell]][1], placed[rival[cell]][1])
    return RateLayer(rates, rates.copy(), named, label=label, source=source)


def refuse_own_tariff(setting: RateSetting) -> None:
    """An economy has no tariff on its own goods; a rate of zero is let pass."""
    if setting.rate != 0.0:
        place = setting.place._replace(field=setting.place.field or setting.path)
        raise place.error(
            f"{setting.importer} cannot put a tariff of {format_rate(setting.rate)} on its own "
            "goods.",
            value=setting.rate,
            valid="0, or leave it out",
        )


def _refuse_contradiction(setting: RateSetting, other: RateSetting) -> None:
    line = f" (line {other.place.line})" if other.place.line is not None else ""
    raise setting.place.error(
        f"{setting.path} at {format_rate(setting.rate)} contradicts {other.path} at "
        f"{format_rate(other.rate)}{line}: both are equally specific.",
        value=setting.rate,
        valid="one rate for each pair, or a more specific setting that decides",
    )
