"""The command line's root and the options that several commands share."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from triffin.world.base.errors import InputError

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
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Solve again; neither read nor keep a run.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="PATH=VALUE, e.g. days=120 or tariff.USA.JPN=15%."),
]
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

Prior = Annotated[
    Path | None,
    typer.Option("--prior", help="Your own values and distributions of parameters (YAML or CSV)."),
]
Partners = Annotated[
    Path | None,
    typer.Option("--partners", help="Your own partners, with rates and ties (CSV)."),
]
Holdings = Annotated[
    Path | None, typer.Option("--holdings", help="Your own table of holders (CSV).")
]
Maturities = Annotated[
    Path | None, typer.Option("--maturities", help="Your own maturities by month (CSV).")
]
ScenarioWorld = Annotated[
    Path | None, typer.Option("--world", help="Another world, or an own one by path.")
]
_OWN = {
    "world": ScenarioWorld,
    "prior": Prior,
    "partners": Partners,
    "holdings": Holdings,
    "maturities": Maturities,
}


def _say_notes() -> None:
    """What to know of the tables in place; a prior that nothing asked for changed nothing, and
    silence would mislead."""
    from triffin.app.terminal import say
    from triffin.world.base.own_tables_in_place import PRIOR, active_tables

    tables = active_tables()
    for note in (note for table in tables.values() for note in getattr(table, "notes", ())):
        say(f"note: {note}")
    prior = tables.get(PRIOR)
    if prior is not None and prior.unread:
        say(f"note: this answer does not use the priors on {', '.join(prior.unread)}.")


def takes_own_data(*kinds: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options of own tables: `@takes_own_data("prior", "holdings")` below
    `@app.command()`. The tables are in place while the command runs; the command itself need not
    know. Formats: docs/own-data.md, checked by `triffin check`."""

    def with_options(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def run(*args: Any, **given: Any) -> Any:
            tables = {kind: given.pop(kind, None) for kind in kinds}
            if all(path is None for path in tables.values()):
                return command(*args, **given)
            below = getattr(given.get("context"), "invoked_subcommand", None)
            if below is not None:
                raise InputError(
                    f"own data stand before {below!r}.", valid=f"options after {below!r}"
                )
            from triffin.run.own_data import own_data

            with own_data(**tables):
                done = command(*args, **given)
                _say_notes()
                return done

        signature = inspect.signature(command)
        hints = get_type_hints(command, include_extras=True)
        known = [p.replace(annotation=hints[p.name]) for p in signature.parameters.values()]
        added = [
            inspect.Parameter(
                kind, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_OWN[kind]
            )
            for kind in kinds
        ]
        run.__signature__ = signature.replace(parameters=[*known, *added])  # type: ignore[attr-defined]
        run.__annotations__ = hints | {kind: _OWN[kind] for kind in kinds}
        return run

    return with_options
