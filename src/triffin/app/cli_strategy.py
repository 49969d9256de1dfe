"""Commands on negotiation, credibility and alignment. Rooms are imported inside the commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from triffin.app.options import Json, Picture, Seed, app, takes_own_data

TalksScenario = Annotated[
    str,
    typer.Argument(metavar="SCENARIO", help="A scenario of `triffin scenarios`, or a file."),
]
TalksDraws = Annotated[int, typer.Option("--draws", help="Number of draws.")]


@app.command()
@takes_own_data("world", "prior", "partners", "holdings")
def negotiate(
    scenario: TalksScenario,
    partner: Annotated[
        str | None, typer.Option("--partner", help="One partner's problem in full, e.g. JPN.")
    ] = None,
    draws: TalksDraws = 256,
    seed: Seed = 1,
    out: Picture = None,
    as_json: Json = False,
) -> Any:
    """Who signs what, when, and at which credibility of the threat."""
    if partner is not None:
        from triffin.app.commands.talks.partner import show_partner

        return show_partner(scenario, partner, draws=draws, seed=seed, out=out, as_json=as_json)
    from triffin.app.commands.talks.negotiate import negotiate as command

    return command(scenario, draws=draws, seed=seed, out=out, as_json=as_json)


StrategyDraws = Annotated[int, typer.Option("--draws", help="Number of draws.")]
StrategyAnswer = Annotated[
    Path | None, typer.Option("--out", help="Also write the answer: .json or .csv.")
]


@app.command()
@takes_own_data("world", "prior", "partners", "holdings")
def bluff(
    scenario: TalksScenario,
    draws: StrategyDraws = 1000,
    seed: Seed = 1,
    as_json: Json = False,
    out: StrategyAnswer = None,
) -> Any:
    """Punish or be seen to bluff: is the hegemon caught?"""
    from triffin.app.commands.talks.bluff import bluff as command

    return command(scenario, draws=draws, seed=seed, out=out, as_json=as_json)


@app.command()
@takes_own_data("world", "prior", "partners", "holdings")
def align(
    scenario: TalksScenario,
    draws: StrategyDraws = 1000,
    seed: Seed = 1,
    as_json: Json = False,
    out: StrategyAnswer = None,
) -> Any:
    """Who gives in, and who resists how."""
    from triffin.app.commands.talks.align import align as command

    return command(scenario, draws=draws, seed=seed, out=out, as_json=as_json)
