"""`triffin world check`: what a world holds, what was done to it, and who can use it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from triffin.app import show
from triffin.app.declare import command, group
from triffin.app.options import Json, Mapping, World
from triffin.app.terminal import number, print_json, print_table, say, writing
from triffin.world.base.errors import InputError

if TYPE_CHECKING:
    from triffin.world import model
    from triffin.world.sectors import SectorWorld

    AnyWorld = model.World | SectorWorld

_SHOWN = 10
_ONE_SECTOR_MODELS = ("ignatenko-2025", "armington")
_MANY_SECTOR_MODELS = ("caliendo-parro-2015", "armington-many-sectors")

world_group = group(
    __name__,
    "world",
    "Check, import and aggregate own worlds.",
    example="triffin world check my-world/",
    no_args_is_help=True,
)


@command(world_group, example="triffin world check world-2023 --out my-world")
def check(
    world: World,
    mapping: Mapping = None,
    out: Annotated[
        Path | None, Option(help="Write the world as checked: an .npz file, or a folder of CSV.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read a world, own or shipped, and say what it holds."""
    from triffin.world.aggregation import aggregate, read_mapping
    from triffin.world.loading import open_world

    check_out(out)
    found = open_world(world)
    if mapping:
        found = aggregate(found, read_mapping(mapping))
    report_world(found, describe(found), out, as_json, {"file": world})


def report_world(
    found: AnyWorld,
    document: dict[str, Any],
    out: Path | None,
    as_json: bool,
    origin: dict[str, Any],
) -> None:
    """Keep a world in `out`, if it is named, and show its document; `origin` heads the JSON."""
    if out is not None:
        keep_world(out, found)
    if as_json:
        print_json({**origin, **document, "written": None if out is None else str(out)})
    else:
        print_world(document)


def check_out(out: Path | None) -> None:
    """InputError for a file of another format than that of worlds."""
    if out is not None and out.suffix not in (".npz", ""):
        raise InputError(
            f"{out.suffix} is no format of a world.",
            field="--out",
            value=str(out),
            valid="a file that ends in .npz, or a new folder for tables",
        )


def keep_world(out: Path, found: AnyWorld) -> None:
    """Write a world as one file, or as tables into a folder; where it went is said."""
    from triffin.world.own.tables_written import write_tables
    from triffin.world.own.world import write_world

    with writing(out):
        if out.suffix:
            write_world(out, found)
        else:
            write_tables(out, found)
    say(f"written: {out}")


def describe(found: AnyWorld) -> dict[str, Any]:
    """What a world holds, as the JSON document of `triffin world check`. Money in current USD.

    `models` says why a model refuses the world (None: it takes it). Raises InputError when all
    do, with the first reason.
    """
    import numpy as np

    from triffin.world.model import World

    world = found if isinstance(found, World) else found.world
    models, clamped = _one_sector(found) if isinstance(found, World) else _many_sectors(found)
    exports, imports = world.exports, world.imports
    return {
        "world": world.name,
        "title": world.title,
        "year": world.year or None,
        "source": world.provenance.get("source"),
        "totals": {
            "economies": world.n_economies,
            "sectors": world.n_sectors,
            "gdp": world.gdp.sum(),
            "trade": exports.sum(),
            "gross_output": None if isinstance(found, World) else found.sectors.gross_output.sum(),
            "flows_of_zero": int(
                ((world.trade == 0) & ~np.eye(world.n_economies, dtype=bool)).sum()
            ),
            "highest_tariff": world.tariff.max(),
        },
        "economies": {
            code: {
                "name": world.names[i],
                "gdp": world.gdp[i],
                "exports": exports[i],
                "imports": imports[i],
            }
            for i, code in enumerate(world.economies)
        },
        "sectors": _sectors(found),
        "schedules": [] if isinstance(found, World) else sorted(found.schedules),
        "clamped": clamped,
        "notes": list(world.notes),
        "models": models,
    }


