"""The options that several commands share, alone and in groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

from typer import Argument, Option

from triffin.world.base.errors import InputError


def _offers(module: str, function: str) -> Callable[[str], list[str]]:
    """Names for the shell to complete: those of a listing, imported when the shell asks."""

    def names(incomplete: str) -> list[str]:
        found = getattr(import_module(f"triffin.{module}"), function)()
        return [entry["name"] for entry in found if entry["name"].startswith(incomplete)]

    return names


_WORLDS = _offers("world.loading", "list_worlds")
_SCENARIOS = _offers("scenario.loading", "list_scenarios")

Json = Annotated[bool, Option("--json", help="One JSON document on standard output.")]
Seed = Annotated[int, Option("--seed", help="Seed of the draws.")]
UnusedSeed = Annotated[int, Option("--seed", help="Accepted and ignored: nothing is drawn.")]
UnusedDraws = Annotated[int, Option("--draws", help="Accepted and ignored: nothing is drawn.")]
NoCache = Annotated[bool, Option("--no-cache", help="Solve again; neither read nor keep a run.")]
Settings = Annotated[
    list[str] | None, Option("--set", help="PATH=VALUE, e.g. days=120 or tariff.USA.JPN=15%.")
]
Draws = Annotated[int, Option("--draws", help="Number of draws.")]
World = Annotated[
    str,
    Argument(
        metavar="WORLD", help="A world of `triffin worlds`, or a file.", autocompletion=_WORLDS
    ),
]
Mapping = Annotated[
    list[str] | None, Option("--map", help="CSV of groups: code,group or sector,group.")
]
Model = Annotated[str | None, Option("--model", help="A model of `triffin models`.")]
Revenue = Annotated[
    str | None, Option("--revenue", help="Use of the revenue: tax-relief or lump-sum.")
]
Deficits = Annotated[str, Option("--deficits", help="Closure: world-share, fixed or balanced.")]
Param = Annotated[list[str] | None, Option("--param", help="NAME=VALUE, e.g. trade_elasticity=5.")]
Uniform = Annotated[bool, Option("--uniform", help="One rate for all partners.")]
Players = Annotated[str, Argument(metavar="PLAYERS", help="e.g. USA,CHN or USA,CHN,EU.")]
Tie = Annotated[
    str | None, Option("--tie", help="With many sectors: none, sector, partner or uniform rates.")
]
Sectors = Annotated[
    list[str] | None, Option("--sector", help="Only these sectors' tariffs are set.")
]
Picture = Annotated[
    Path | None, Option("--out", help="A file: .json .csv .xlsx .parquet .svg .png .html.")
]
AnswerFile = Annotated[Path | None, Option("--out", help="Also write the answer: .json or .csv.")]
Scenario = Annotated[
    str, Argument(help="A scenario of `triffin scenarios`, or a file.", autocompletion=_SCENARIOS)
]
TalksScenario = Annotated[
    str,
    Argument(
        metavar="SCENARIO",
        help="A scenario of `triffin scenarios`, or a file.",
        autocompletion=_SCENARIOS,
    ),
]
Runs = Annotated[
    list[str],
    Argument(metavar="RUNS", help="Scenarios, or folders of runs.", autocompletion=_SCENARIOS),
]
Run = Annotated[str, Argument(metavar="RUN", help="Folder of a run, or a scenario run before.")]

OWN: dict[str, Any] = {
    "world": Annotated[
        Path | None, Option("--world", help="Another world, or an own one by path.")
    ],
    "prior": Annotated[
        Path | None,
        Option("--prior", help="Your own values and distributions of parameters (YAML or CSV)."),
    ],
    "partners": Annotated[
        Path | None, Option("--partners", help="Your own partners, with rates and ties (CSV).")
    ],
    "holdings": Annotated[
        Path | None, Option("--holdings", help="Your own table of holders (CSV).")
    ],
    "maturities": Annotated[
        Path | None, Option("--maturities", help="Your own maturities by month (CSV).")
    ],
}
# The own tables of whatever takes a scenario; the talks alone read no maturities.
SCENARIO_TABLES = ("world", "prior", "partners", "holdings", "maturities")
TALKS_TABLES = SCENARIO_TABLES[:-1]


@dataclass(frozen=True)
class OptionGroup:
    """Options that belong together: a parameter of this type is spread out on the command line."""


@dataclass(frozen=True)
class TradeOptions(OptionGroup):
    """The model of a trade equilibrium, its closures and its parameters."""

    model: Model = None
    revenue: Revenue = None
    deficits: Deficits = "world-share"
    param: Param = None

    def keywords(self) -> dict[str, Any]:
        """As `solve` and the games take them; InputError for a setting that is none."""
        return {
            "model": self.model,
            "revenue": self.revenue,
            "deficits": self.deficits,
            **parse_parameters(self.param or []),
        }


@dataclass(frozen=True)
class PurgedOptions(TradeOptions):
    """The same on a base without trade deficits."""

    deficits: Deficits = "balanced"


@dataclass(frozen=True)
class SearchOptions(OptionGroup):
    """Which tariffs a player sets, and the seed of the search for better ones."""

    seed: Seed = 1
    tie: Tie = None
    sectors: Sectors = None


def parse_parameters(settings: list[str]) -> dict[str, float]:
    """NAME=VALUE settings as numbers.

    Raises InputError for a missing `=`, a value that is no number, or a name given twice.
    """
    values: dict[str, float] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        name = name.strip()
        try:
            value = float(text) if equals else None
        except ValueError:
            value = None
        if value is None or not name:
            raise InputError(
                f"{setting!r} does not set a parameter.",
                field="--param",
                value=setting,
                valid="NAME=VALUE with a number, e.g. trade_elasticity=5",
            )
        if name in values:
            raise InputError(f"{name} is given twice.", field="--param", value=setting)
        values[name] = value
    return values
