"""Every chart of a run as a method of `result.plot`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import altair as alt

from triffin.record.record import Record
from triffin.results.figures.figure import Figure
from triffin.results.figures.figures import FIGURES, chart


@dataclass(frozen=True)
class Plots:
    """Charts of one run. Every method takes `theme` ("light", "dark") and `size` ("16:9", ...), and
    raises InputError if the run has not what the chart shows."""

    result: Record

    def __call__(self, name: str, theme: str = "light", size: str = "16:9") -> alt.LayerChart:
        """Chart by name; InputError with the nearest match for an unknown one."""
        return chart(self.result, name, theme=theme, size=size)

    if TYPE_CHECKING:
        # the methods are made from the registry of charts

        def __getattr__(self, name: str) -> Callable[..., alt.LayerChart]: ...


def _method(figure: Figure) -> Any:
    def draw(self: Plots, theme: str = "light", size: str = figure.size) -> alt.LayerChart:
        return self(figure.name, theme, size)

    draw.__name__ = figure.name.replace("-", "_")
    draw.__qualname__ = f"{Plots.__name__}.{draw.__name__}"
    draw.__doc__ = inspect.cleandoc(figure.about)
    return draw


for _figure in FIGURES.values():
    setattr(Plots, _figure.name.replace("-", "_"), _method(_figure))
