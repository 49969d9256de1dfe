"""Commands on data, verification and finance. Rooms are imported inside the commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from triffin.app.options import Json, Seed, app, takes_own_data


@app.command()
def data(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A dataset; all if left out; or update.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Argument(metavar="[FILE]", help="With update: a file, or a dataset's name."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Draw it (.svg .png …); with update: the folder to keep it in."),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Folder of updated data to read from.")
    ] = None,
    as_json: Json = False,
) -> Any:
    """List, show, draw and update the data series."""
    from triffin.app.commands.data.data import fetch_data, list_data, show_data, update_data
    from triffin.world.base.errors import InputError

    if name is None:
        return list_data(as_json)
    if name != "update":
        return show_data(name, as_json, out, folder)
    if source is None:
        raise InputError(
            "update needs a file.",
            field="FILE",
            valid="a file from the official source (docs/finance-data.md), or a dataset's name to "
            "fetch it",
        )
    if Path(source).exists() or Path(source).suffix:
        return update_data(Path(source), out, as_json)
    return fetch_data(source, out, as_json)


treasuries_app = typer.Typer(
    help="Sales, holders and maturities of US Treasuries.", no_args_is_help=True
)
app.add_typer(treasuries_app, name="treasuries")

FinanceDraws = Annotated[int, typer.Option("--draws", help="Number of draws.")]
Answer = Annotated[Path | None, typer.Option("--out", help="Also write the answer: .json or .csv.")]
Unused = Annotated[int, typer.Option("--seed", help="Accepted and ignored: nothing is drawn.")]


# A negative amount is a bad amount, not an unknown option.
@treasuries_app.command(context_settings={"ignore_unknown_options": True})
@takes_own_data("prior", "holdings")
def sell(
    holder: Annotated[str, typer.Argument(metavar="HOLDER", help="A holder or sector, e.g. JPN.")],
    usd_bn: Annotated[float, typer.Argument(metavar="USD_BN", help="Billions of USD.")],
    days: Annotated[int, typer.Option("--days", help="Trading days of the sale, 1 to 365.")] = 10,
    official: Annotated[
        bool, typer.Option("--official", help="Official holdings are sold.")
    ] = False,
    private: Annotated[bool, typer.Option("--private", help="Private holdings are sold.")] = False,
    no_backstop: Annotated[
        bool, typer.Option("--no-backstop", help="The Federal Reserve does not buy.")
    ] = False,
    duration: Annotated[
        float | None, typer.Option("--duration", help="Duration of what is sold, years.")
    ] = None,
    freeze_probability: Annotated[
        float | None,
        typer.Option("--freeze-probability", help="That the rest of the holdings is frozen."),
    ] = None,
    draws: FinanceDraws = 2000,
    seed: Seed = 1,
    as_json: Json = False,
    out: Answer = None,
) -> Any:
    """What a sale does to yields, who buys, and who loses what."""
    from triffin.app.commands.finance.treasuries import sell_treasuries

    return sell_treasuries(
        holder,
        usd_bn,
        days,
        official,
        private,
        no_backstop,
        duration,
        freeze_probability,
        draws,
        seed,
        as_json,
        out,
    )


@treasuries_app.command()
@takes_own_data("prior", "maturities")
def wall(
    month: Annotated[str, typer.Argument(metavar="YYYY-MM", help="A month with data.")],
    claim: Annotated[
        float | None, typer.Option("--claim", help="A figure to hold against it, USD trillion.")
    ] = None,
    seed: Unused = 1,
    as_json: Json = False,
    out: Answer = None,
) -> Any:
    """What matures in a month, and what has to be sold anew."""
    from triffin.app.commands.finance.treasuries import show_wall

    return show_wall(month, claim, as_json, out)


@treasuries_app.command()
@takes_own_data("prior", "holdings")
def holders(
    month: Annotated[
        str | None, typer.Option("--month", help="YYYY-MM; March 2025 if left out.")
    ] = None,
    seed: Unused = 1,
    as_json: Json = False,
    out: Answer = None,
) -> Any:
    """Who holds Treasuries."""
    from triffin.app.commands.finance.treasuries import show_holders

    return show_holders(month, as_json, out)


currency_app = typer.Typer(
    help="Bands, interventions and coordinated appreciation.", no_args_is_help=True
)
app.add_typer(currency_app, name="currency")

Code = Annotated[str, typer.Argument(metavar="CODE", help="A currency; JPY has data.")]
Confidence = Annotated[
    float,
    typer.Option("--confidence", help="Probability of a confidence episode, 0 to 1."),
]


@currency_app.command()
@takes_own_data("prior")
def defend(
    code: Code,
    band: Annotated[str, typer.Option("--band", help="LOW:HIGH, e.g. 130:150.")],
    days: Annotated[int, typer.Option("--days", help="Trading days.")] = 90,
    start: Annotated[
        float | None, typer.Option("--start", help="Rate at the start; default: 2 April 2025.")
    ] = None,
    drift: Annotated[
        float, typer.Option("--drift", help="Drift of the fundamental, % a week, up: weaker.")
    ] = 0.0,
    defence: Annotated[
        bool, typer.Option("--defence/--no-defence", help="Whether the band is defended.")
    ] = True,
    confidence: Confidence = 0.0,
    backstop: Annotated[
        bool, typer.Option("--backstop/--no-backstop", help="Whether the Federal Reserve buys.")
    ] = True,
    draws: FinanceDraws = 2000,
    seed: Seed = 1,
    as_json: Json = False,
    out: Answer = None,
) -> Any:
    """What defending a band costs, and whether it holds."""
    from triffin.app.commands.finance.currency import defend as command

    return command(
        code,
        band=band,
        days=days,
        start=start,
        drift=drift,
        defended=defence,
        confidence=confidence,
        backstop=backstop,
        draws=draws,
        seed=seed,
        as_json=as_json,
        out=out,
    )


@currency_app.command(context_settings={"ignore_unknown_options": True})
@takes_own_data("prior")
def intervene(
    code: Code,
    usd_bn: Annotated[
        float, typer.Argument(metavar="USD_BN", help="Dollars sold, bn; negative: bought.")
    ],
    side: Annotated[str, typer.Option("--side", help="sell or buy dollars.")] = "sell",
    confidence: Confidence = 0.0,
    draws: FinanceDraws = 2000,
    seed: Seed = 1,
    as_json: Json = False,
    out: Answer = None,
) -> Any:
    """What an intervention does to the exchange rate, and how long."""
    from triffin.app.commands.finance.currency import intervene as command

    return command(
        code,
        usd_bn,
        side=side,
        confidence=confidence,
        draws=draws,
        seed=seed,
        as_json=as_json,
        out=out,
    )


@currency_app.command()
@takes_own_data("prior")
def plaza(
    before: Annotated[str, typer.Option("--before", help="Month before, YYYY-MM.")] = "1985-09",
    after: Annotated[str, typer.Option("--after", help="Month after, YYYY-MM.")] = "1985-12",
    target: Annotated[
        float | None, typer.Option("--target", help="Appreciation wanted today, %.")
    ] = None,
    draws: FinanceDraws = 2000,
    seed: Seed = 1,
    as_json: Json = False,
    out: Answer = None,
) -> Any:
    """What moved the dollar in 1985: purchases or the signal."""
    from triffin.app.commands.finance.currency import plaza as command

    return command(
        before=before, after=after, target=target, draws=draws, seed=seed, as_json=as_json, out=out
    )


dollar_app = typer.Typer(
    help="Where the dollar stands, and how far the edge is.",
    invoke_without_command=True,
)
app.add_typer(dollar_app, name="dollar")


@dollar_app.callback()
@takes_own_data("prior")
def dollar(
    context: typer.Context,
    draws: FinanceDraws = 2000,
    seed: Seed = 1,
    as_json: Json = False,
    out: Answer = None,
) -> Any:
    """Where the dollar stands, how far the edge is, and what moves it."""
    if context.invoked_subcommand is None:
        from triffin.app.commands.finance.dollar import dollar as command

        command(draws=draws, seed=seed, as_json=as_json, out=out)


@dollar_app.command()
@takes_own_data("prior")
def tip(
    shock: Annotated[
        str, typer.Option("--shock", help="Loss of attractiveness: 0.1 in logs, or 10%.")
    ],
    layer: Annotated[
        str | None,
        typer.Option("--layer", help="reserves, payments, turnover or invoicing; all if left out."),
    ] = None,
    years: Annotated[float, typer.Option("--years", help="Years to follow.")] = 10.0,
    draws: FinanceDraws = 2000,
    seed: Seed = 1,
    as_json: Json = False,
    out: Answer = None,
) -> Any:
    """What a loss of attractiveness does to the dollar's share."""
    from triffin.app.commands.finance.dollar import dollar_tip

    return dollar_tip(
        shock, layer=layer, years=years, draws=draws, seed=seed, as_json=as_json, out=out
    )


