"""What a chart of a run is: its title, caption, rows, drawing and the headers of its data."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triffin.answers.headlines import question_of
from triffin.record.figure_rows import Rows
from triffin.record.record import Record
from triffin.world.base.wording import with_dates

if TYPE_CHECKING:
    import altair as alt

Boundaries = Callable[[], dict[str, Any]]
Text = str | Callable[["Record", Rows], str]
"""Words, or how they follow from a run and the rows of the chart."""


@dataclass(frozen=True)
class Figure:
    """What a chart shows and how it is drawn.

    `draw` takes the rows, and the boundaries of economies where `mapped`; `columns` maps the keys
    of the rows to the headers of the table and CSV; `height` is a number of pixels, or pixels per
    row if negative (per distinct value of the key `band` if that is given); `aspect` (height over
    width, without the legend) replaces it where the width rules. `about` says what a reader sees,
    and `size` is that of a picture unless another is asked for.
    """

    name: str
    title: Text
    caption: Text
    rows: Callable[[Record], Rows]
    draw: Callable[..., alt.LayerChart]
    columns: dict[str, str]
    height: int
    about: str
    aspect: float | None = None
    band: str | None = None
    mapped: bool = False
    size: str = "16:9"

    def title_of(self, result: Record, rows: Rows) -> str:
        """What the picture finds, where an answer of the run says it; else what it shows."""
        found = finding(result, self.name)
        if found:
            return found
        return self.title if isinstance(self.title, str) else self.title(result, rows)

    def caption_of(self, result: Record, rows: Rows) -> str:
        """How to read it, with dates in words."""
        given = self.caption
        return with_dates(given if isinstance(given, str) else given(result, rows))

    def drawn(self, rows: Rows, boundaries: Boundaries) -> alt.LayerChart:
        return self.draw(rows, boundaries()) if self.mapped else self.draw(rows)

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


LONGEST_TITLE = 110
"""Characters of a finding that can be the title of a picture."""


def finding(result: Record, name: str) -> str:
    """The answer that a chart shows (`chart` in headlines.yaml), without its interval; "" where the
    run does not give it, or not in a short sentence."""
    for entry in result.headline:
        asked = question_of(str(entry["id"]))
        if asked is not None and asked.chart == name and entry["median"] is not None:
            text = re.split(r" \(9 in 10|;", str(entry["answer"]))[0].rstrip(".,")
            return text if len(text) <= LONGEST_TITLE else ""
    return ""


def figure(name: str, **about: Any) -> Callable[[Callable[..., alt.LayerChart]], Figure]:
    """Make a function that draws rows a `Figure` of that name; `about` holds its other fields.

    The function's docstring says what a reader sees.
    """
    return lambda draw: Figure(name=name, draw=draw, about=draw.__doc__ or "", **about)
