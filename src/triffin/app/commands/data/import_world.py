"""`triffin world import`: own worlds from published tables of the OECD and CEPII."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from triffin.app.commands.data.world import check_out, describe, keep_world, print_world
from triffin.app.terminal import print_json, say
from triffin.world.base.errors import InputError

if TYPE_CHECKING:
    from triffin.world.model import World
    from triffin.world.sectors import SectorWorld


def import_world(
    file: Path,
    *,
    into: Path | None,
    countries: Path | None,
    products: Path | None,
    elasticities: Path | None,
    mapping: list[str] | None,
    year: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Read a published table, say what the world holds, and write it to `out` (.npz, or a folder).

    The layout is that of the file's header. Raises InputError for any other layout and for options
    that do not go with the layout.
    """
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
    theirs = (
        ("--elasticities", "--year")
        if layout == ICIO
        else given.keys()
        - {
            "--elasticities",
            "--year",
        }
    )
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
    if out is not None:
        keep_world(out, found)
    if as_json:
        print_json(
            {
                "file": str(file),
                "layout": layout,
                **document,
                "written": None if out is None else str(out),
            }
        )
    else:
        print_world(document)


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