@app.command()
def verify(
    path: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Cases as JSON; ours if left out.")
    ] = None,
    as_json: Json = False,
) -> Any:
    """Cases with known answers, run as in production."""
    from triffin.app.commands.evidence.verify import verify as command

    return command(path, as_json)


@app.command()
def check(
    path: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A table, or a folder of tables.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--as", help="Which table it is; recognised if left out.")
    ] = None,
    world: Annotated[
        str | None, typer.Option("--world", help="The world that tariffs are for.")
    ] = None,
    example: Annotated[
        str | None, typer.Option("--example", help="Print an example file of this table instead.")
    ] = None,
    shipped: Annotated[
        str | None,
        typer.Option("--shipped", help="Write the shipped table instead, to start from."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="With --example or --shipped: where to write it.")
    ] = None,
    as_json: Json = False,
) -> Any:
    """Check a file of your own, and say what it holds."""
    from triffin.app.commands.runs.check import check_file, show_example, write_shipped
    from triffin.world.base.errors import InputError

    if sum(given is not None for given in (path, example, shipped)) != 1:
        raise InputError(
            "name a file, an example or a shipped table.",
            field="FILE",
            valid="triffin check FILE, --example NAME, or --shipped NAME --out FILE",
        )
    if example is not None:
        return show_example(example, out, as_json)
    if shipped is not None:
        return write_shipped(shipped, out, as_json)
    if path is not None:
        return check_file(path, kind, world, as_json)
    return None
