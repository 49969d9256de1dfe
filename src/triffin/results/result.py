"""The answer of a run: its record with tables, charts and a store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from triffin.record import store
from triffin.record.record import Record
from triffin.record.table_registry import to_frame

if TYPE_CHECKING:
    import altair
    import pandas as pd


class Result(Record):
    """One run of a scenario: a `Record` with its tables and charts, to save, load and export."""

    @property
    def plot(self) -> Plots:
        """Charts of the run (altair): `.plot.welfare_map()` and the others."""
        return Plots(self)

    def to_frame(self, name: str = "economies") -> pd.DataFrame:
        """A table of the run: one of `TABLES`, or any variable of `data` in long form.

        Raises InputError with the nearest match for an unknown name.
        """
        return to_frame(self, name)

    def to_excel(self, path: str | Path) -> Path:
        """Write the workbook of `export.export(result, "xlsx", path)` and return its path."""
        from triffin.results.export import export

        return export(self, "xlsx", path)

    def save(self, directory: str | Path) -> Path:
        """Write the run folder (see `results.run_folder.save`) and return its path."""
        from triffin.results.run_folder import save

        return save(self, directory)

    @classmethod
    def load(cls, directory: str | Path) -> Result:
        """Read a run folder back; refuses an incomplete or altered one with InputError."""
        return store.load(directory, cls)


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
