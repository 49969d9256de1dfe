"""The answer of a run: manifest, headline and labelled data, with tables, charts and a store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triffin.record import tables
from triffin.world.base.errors import InputError, nearest_match

if TYPE_CHECKING:
    import altair
    import pandas as pd
    import xarray as xr


@dataclass(frozen=True, eq=False)
class Result:
    """One run of a scenario.

    Attributes
    ----------
    manifest : what was run, with which data, parameters, closures and code; plain JSON types.
    headline : entries of `results.headline`, one per question.
    data : labelled arrays. Per cent by (phase, closure, economy) at central parameters: welfare,
        real_income, deficit, exports, imports, employment, prices, wage, revenue. By draw:
        welfare_draws (draw, economy) and rate_welfare (draw, rate, party) in per cent,
        rate_revenue (draw, rate), and the drawn parameters. Tariffs in per cent, trade_before,
        trade_after, spending and gdp in bn USD.
    """

    manifest: dict[str, Any]
    headline: list[dict[str, Any]]
    data: xr.Dataset

    def __post_init__(self) -> None:
        for field, dimension in (("main_phase", "phase"), ("central_closure", "closure")):
            known = [str(label) for label in self.data.coords[dimension].values]
            if self.manifest.get(field) not in known:
                raise InputError(
                    f"the {field} of the manifest is not in the data.",
                    field=field,
                    value=self.manifest.get(field),
                    valid=known,
                )
        object.__setattr__(self, "data", tables.with_units(self.data))

    @property
    def identity(self) -> str:
        """First twelve digits of the run's hash: what names the run in files and citations."""
        return str(self.manifest["hash"])[:12]

    @property
    def plot(self) -> Plots:
        """Charts of the run (altair): `.plot.welfare_map()` and the others."""
        return Plots(self)

    def name_of(self, iso3: str) -> str:
        """English name of an economy; the code itself if the run has no name for it."""
        return tables.economy_names(self).get(iso3, iso3)

    def entry(self, identifier: str) -> dict[str, Any]:
        """One headline entry; InputError with the nearest match for an unknown one."""
        for item in self.headline:
            if item["id"] == identifier:
                return item
        known = [item["id"] for item in self.headline]
        raise InputError(
            f"{identifier!r} is not a headline of this run.",
            value=identifier,
            valid=known,
            nearest=nearest_match(identifier, known),
        )

    def to_frame(self, name: str = "economies") -> pd.DataFrame:
        """A table of the run: one of `tables.TABLES`, or any variable of `data` in long form.

        Raises InputError with the nearest match for an unknown name.
        """
        if name in tables.TABLES:
            return tables.TABLES[name](self)
        if name in self.data.data_vars:
            return self.data[name].to_dataframe().reset_index()
        known = [*tables.TABLES, *(str(key) for key in self.data.data_vars)]
        raise InputError(
            f"{name!r} is not a table of this run.",
            value=name,
            valid=known,
            nearest=nearest_match(name, known),
        )

    def to_excel(self, path: str | Path) -> Path:
        """Write the workbook of `export.export(result, "xlsx", path)` and return its path."""
        from triffin.results.export import export

        return export(self, "xlsx", path)

    def save(self, directory: str | Path) -> Path:
        """Write the run folder (see `results.store.save`) and return its path."""
        from triffin.record.store import save

        return save(self, directory)

    @classmethod
    def load(cls, directory: str | Path) -> Result:
        """Read a run folder back; refuses an incomplete or altered one with InputError."""
        from triffin.record.store import load

        return load(directory)


@dataclass(frozen=True)
class Plots:
    """Charts of one run. Every method takes `theme` ("light", "dark") and `size` ("16:9", ...)."""

    result: Result

    def __call__(self, name: str, theme: str = "light", size: str = "16:9") -> altair.TopLevelMixin:
        """Chart by name; InputError with the nearest match for an unknown one."""
        from triffin.results.figures.figures import chart

        return chart(self.result, name, theme=theme, size=size)

    def welfare_map(self, theme: str = "light", size: str = "16:9") -> altair.TopLevelMixin:
        """World map of the change of welfare in the main phase."""
        return self("welfare-map", theme, size)

    def ranking(self, theme: str = "light", size: str = "4:3") -> altair.TopLevelMixin:
        """The economies most hurt and most helped, with 90 % intervals."""
        return self("ranking", theme, size)

    def who_pays(self, theme: str = "light", size: str = "16:9") -> altair.TopLevelMixin:
        """Revenue, prices, wage, real income and welfare of the hegemon, the focus, the rival."""
        return self("who-pays", theme, size)

    def focus_rates(self, theme: str = "light", size: str = "16:9") -> altair.TopLevelMixin:
        """Welfare of focus and hegemon at alternative rates on the focus."""
        return self("focus-rates", theme, size)

    def diversion(self, theme: str = "light", size: str = "16:9") -> altair.TopLevelMixin:
        """Trade among hegemon, rival, focus and the rest, before and after."""
        return self("diversion", theme, size)

    def closures(self, theme: str = "light", size: str = "16:9") -> altair.TopLevelMixin:
        """Welfare of the hegemon in every model and closure."""
        return self("closures", theme, size)

    def drivers(self, theme: str = "light", size: str = "16:9") -> altair.TopLevelMixin:
        """Share of the variance of every headline that each driver explains."""
        return self("drivers", theme, size)

    def tariff_path(self, theme: str = "light", size: str = "16:9") -> altair.TopLevelMixin:
        """Tariffs by date."""
        return self("tariff-path", theme, size)


def parties(manifest: Mapping[str, Any]) -> dict[str, str]:
    """ISO3 codes by role, hegemon first; roles a scenario leaves out are not in it."""
    roles = ("hegemon", "rival", "focus")
    return {role: str(manifest[role]) for role in roles if manifest.get(role)}
