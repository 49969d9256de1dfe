"""The command line. Rooms are imported inside the commands, so that --help answers at once."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from triffin.app.options import (
    Deficits,
    Draws,
    Json,
    Model,
    NoCache,
    Param,
    Revenue,
    Run,
    Runs,
    Seed,
    Settings,
    World,
    app,
    takes_own_data,
)
from triffin.app.terminal import INTERRUPTED, guarded


def _version(wanted: bool) -> None:
    if wanted:
        import triffin

        print(f"triffin {triffin.__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass


@app.command("run")
@takes_own_data("world", "prior", "partners", "holdings", "maturities")
def run_(
    scenario: Annotated[str, typer.Argument(help="A scenario of `triffin scenarios`, or a file.")],
    draws: Draws = 256,
    seed: Seed = 1,
    settings: Settings = None,
    sensitivity: Annotated[
        str,
        typer.Option("--sensitivity", help="given-data, or sobol (total indices; ten runs)."),
    ] = "given-data",
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write; default runs/SCENARIO-HASH.")
    ] = None,
    no_cache: NoCache = False,
    as_json: Json = False,
) -> Any:
    """Run a scenario: headline, report and data."""
    from triffin.app.commands.runs.run import run_scenario

    return run_scenario(
        scenario, draws, seed, settings or [], sensitivity, out, as_json, not no_cache
    )


@app.command()
@takes_own_data("prior")
def trade(
    world: World,
    model: Model = None,
    tariffs: Annotated[
        str | None, typer.Option("--tariffs", help="Named schedule or CSV file.")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="IMPORTER.EXPORTER=RATE, e.g. USA.JPN=24%.")
    ] = None,
    retaliation: Annotated[
        str,
        typer.Option(
            "--retaliation", help="none, reciprocal, optimal, optimal-formula, or a rate, e.g. 20%."
        ),
    ] = "none",
    revenue: Revenue = None,
    deficits: Deficits = "world-share",
    param: Param = None,
    basis: Annotated[
        str,
        typer.Option("--basis", help="auto, paid (statutory times coverage) or statutory."),
    ] = "auto",
    sector: Annotated[
        str | None,
        typer.Option("--sector", help="Also show a sector's economies, or an economy's sectors."),
    ] = None,
    sensitivities: Annotated[
        str | None,
        typer.Option("--sensitivities", help="ECONOMY[:RESULT]: what that depends on most."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="A file: .json .csv .xlsx .parquet .svg .png .html."),
    ] = None,
    as_json: Json = False,
) -> Any:
    """One general-equilibrium what-if."""
    from triffin.app.commands.trade.trade import trade_what_if

    return trade_what_if(
        world,
        model=model,
        tariffs=tariffs,
        settings=settings or [],
        retaliation=retaliation,
        revenue=revenue,
        deficits=deficits,
        param=param or [],
        basis=basis,
        sector=sector,
        sensitivities=sensitivities,
        out=out,
        as_json=as_json,
    )


@app.command()
@takes_own_data("world", "prior", "partners", "holdings", "maturities")
def compare(
    runs: Runs,
    draws: Draws = 256,
    seed: Seed = 1,
    theme: Annotated[str, typer.Option("--theme", help="light or dark, for pictures.")] = "light",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="File: .svg .png .html .xlsx .csv .parquet .json."),
    ] = None,
    no_cache: NoCache = False,
    as_json: Json = False,
) -> Any:
    """Put runs or scenarios side by side, each less the first."""
    from triffin.app.commands.runs.run import compare_runs

    return compare_runs(runs, draws, seed, theme, out, as_json, not no_cache)


@app.command()
def export(
    run: Run,
    to: Annotated[
        str | None,
        typer.Option("--to", help="xlsx, dta, csv or parquet; default: as --out ends, or xlsx."),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option("--table", help="For dta, csv, parquet: draws, partners, paths, headline, …"),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="File to write.")] = None,
    as_json: Json = False,
) -> Any:
    """Write a run as one file for other programs."""
    from triffin.app.commands.runs.run import export_run

    return export_run(run, to, table, out, as_json)


@app.command()
def chart(
    run: Run,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of the chart; `triffin chart RUN list`.")
    ],
    theme: Annotated[str, typer.Option("--theme", help="light or dark.")] = "light",
    size: Annotated[str, typer.Option("--size", help="16:9, 4:3, 1:1 or phone.")] = "16:9",
    out: Annotated[
        Path | None, typer.Option("--out", help="File: .svg .png .html .json .csv.")
    ] = None,
    as_json: Json = False,
) -> Any:
    """Draw one chart of a run."""
    from triffin.app.commands.runs.run import draw_chart

    return draw_chart(run, name, theme, size, out, as_json)


@app.command()
def brief(
    run: Run,
    out: Annotated[
        Path | None, typer.Option("--out", help="File: .html; print it for PDF.")
    ] = None,
    as_json: Json = False,
) -> Any:
    """Write a run as one page: answers, pictures, citation."""
    from triffin.app.commands.runs.run import write_brief

    return write_brief(run, out, as_json)


@app.command()
def cite(run: Run, as_json: Json = False) -> Any:
    """How to cite a run, its data and its models."""
    from triffin.app.commands.runs.run import cite_run

    return cite_run(run, as_json)


@app.command()
def replicate(
    paper: Annotated[str | None, typer.Argument(help="A paper; all of them if left out.")] = None,
    as_json: Json = False,
) -> Any:
    """Published numbers beside computed ones."""
    from triffin.app.commands.data.lists import replicate_paper

    return replicate_paper(paper, as_json)


@app.command()
def worlds(as_json: Json = False) -> Any:
    """The worlds that ship with Triffin."""
    from triffin.app.commands.data.lists import show_worlds

    return show_worlds(as_json)


@app.command()
def scenarios(as_json: Json = False) -> Any:
    """The scenarios that ship with Triffin."""
    from triffin.app.commands.data.lists import show_scenarios

    return show_scenarios(as_json)


@app.command()
def schedules(as_json: Json = False) -> Any:
    """The named tariff schedules."""
    from triffin.app.commands.data.lists import show_schedules

    return show_schedules(as_json)


@app.command()
def models(as_json: Json = False) -> Any:
    """The published models, choices of parameters of one kernel."""
    from triffin.app.commands.data.lists import show_models

    return show_models(as_json)


@app.command()
@takes_own_data("prior")
def parameters(
    name: Annotated[str | None, typer.Argument(help="One parameter; all if left out.")] = None,
    as_json: Json = False,
) -> Any:
    """The registry of parameters: value, range, source, grade."""
    from triffin.app.commands.data.lists import show_parameters

    return show_parameters(name, as_json)


# Importing these modules registers their commands.
for _module in ("cli_games", "cli_finance", "cli_strategy", "cli_evidence", "cli_scale"):
    import_module(f"triffin.app.{_module}")


def main() -> None:
    """Entry point of the `triffin` command."""

    def command() -> int:
        try:
            code = int(app(standalone_mode=False, prog_name="triffin") or 0)
        except typer.Exit as done:
            return int(done.exit_code)
        except typer.Abort:
            raise KeyboardInterrupt from None
        except SystemExit as stop:
            # What the option parser makes of a closed pipe, and of nothing else in this mode.
            raise BrokenPipeError from stop
        except typer.TyperException as error:
            # Errors of the option parser carry their own message and exit code (2).
            shown: Any = error  # the public base class does not declare what every subclass has
            shown.show()
            return int(shown.exit_code)
        if code == INTERRUPTED:  # the option parser caught it, and said nothing
            raise KeyboardInterrupt
        return code

    sys.exit(guarded(command))
