"""Commands that hold the models against the world. Rooms are imported inside the commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from triffin.app.options import Json, Seed, app

Answer = Annotated[Path | None, typer.Option("--out", help="Also write the answer: .json or .csv.")]


@app.command()
def backtest(
    episode: Annotated[
        str | None, typer.Argument(metavar="[EPISODE]", help="An episode; all if left out.")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", help="Number of draws.")] = 2000,
    seed: Seed = 1,
    as_json: Json = False,
    out: Answer = None,
) -> Any:
    """What happened beside what the models say."""
    from triffin.app.commands.evidence.backtest import show_backtests

    return show_backtests(episode, draws, seed, as_json, out)


@app.command()
def claims(
    subject: Annotated[
        str | None,
        typer.Argument(metavar="[SCENARIO]", help="A scenario, a ledger (name, file) or a claim."),
    ] = None,
    claim: Annotated[
        str | None, typer.Argument(metavar="[CLAIM]", help="One claim of that ledger.")
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Show the whole reasoning.")] = False,
    breakeven: Annotated[
        bool, typer.Option("--breakeven", help="Show what would have to be true.")
    ] = False,
    seed: Seed = 1,
    as_json: Json = False,
    out: Answer = None,
) -> Any:
    """An article's statements, put to the test."""
    from triffin.app.commands.evidence.claims import claims as command

    return command(
        subject, claim, why=why, breakeven=breakeven, seed=seed, as_json=as_json, out=out
    )


@app.command()
def versus(
    run: Annotated[
        str, typer.Argument(metavar="[RUN]", help="A scenario, or the folder of a run.")
    ] = "japan-2025",
    out: Annotated[
        Path | None, typer.Option("--out", help="A file: .json .csv .svg .png .html.")
    ] = None,
    as_json: Json = False,
) -> Any:
    """Our figures beside published estimates."""
    from triffin.app.commands.evidence.versus import show_versus

    return show_versus(run, as_json, out)
