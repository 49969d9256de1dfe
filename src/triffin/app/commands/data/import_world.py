"""`triffin world import`: own worlds from published tables of the OECD and CEPII."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from triffin.app.commands.data.world import check_out, describe, report_world, world_group
from triffin.app.declare import command
from triffin.app.options import Json, Mapping
from triffin.app.terminal import say
from triffin.world.base.errors import InputError

if TYPE_CHECKING:
    from triffin.world.model import World
    from triffin.world.sectors import SectorWorld

_OF_ICIO = ("--elasticities", "--year")


@command(
    world_group,
    "import",
    example="triffin world import 2020_SML.csv --map groups.csv --out world-2020.npz",
)
def import_world(
    file: Annotated[
        Path, Argument(metavar="FILE", help="OECD ICIO or CEPII BACI, as published (CSV).")
    ],
    into: Annotated[
        Path | None, Option(help="BACI: folder of your other tables; trade.csv goes there.")
    ] = None,
    countries: Annotated[Path | None, Option(help="BACI: its file of country codes.")] = None,
    products: Annotated[Path | None, Option(help="BACI: CSV of product,sector.")] = None,
    elasticities: Annotated[Path | None, Option(help="ICIO: CSV of sector,elasticity.")] = None,
    mapping: Mapping = None,
    year: Annotated[int | None, Option(help="ICIO: year, if the file's name has none.")] = None,
    out: Annotated[
        Path | None, Option(help="Write the world: an .npz file, or a folder of CSV.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make an own world of a published table."""
    from triffin.world.importers.common import ICIO, published_layout

    check_out(out)
    layout = published_layout(file)
    if layout is None:
        raise InputError(
            "the header is of no layout that can be imported.",
            file=str(file),
            line=1,
            valid="OECD ICIO (V1, AUS_A01_02, …, AUS_HFCE, …, OUT) or CEPII BACI (t,i,j,k,v,q)",
        )
    given = {
        "--into": into,
        "--countries": countries,
        "--products": products,
        "--elasticities": elasticities,
        "--year": year,
    }
    theirs = [option for option in given if (option in _OF_ICIO) == (layout == ICIO)]
    for option, value in given.items():
        if value is not None and option not in theirs:
            raise InputError(
                f"{option} does not go with a file of {'ICIO' if layout == ICIO else 'BACI'}.",
                field=option,
                valid=sorted(theirs),
            )
    notes: tuple[str, ...] = ()
    found: World | SectorWorld
    if layout == ICIO:
        found = _icio(file, mapping, elasticities, year)
    else:
        found, notes = _baci(file, into, countries, products, mapping)
    document = describe(found)
    document["notes"] = [*document["notes"], *notes]
    report_world(found, document, out, as_json, {"file": str(file), "layout": layout})


def _icio(
    file: Path, mapping: list[str] | None, elasticities: Path | None, year: int | None
) -> SectorWorld:
    from triffin.world.aggregation import read_mapping
    from triffin.world.importers.icio import read_icio

    groups = read_mapping(mapping) if mapping else None
    return read_icio(file, groups, elasticities=elasticities, year=year)


def _baci(
    file: Path,
    into: Path | None,
    countries: Path | None,
    products: Path | None,
    mapping: list[str] | None,
) -> tuple[World | SectorWorld, tuple[str, ...]]:
    from triffin.world.aggregation import aggregate, read_mapping
    from triffin.world.importers.baci import read_baci

    if into is None or countries is None:
        raise InputError(
            "a file of BACI needs a folder with your other tables, and the file of its codes.",
            field="--into" if into is None else "--countries",
            valid="--into FOLDER (economies.csv, meta.yaml, …) --countries country_codes_V….csv",
        )
    imported = read_baci(file, into, countries, products=products)
    say(f"written: {imported.trade_file}")
    if not mapping:
        return imported.world, imported.notes
    return aggregate(imported.world, read_mapping(mapping)), imported.notes
