"""What a scenario file may hold. Sections left out are None: not asked, which is not zero.

The models below check what a file can get wrong by itself: unknown keys, impossible dates and
numbers, contradictions. What needs the world's data (economies, named schedules, parameters) is
checked in `triffin.scenario.checks`; both report through `triffin.scenario.loading`, which adds
file and line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, PrivateAttr

from triffin.scenario.field_types import Date, Days, Flag, Rate, Section, Text, not_empty
from triffin.scenario.sections import (
    BackstopSection,
    Change,
    CurrencyBand,
    Demand,
    DollarSystem,
    Instrument,
    TalksSection,
    TariffEntry,
    TreasurySale,
    Wall,
    Withholding,
)
from triffin.world.base.errors import Place
from triffin.world.base.yaml_files import Tree, dotted

if TYPE_CHECKING:
    from triffin.scenario.phases import Phase
    from triffin.world.model import World

DEFAULT_FOCUS_RATES = (0.15, 0.10)
DEFAULT_DAYS = 365
Module = Literal["negotiation", "credibility", "alignment", "treasuries", "currency", "dollar"]
Feedback = Literal["exchange-rate-to-trade", "tariffs-to-exchange-rate", "sales-to-transfers"]


class Scenario(Section):
    """One confrontation, dated and sourced. Fields are the keys of the file.

    A file needs `world`, `start` and `tariffs`; what stands for the other keys where they are left
    out is said in docs/scenarios.md, and `notes` names what was chosen for this one.

    `source_file`, `resolved` and `content_hash` describe what was loaded; `phases` gives the
    tariffs in force day by day.
    """

    scenario: Annotated[Text, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)]
    title: Text = ""
    description: Text | None = None
    sources: Annotated[list[Text], AfterValidator(not_empty)] | None = None
    world: Text
    start: Date
    days: Days = DEFAULT_DAYS
    information: Date | None = None
    hegemon: Text = ""
    rival: Text | None = None
    focus: Text = ""
    focus_rates: Annotated[list[Rate], AfterValidator(not_empty)] = Field(
        default_factory=lambda: list(DEFAULT_FOCUS_RATES)
    )
    tariffs: Annotated[list[TariffEntry], AfterValidator(not_empty)] | None = None
    deadlines: Annotated[list[Date], AfterValidator(not_empty)] | None = None
    demands: dict[str, Demand] | None = None
    treasuries: Annotated[list[TreasurySale], AfterValidator(not_empty)] | None = None
    currency: dict[str, CurrencyBand] | None = None
    backstop: BackstopSection | None = None
    wall: Wall | None = None
    dollar: DollarSystem | None = None
    talks: TalksSection | None = None
    instruments: Annotated[list[Instrument], AfterValidator(not_empty)] | None = None
    withhold: Annotated[list[Withholding], AfterValidator(not_empty)] | None = None
    modules: dict[Module, Flag] | None = None
    feedbacks: dict[Feedback, Flag] | None = None
    changes: dict[str, Change] | None = None

    _source_file: str = PrivateAttr(default="")
    _resolved: dict[str, Any] = PrivateAttr(default_factory=dict)
    _notes: tuple[str, ...] = PrivateAttr(default=())
    _folders: tuple[str, ...] = PrivateAttr(default=())
    _tree: Tree | None = PrivateAttr(default=None)

    @property
    def source_file(self) -> str:
        """The file it was loaded from, as the user named it."""
        return self._source_file

    @property
    def resolved(self) -> dict[str, Any]:
        """The whole content as plain JSON: parents merged, defaults in, rates as fractions."""
        return self._resolved

    @property
    def notes(self) -> tuple[str, ...]:
        """What the file leaves open and was chosen for it, in sentences."""
        return self._notes

    @property
    def end(self) -> dt.date:
        """Last day of the scenario."""
        return self.start + dt.timedelta(days=self.days - 1)

    def content_hash(self, data_checksums: Mapping[str, str], version: str) -> str:
        """Twelve hex digits that name a run: resolved content, data and code version.

        The order of keys, comments, run identifiers and times of day do not enter.
        """
        from triffin.scenario.content_hash import content_hash

        return content_hash(self._resolved, data_checksums, version)

    def phases(self, world: World) -> list[Phase]:
        """Spans of days with the same tariffs, from the first to the last day."""
        from triffin.scenario.phases import build_phases

        return build_phases(self, world)

    def place(self, *path: str | int) -> Place:
        """File, line and field of a key, as far as known: where an error about it belongs."""
        if self._tree is None:
            return Place(self._source_file or None, field=dotted(path) or None)
        return self._tree.here(path)

    def entry_folder(self, position: int) -> str:
        """Folder that the `file:` of a tariff entry is relative to."""
        return self._folders[position] if position < len(self._folders) else "."
