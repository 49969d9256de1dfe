"""What a chart is: its title, caption, rows, drawing and the headers of its data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triffin.record.figure_rows import Rows

if TYPE_CHECKING:
    import altair as alt

    from triffin.record.record import Record

Boundaries = Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Figure:
    """What a chart shows and how it is drawn.

    title and caption are functions of (result, rows); `columns` maps the keys of the rows to the
    headers of the table and CSV; `height` is a number of pixels, or pixels per row if negative
    (per distinct value of the key `band` if that is given); `aspect` (height over width, without
    the legend) replaces it where the width rules.
    """

    title: Callable[[Record, Rows], str]
    caption: Callable[[Record, Rows], str]
    rows: Callable[[Record], Rows]
    draw: Callable[[Rows, Boundaries], alt.LayerChart]
    columns: dict[str, str]
    height: int
    aspect: float | None = None
    band: str | None = None

    def pixels(self, rows: Rows) -> int:
        """Height of the drawing area in the report."""
        if self.height > 0:
            return self.height
        bands = len({row[self.band] for row in rows}) if self.band else len(rows)
        return 100 - self.height * bands

    def fitting(self, rows: Rows, height: int) -> tuple[Rows, str]:
        """The rows that stay legible in a picture of a given height, and a sentence that says how
        many bands were left out; all rows and "" if all fit."""
        if self.band is None or self.height > 0:
            return rows, ""
        bands = list(dict.fromkeys(row[self.band] for row in rows))
        room = max(1, height // -self.height)
        if len(bands) <= room:
            return rows, ""
        kept = set(bands[:room])
        note = f" The first {room} of {len(bands)}."
        return [row for row in rows if row[self.band] in kept], note


def without_map(draw: Callable[[Rows], alt.LayerChart]) -> Callable[..., alt.LayerChart]:
    """A drawing that needs no boundaries, in the shape of one that does."""
    return lambda rows, boundaries: draw(rows)