def _sectors(found: AnyWorld) -> dict[str, dict[str, float]]:
    from triffin.world.model import World

    if isinstance(found, World):
        return {}
    import numpy as np

    data, trade = found.sectors, found.world.trade
    traded = trade.sum(axis=(1, 2)) - np.einsum("sii->s", trade)
    return {
        name: {
            "elasticity": data.elasticity[i],
            "gross_output": data.gross_output[i].sum(),
            "trade": traded[i],
        }
        for i, name in enumerate(data.sectors)
    }


def _one_sector(world: model.World) -> tuple[dict[str, str | None], list[str]]:
    from triffin.trade.one.counterfactual import baseline_of

    def take(name: str) -> list[str]:
        clamped = baseline_of(world, name).clamped
        return [f"home sales clamped at zero: {', '.join(clamped)}"] if clamped else []

    return _try(_ONE_SECTOR_MODELS, take)


def _many_sectors(found: SectorWorld) -> tuple[dict[str, str | None], list[str]]:
    from triffin.trade.many import calibrate

    def take(name: str) -> list[str]:
        return list(calibrate(found.world, found.sectors, model=name).notes)

    return _try(_MANY_SECTOR_MODELS, take)


def _try(
    names: tuple[str, ...], take: Callable[[str], list[str]]
) -> tuple[dict[str, str | None], list[str]]:
    """Why each model refuses the world, and what the first that takes it clamps."""
    refused: dict[str, InputError] = {}
    clamped: dict[str, list[str]] = {}
    for name in names:
        try:
            clamped[name] = take(name)
        except InputError as error:
            refused[name] = error
    if not clamped:
        raise refused[names[0]]
    reasons = {name: str(refused[name]) if name in refused else None for name in names}
    return reasons, next(iter(clamped.values()))


def print_world(document: dict[str, Any]) -> None:
    """The document of `describe` as tables."""
    totals = document["totals"]
    rows = [
        ["year", document["year"] or "not stated"],
        ["source", document["source"]],
        ["size", f"{totals['economies']} economies, {totals['sectors']} sector(s)"],
        ["GDP, billion USD", number(totals["gdp"] / 1e9, 1)],
        ["trade between economies, billion USD", number(totals["trade"] / 1e9, 1)],
        ["flows of zero", f"{totals['flows_of_zero']:,}"],
        ["highest baseline tariff", f"{100 * totals['highest_tariff']:.1f} %"],
    ]
    if totals["gross_output"] is not None:
        rows.insert(4, ["gross output, billion USD", number(totals["gross_output"] / 1e9, 1)])
    if document["schedules"]:
        rows.append(["its tariff schedules", ", ".join(document["schedules"])])
    print_table("", [document["world"], document["title"]], rows)
    largest = sorted(document["economies"].items(), key=lambda item: -item[1]["gdp"])[:_SHOWN]
    show.table(
        f"Economies ({len(largest)} of {len(document['economies'])}), billion USD",
        dict(largest),
        show.text("economy", show.NAME),
        show.figure("GDP", "gdp", 1, 1e-9),
        show.figure("exports", "exports", 1, 1e-9),
        show.figure("imports", "imports", 1, 1e-9),
    )
    if document["sectors"]:
        traded = sorted(document["sectors"].items(), key=lambda item: -item[1]["trade"])[:_SHOWN]
        show.table(
            f"Sectors ({len(traded)} of {len(document['sectors'])}), billion USD",
            dict(traded),
            show.text("sector", show.NAME),
            show.figure("trade", "trade", 1, 1e-9),
            show.figure("output", "gross_output", 1, 1e-9),
            show.figure("elasticity", "elasticity"),
        )
    remarks = [["clamped", why] for why in document["clamped"]]
    remarks += [["note", note] for note in document["notes"]]
    remarks += [
        [name, "can use it" if why is None else f"cannot use it: {why}"]
        for name, why in document["models"].items()
    ]
    print_table("", ["", "what to know"], remarks)
