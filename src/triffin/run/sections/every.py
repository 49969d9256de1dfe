"""The sections of a run: a new one is entered here and nowhere else."""

from __future__ import annotations

from triffin.run.clock.section import RunSection
from triffin.run.sections import dollar, markets, talks

SECTIONS: tuple[RunSection, ...] = (
    markets.SECTION,
    dollar.SECTION,
    talks.SECTION,
)
"""In the order in which they draw, which is part of the results: append, never reorder."""
