"""`triffin power`: what one side can do to another by withholding trade, at what cost."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from typer import Argument, Option

from triffin.app import show
from triffin.app.answer_file import PICTURES, check_ending, give
from triffin.app.declare import command
from triffin.app.options import Json, Picture
from triffin.app.terminal import print_text
from triffin.world.base.errors import InputError

_WORLD = "world-2022"


@command(own=("prior",), example="triffin power CHN USA --goods --reduction 50% --rents exporter")
def power(
    by: Annotated[
        str | None, Argument(metavar="A", help="Who withholds: USA, EU, or USA,JPN.")
    ] = None,
    on: Annotated[str | None, Argument(metavar="B", help="From whom: USA, EU, or USA,JPN.")] = None,
    pairs: Annotated[bool, Option("--all", help="A table of bans between all pairs.")] = False,
    goods: Annotated[bool, Option("--goods", help="All goods; the default.")] = False,
    services: Annotated[bool, Option("--services", help="Services; with --goods both.")] = False,
    sector: Annotated[list[str] | None, Option(help="A sector of the world, repeatable.")] = None,
    good: Annotated[str | None, Option(help="A narrow good, such as magnets.")] = None,
    ways: Annotated[
        str, Option(help="exports (A stops selling), imports (A stops buying) or both.")
    ] = "exports",
    reduction: Annotated[str, Option(help="ban, or a share such as 50%.")] = "ban",
    rents: Annotated[str, Option(help="Who earns it: exporter, importer or burned.")] = "burned",
    horizon: Annotated[str, Option(help="6 months, 1 year, 5 years, or long.")] = "long",
    world: Annotated[str, Option(help="A world with sectors, or an own one by path.")] = _WORLD,
    out: Picture = None,
    as_json: Json = False,
) -> None:
    """What A can do to B by withholding trade."""
    from triffin.questions.power.narrow import narrow_document
    from triffin.questions.power.pair import power as answer
    from triffin.questions.power.setting import Asked, setting_of, years_of
    from triffin.world.base.rates import parse_rate
    from triffin.world.registry.parameter_set import in_place

    check_ending(out)
    if good is not None and out is not None and out.suffix.lower() in PICTURES:
        raise InputError(
            "a narrow good is a table.", field="--out", valid=".json .csv .xlsx .parquet"
        )
    if pairs != (by is None and on is None) or (by is None) != (on is None):
        raise InputError("two sides, or --all.", field="A B", valid="triffin power CHN USA")
    asked = Asked(
        by=_side(by or ""),
        on=_side(on or ""),
        world=world,
        goods=goods or not services,
        services=services,
        sectors=tuple(sector) if sector else None,
        ways=ways,
        reduction=1.0 if reduction == "ban" else parse_rate(reduction),
        rents=rents,
        years=years_of(horizon),
    )
    if pairs:
        _all(asked, (good, ways, reduction, rents, horizon), out, as_json)
        return
    if good is not None:
        document = narrow_document(setting_of(asked, in_place()), good)
    else:
        document = answer(asked)

    def draw(path: Path) -> None:
        from triffin.results.figures.scissors_picture import save_scissors

        save_scissors(document, path)

    give(
        document,
        out,
        as_json,
        draw=draw,
        tables=lambda: _tables(document),
        about={k: v for k, v in document.items() if not isinstance(v, list | dict)},
        show=lambda: print_narrow(document) if good is not None else print_power(document),
    )


_USUAL = (None, "exports", "ban", "burned", "long")


def _all(asked: Any, others: tuple[Any, ...], out: Path | None, as_json: bool) -> None:
    """The table of all pairs, which knows bans on sales of sectors once trade has adjusted."""
    from triffin.studies.power_table import power_table

    if others != _USUAL or (out is not None and out.suffix.lower() in PICTURES):
        raise InputError(
            "the table of all pairs has bans on sales, once trade has adjusted.",
            field="--all",
            valid="--goods, --services, --sector, --world, --out .json .csv .xlsx .parquet",
        )
    document = power_table(asked)

    def tables() -> dict[str, Any]:
        import pandas as pd

        return {name: pd.DataFrame(document[name]) for name in ("economies", "pairs")}

    give(
        document,
        out,
        as_json,
        draw=lambda path: None,
        tables=tables,
        about={k: v for k, v in document.items() if not isinstance(v, list | dict)},
        show=lambda: show.table(
            f"{document['question']} {document['unit']}",
            document["economies"],
            show.text("", "iso3"),
            show.text("economy", "name"),
            show.figure("median loss of others", "median_loss_pct", 3),
            show.text("most", "most"),
            show.figure("loss", "most_loss_pct", 2),
        ),
    )


def _side(text: str) -> str | list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    return names[0] if len(names) == 1 else names


def _tables(document: dict[str, Any]) -> dict[str, Any]:
    import pandas as pd

    names = ("table",) if "table" in document else ("horizons", "studies", "sectors", "scissors")
    return {name: pd.DataFrame(document[name]) for name in names}


def print_power(document: dict[str, Any]) -> None:
    """The answers in words, then losses by horizon and study, sectors, and the scissors."""
    for one in document["answers"]:
        print_text(one["question"])
        print_text(f"  {one['answer']}")

    def loss_text(value: float | None) -> str:
        """A loss to two places; what is too small to show at this width is not 0.00."""
        small = value is not None and abs(value) < document["smallest_pct"]
        return "small" if small else show.scaled(value)

    losses = [
        show.Column(f"{document['labels'][side]}, %", f"{side}_loss_pct", loss_text)
        for side in ("target", "coercer")
    ]
    cases = [
        *({"case": row["horizon"], **row} for row in document["horizons"]),
        *({"case": row["family"], **row} for row in document["families"][1:]),
        *({"case": f"elasticities: {row['study']}", **row} for row in document["studies"][1:]),
        {"case": "closed form, wages given", "target_loss_pct": document["closed_form_pct"],
         "coercer_loss_pct": None},
    ]  # fmt: skip
    show.table("Loss of real income a year", cases, show.text("case", "case"), *losses)
    show.table(
        "Sectors alone",
        document["sectors"][:8],
        show.text("sector", "sector"),
        show.figure("bn USD", "trade_usd_bn", 1),
        show.share("of the target's", "share_of_target", 1),
        show.Column("alone, %", "alone_pct", loss_text),
        show.Column("closed form, %", "alone_closed_form_pct", loss_text),
    )
    show.table(
        "How much is withheld, and who keeps the rent",
        [row for row in document["scissors"] if row["reduction"] > 0],
        show.text("rents to", "rents"),
        show.share("withheld", "reduction"),
        *losses,
        show.figure("rent, bn USD", "rent_usd_bn", 1),
    )
    show.paragraphs(document["notes"], "Note: {}")


def print_narrow(document: dict[str, Any]) -> None:
    """The table of a narrow good, published estimates beside it."""
    print_text(document["answer"])
    show.table(
        "Loss, % of output within a year, and what users would pay (times)",
        document["table"],
        show.share("lines that need it", "dependent"),
        show.figure("ease of replacing", "sigma", 1),
        show.figure("loss, %", "loss_pct", 3),
        show.figure("price factor", "price_factor", 1),
    )
    if document["published"]:
        print_text("Others: " + "; ".join(document["published"]) + ".")
    print_text(
        f"The good is {100 * document['part_of_its_sector']:.2g} % of what the United States buy "
        "in its sector. Stocks of usual size last "
        + (
            "for ever."
            if document["months_until_loss"] is None
            else f"{document['months_until_loss']:.1f} months. Grade: {document['grade']}."
        )
    )
    show.paragraphs(document["notes"], "Note: {}")
