"""The command line's root and the options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="triffin",
    help="A laboratory for economic coercion: tariffs, creditors, currencies and the dollar.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Seed = Annotated[int, typer.Option("--seed", help="Seed of the draws.")]
Draws = Annotated[int, typer.Option("--draws", help="Number of draws.")]
World = Annotated[
    str, typer.Argument(metavar="WORLD", help="A world of `triffin worlds`, or a file.")
]
Model = Annotated[str | None, typer.Option("--model", help="A model of `triffin models`.")]
Revenue = Annotated[
    str | None, typer.Option("--revenue", help="Use of the revenue: tax-relief or lump-sum.")
]
Deficits = Annotated[
    str, typer.Option("--deficits", help="Closure: world-share, fixed or balanced.")
]
Param = Annotated[
    list[str] | None, typer.Option("--param", help="NAME=VALUE, e.g. trade_elasticity=5.")
]
Uniform = Annotated[bool, typer.Option("--uniform", help="One rate for all partners.")]
Players = Annotated[str, typer.Argument(metavar="PLAYERS", help="e.g. USA,CHN or USA,CHN,EU.")]
Tie = Annotated[
    str | None,
    typer.Option("--tie", help="With many sectors: none, sector, partner or uniform rates."),
]
Sectors = Annotated[
    list[str] | None, typer.Option("--sector", help="Only these sectors' tariffs are set.")
]
Picture = Annotated[
    Path | None,
    typer.Option("--out", help="A file: .json .csv .xlsx .parquet .svg .png .html."),
]
Runs = Annotated[list[str], typer.Argument(metavar="RUNS", help="Scenarios, or folders of runs.")]
Run = Annotated[
    str, typer.Argument(metavar="RUN", help="Folder of a run, or a scenario run before.")
]
