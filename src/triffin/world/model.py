"""A world: economies, the trade among them, and what was done to the raw figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.world.base.errors import InputError
from triffin.world.base.notebook import facts_and_bars
from triffin.world.countries import country_code, country_name, likely

if TYPE_CHECKING:
    from triffin.world.sectors import SectorData


GOODS, SERVICES = KINDS = ("goods", "services")


@dataclass(frozen=True, eq=False)
class World:
    """Baseline data of one world.

    Parameters
    ----------
    name : e.g. "world-2023".
    title : one line for people.
    year : year of the trade flows.
    economies : N ISO 3166 alpha-3 codes, the order of every axis below.
    names : N English names.
    sectors : S sector names; ("all",) in a one-sector world.
    trade : (S, N exporter, N importer) current USD; diagonal 0 in one-sector worlds, whose home
        sales follow from calibration.
    gdp : (N,) current USD.
    tariff : (S, N exporter, N importer) baseline ad-valorem tariffs, fractions.
    provenance : title, source, year, licence or terms, retrieved, sha256, notes (list of str).
    groups : own groups of the file, name -> member codes.
    announced_us_tariff : (N,) US rates announced on 2 April 2025 as in the source, fractions and
        without the 10 % floor; None where the file has none.
    sector_data : output, inputs and elasticities by sector; None in one-sector worlds.
    schedules : tariff tables of other dates that come with the world, name -> array like tariff.
    kinds : (S,) "goods" or "services"; None where nothing is known.
    """

    name: str
    title: str
    year: int
    economies: tuple[str, ...]
    names: tuple[str, ...]
    sectors: tuple[str, ...]
    trade: np.ndarray
    gdp: np.ndarray
    tariff: np.ndarray
    provenance: dict[str, Any] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    announced_us_tariff: np.ndarray | None = None
    sector_data: SectorData | None = None
    schedules: dict[str, np.ndarray] = field(default_factory=dict)
    kinds: tuple[str, ...] | None = None

    def __repr__(self) -> str:
        return f"<World {self.name}: {self.n_economies} economies × {self.n_sectors}, {self.year}>"

    def _repr_html_(self) -> str:
        largest = np.argsort(self.gdp)[::-1][:10]
        return facts_and_bars(
            f"{self.name}: {self.title}",
            {
                "economies": str(self.n_economies),
                "sectors": str(self.n_sectors),
                "year": str(self.year) if self.year else "",
                "trade": f"{self.exports.sum() / 1e12:,.3g} trillion USD",
                "GDP": f"{self.gdp.sum() / 1e12:,.3g} trillion USD",
                "source": str(self.provenance.get("source", "")),
            },
            "The largest economies by GDP, trillion USD",
            {self.names[i]: (self.gdp[i], f"{self.gdp[i] / 1e12:.3g}") for i in largest},
        )

    @property
    def n_economies(self) -> int:
        return len(self.economies)

    @property
    def n_sectors(self) -> int:
        return len(self.sectors)

    @property
    def goods(self) -> tuple[int, ...]:
        """Positions of the goods sectors: as marked, or those that the provenance counts (they come
        first); all sectors where nothing is known."""
        if self.kinds is None:
            return tuple(range(int(self.provenance.get("goods_sectors", self.n_sectors))))
        return tuple(k for k, kind in enumerate(self.kinds) if kind == GOODS)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the figures must know: gaps, clamps, choices."""
        return tuple(self.provenance.get("notes", ()))

    @property
    def exports(self) -> np.ndarray:
        """(N,) current USD, sales to all other economies, all sectors."""
        return np.asarray(self.trade.sum(axis=(0, 2)) - self._own_sales())

    @property
    def imports(self) -> np.ndarray:
        """(N,) current USD, purchases from all other economies, all sectors."""
        return np.asarray(self.trade.sum(axis=(0, 1)) - self._own_sales())

    def _own_sales(self) -> np.ndarray:
        return np.asarray(np.einsum("sii->i", self.trade))

    def index(self, economy: str) -> int:
        """Position of an economy given by code or by an English name of it (case ignored).

        Raises InputError: with the nearest match for a word that means no country, and without
        one for a country that this world does not have.
        """
        wanted = economy.strip().casefold()
        for labels in (self.economies, self.names):
            for position, label in enumerate(labels):
                if label.casefold() == wanted:
                    return position
        code = country_code(economy)
        if code in self.economies:
            return self.economies.index(code)
        meant = f" ({country_name(code)})" if code and code != economy.strip() else ""
        raise InputError(
            f"{economy!r}{meant} is not an economy of {self.name}.",
            value=economy,
            nearest=likely(economy, (*self.economies, *self.names)),
            valid=self.economies,
        )
