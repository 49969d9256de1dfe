"""The answer of a run: its record with tables, charts and a store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from triffin.record import store
from triffin.record.record import Record

if TYPE_CHECKING:
    import pandas as pd

    from triffin.results.figures.plots import Plots


class Result(Record):
    """One run of a scenario: a `Record` with its tables and charts, to save, load and export."""

    def _repr_html_(self) -> str:
        """The headline as a table, with one picture, for a notebook; nothing is fetched."""
        from triffin.results.report.brief import build_card

        return build_card(self)

    @property
    def plot(self) -> Plots:
        """Charts of the run (altair): `.plot.welfare_map()` and the others, see `dir(.plot)`."""
        from triffin.results.figures.plots import Plots

        return Plots(self)

    def to_frame(self, name: str = "economies") -> pd.DataFrame:
        """A table of the run: one of `TABLES`, or any variable of `data` in long form.

        Raises InputError with the nearest match for an unknown name.
        """
        from triffin.record.tables import to_frame

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
