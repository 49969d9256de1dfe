"""`triffin check`: which table a file is, what it holds, and what is wrong with it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from typer import Argument, Option

from triffin.app.declare import DATA, command
from triffin.app.options import Json
from triffin.app.terminal import number, print_json, print_table, say, writing
from triffin.world.base.errors import InputError, nearest_match, one_of

Found = dict[str, Any]
_DEFAULT_WORLD = "world-2023"
_WORLD_TABLES = ("economies", "sectors", "trade", "output", "inputs", "tariffs", "meta")
_SHOWN = 12


@dataclass(frozen=True)
class Kind:
    """One table: what it is for people, how it is read, and the command that takes it."""

    title: str
    read: Callable[[Path, str], Found]
    used: str


@command(panel=DATA, example="triffin check my-tariffs.csv --as tariffs")
def check(
    path: Annotated[
        Path | None, Argument(metavar="[FILE]", help="A table, or a folder of tables.")
    ] = None,
    kind: Annotated[
        str | None, Option("--as", help="Which table it is; recognised if left out.")
    ] = None,
    world: Annotated[str | None, Option(help="The world that tariffs are for.")] = None,
    example: Annotated[
        str | None, Option(help="Print an example file of this table instead.")
    ] = None,
    shipped: Annotated[
        str | None,
        Option(help="Write the shipped table instead, to start from."),
    ] = None,
    out: Annotated[
        Path | None, Option(help="With --example or --shipped: where to write it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a file of your own, and say what it holds."""
    if sum(given is not None for given in (path, example, shipped)) != 1:
        raise InputError(
            "name a file, an example or a shipped table.",
            field="FILE",
            valid="triffin check FILE, --example NAME, or --shipped NAME --out FILE",
        )
    if example is not None:
        show_example(example, out, as_json)
    elif shipped is not None:
        write_shipped(shipped, out, as_json)
    elif path is not None:
        check_file(path, kind, world, as_json)


def check_file(path: Path, kind: str | None, world: str | None, as_json: bool) -> None:
    """Read a file with the reader of its table and say what it holds.

    kind: one of `KINDS`, by default recognised; world: the one that a table of tariffs is for.
    Raises InputError naming row and column (entry, line) of what is wrong, and for a file that is
    none of the tables.
    """
    if not path.exists():
        raise InputError("there is no such file or folder.", file=str(path), valid="a path")
    chosen = kind or recognise(path)
    one_of(chosen, KINDS, f"there is no table {kind!r}.", field="--as")
    table = KINDS[chosen]
    found = table.read(path, world or _DEFAULT_WORLD)
    document = {
        "file": str(path),
        "table": chosen,
        "title": table.title,
        "valid": True,
        "rows": found.get("rows"),
        "holds": found["holds"],
        "notes": list(found.get("notes", ())),
        "used_by": table.used,
    }
    if as_json:
        print_json(document)
        return
    rows = [["table", table.title]]
    if document["rows"] is not None:
        rows.append(["rows", f"{document['rows']:,}"])
    rows += [[key.replace("_", " "), _shown(value)] for key, value in found["holds"].items()]
    rows += [["note", note] for note in document["notes"]]
    rows.append(["used by", table.used])
    print_table("", [path.name or str(path), "valid"], rows)


def show_example(name: str, out: Path | None, as_json: bool) -> None:
    """Print an example file, or write it (a folder where files belong together) to `out`.

    Raises InputError for an unknown name and where `out` is there already.
    """
    from triffin.world.data.own.example_files import example_path

    source = example_path(name)
    files = sorted(source.rglob("*")) if source.is_dir() else [source]
    files = [file for file in files if file.is_file()]
    if out is not None:
        if out.exists():
            raise InputError("the file is there already.", file=str(out), valid="a new path")
        with writing(out):
            if source.is_dir():
                shutil.copytree(source, out)
            else:
                out.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, out)
        say(f"written: {out}")
    texts = {
        str(file.relative_to(source) if source.is_dir() else file.name): file.read_text("utf-8")
        for file in files
    }
    if as_json:
        print_json({"example": name, "files": texts, "written": None if out is None else str(out)})
    elif out is None:
        for file, text in texts.items():
            if len(texts) > 1:
                print(f"--- {file}")
            print(text, end="")


def write_shipped(name: str, out: Path | None, as_json: bool) -> None:
    """Write a table that ships in the format of an own one, to be changed.

    Raises InputError for an unknown name, without `out`, and where it is there already.
    """
    from triffin.finance.treasuries.own_holdings import shipped_holdings, write_holdings
    from triffin.world.data.facts import maturities
    from triffin.world.data.own.maturities import write_maturities
    from triffin.world.data.own.partners import write_partners
    from triffin.world.data.own.priors import write_priors
    from triffin.world.data.partners import partners
    from triffin.world.registry.registry import all_parameters

    writers: dict[str, Callable[[Path], None]] = {
        "holdings": lambda path: write_holdings(path, shipped_holdings()),
        "maturities": lambda path: write_maturities(path, maturities()),
        "partners": lambda path: write_partners(path, partners()),
        "priors": lambda path: write_priors(path, all_parameters()),
    }
    one_of(
        name,
        writers,
        f"there is no shipped table {name!r} to start from.",
        valid=(*writers, "and `triffin world check WORLD --out FOLDER` for a world"),
        field="--shipped",
    )
    if out is None or out.exists() or out.suffix.casefold() != ".csv":
        raise InputError(
            "name a new CSV file for the table.", field="--out", valid="--out my-table.csv"
        )
    with writing(out):
        writers[name](out)
    say(f"written: {out}")
    if as_json:
        print_json({"shipped": name, "written": str(out)})


def recognise(path: Path) -> str:
    """Which of `KINDS` a file is, by its ending and its header or keys.

    Raises InputError for any other, with the table whose columns are nearest.
    """
    ending = path.suffix.casefold()
    if path.is_dir() or ending in (".npz", ".xlsx", ".xlsm"):
        return "world"
    if ending == ".json":
        return "cases"
    if ending in (".yaml", ".yml"):
        return _yaml_kind(path)
    if ending not in (".csv", ".txt", ".tsv"):
        raise InputError(
            f"{ending or 'no ending'} is no format of a table.",
            file=str(path),
            valid=".csv, .yaml, .json, .xlsx, .npz or a folder",
        )
    return _csv_kind(path)


def _yaml_kind(path: Path) -> str:
    from triffin.world.base.yaml_files import read_yaml
    from triffin.world.data.own.reader import META_KEYS

    content = read_yaml(path)
    keys = set(map(str, content)) if isinstance(content, dict) else set()
    if not keys:
        raise InputError(
            "the file is empty or holds no keys.", file=str(path), valid="a scenario, or priors"
        )
    if path.stem == "meta" and _beside_a_world(path):
        return "world"
    if keys & {"scenario", "extends", "tariffs", "hegemon", "start"}:
        return "scenario"
    if keys <= set(META_KEYS):
        raise InputError(
            "the file is the meta table of an own world.",
            file=str(path),
            valid="the folder of the world's tables, which `triffin check FOLDER` reads",
        )
    return "priors"


def _csv_kind(path: Path) -> str:
    from triffin.world.data.own.reader import csv_header
    from triffin.world.importers.common import published_layout

    layout = published_layout(path)  # first: these files are large, and it reads one row
    if layout is not None:
        return layout
    header = set(csv_header(path))
    if "group" not in header and path.stem in _WORLD_TABLES and _beside_a_world(path):
        return "world"
    for kind, columns in _COLUMNS.items():
        if set(columns) <= header:
            return kind
    for table, columns in _PARTS.items():
        if set(columns) <= header:
            raise InputError(
                f"the file is the table {table!r} of an own world, and the others are not beside "
                "it.",
                file=str(path),
                valid="the folder with economies.csv, trade.csv and the tables that go with them",
            )
    known = dict(_COLUMNS)
    near = max(known, key=lambda kind: _likeness(header, known[kind]))
    shown = ", ".join(sorted(column for column in header if column)[:8])
    raise InputError(
        f"the columns ({shown}) are those of no table.",
        file=str(path),
        line=1,
        nearest=near if _likeness(header, known[near]) > 0 else None,
        valid="; ".join(f"{kind}: {', '.join(c)}" for kind, c in known.items()),
    )


def _beside_a_world(path: Path) -> bool:
    return all((path.parent / f"{table}.csv").is_file() for table in ("economies", "trade"))


_COLUMNS = {
    "tariffs": ("importer", "exporter", "rate"),
    "holdings": ("holder", "usd_bn"),
    "maturities": ("month", "total_usd_bn"),
    "products": ("product", "sector"),
    "mapping-economies": ("code", "group"),
    "mapping-sectors": ("sector", "group"),
    "partners": ("iso3",),
    "priors": ("name", "source"),
}
_PARTS = {
    "trade": ("exporter", "importer", "value"),
    "output": ("economy", "sector", "gross_output"),
    "inputs": ("economy", "input_sector", "using_sector", "value"),
    "sectors": ("sector", "elasticity"),
    "economies": ("code", "gdp"),
}


def _likeness(header: set[str], columns: tuple[str, ...]) -> float:
    """Share of a table's columns that the header has or nearly has."""
    near = [column for column in columns if nearest_match(column, header - {""})]
    return len(near) / len(columns)


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, dict):
        value = [f"{key} {_shown(item)}" for key, item in value.items()]
    if isinstance(value, list | tuple):
        more = f" and {len(value) - _SHOWN} more" if len(value) > _SHOWN else ""
        return ", ".join(map(str, value[:_SHOWN])) + more
    return number(value, 2).rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _world(path: Path, world: str) -> Found:
    from triffin.app.commands.data.world import describe
    from triffin.world.own.world import open_own_world

    document = describe(open_own_world(path))
    takes = [name for name, why in document["models"].items() if why is None]
    holds = {"name": document["world"], "title": document["title"], **document["totals"]}
    holds |= {"models": takes}
    return {"holds": holds, "notes": [*document["clamped"], *document["notes"]]}


def _tariffs(path: Path, world: str) -> Found:
    from triffin.scenario.tariff_file import read_tariff_file
    from triffin.scenario.tariff_selectors import Selectors
    from triffin.world.loading import load_world

    rows = read_tariff_file(path, Selectors(load_world(world)))
    holds = {
        "world": world,
        "importers": list(dict.fromkeys(row.importer for row in rows)),
        "lowest": min(row.rate for row in rows),
        "highest": max(row.rate for row in rows),
    }
    return {"rows": len(rows), "holds": holds}


def _holdings(path: Path, world: str) -> Found:
    from triffin.finance.treasuries.own_holdings import read_holdings

    table = read_holdings(path)
    last = table.of()
    holds = {
        "months": list(table.months),
        "total_usd_bn": sum(row.usd_bn for row in last),
        "largest": {row.code or row.name: row.usd_bn for row in last[:3]},
        "official_share_known": [r.code or r.name for r in last if r.official_share is not None],
    }
    return {"rows": len(table.rows), "holds": holds}


def _partners(path: Path, world: str) -> Found:
    from triffin.world.data.own.partners import read_partners

    table = read_partners(path)
    own = [one for one in table.partners if one.own]
    holds = {
        "partners": len(table.partners),
        "changed": [one.iso3 for one in own],
        "without_announced_rate": sum(one.announced is None for one in table.partners),
    }
    return {"rows": len(own), "holds": holds, "notes": table.notes}


def _maturities(path: Path, world: str) -> Found:
    from triffin.world.data.own.maturities import read_maturities

    table = read_maturities(path)
    holds = {
        "months": list(table.months),
        "total_usd_bn": sum(row.total_usd_bn for row in table.months.values()),
    }
    return {"rows": len(table.months), "holds": holds}


def _priors(path: Path, world: str) -> Found:
    from triffin.world.data.own.priors import read_priors

    table = read_priors(path)
    holds: dict[str, Any] = {
        name: {
            "value": entry.value,
            "low": entry.low,
            "high": entry.high,
            "unit": entry.unit,
            "dist": (entry.distribution or {}).get("dist", "not drawn"),
        }
        for name, entry in table.entries.items()
    }
    return {"rows": len(table.entries), "holds": holds, "notes": table.notes}


def _mapping(path: Path, world: str) -> Found:
    from triffin.world.aggregation import read_mapping

    mapping = read_mapping(path)
    members = mapping.economies or mapping.sectors
    groups: dict[str, list[str]] = {}
    for member, group in members.items():
        groups.setdefault(group, []).append("all others" if member == "*" else member)
    return {"rows": len(members), "holds": {"groups": len(groups), **groups}}


def _products(path: Path, world: str) -> Found:
    from triffin.world.data.own.reader import read_csv_table
    from triffin.world.importers.baci import read_products

    table = read_csv_table(path, ("product", "sector"), ("description",))
    sectors = {name.casefold(): name for name in table.columns["sector"] if name}
    found = read_products(path, sectors)
    return {"rows": len(found), "holds": {"sectors": list(dict.fromkeys(found.values()))}}


def _icio(path: Path, world: str) -> Found:
    from triffin.app.commands.data.world import describe
    from triffin.world.importers.icio import read_icio

    document = describe(read_icio(path))
    return {"holds": {"year": document["year"], **document["totals"]}, "notes": document["notes"]}


def _baci(path: Path, world: str) -> Found:
    from triffin.world.importers.baci import read_rows

    count, year, total = read_rows(path)
    return {"rows": count, "holds": {"year": int(year), "trade_usd_bn": total / 1e9}}


def _scenario(path: Path, world: str) -> Found:
    from triffin.scenario.loading import load_scenario

    plan = load_scenario(path)
    holds = {
        "scenario": plan.scenario,
        "scenario_title": plan.title,
        "world": plan.world,
        "from": str(plan.start),
        "days": plan.days,
        "hegemon": plan.hegemon,
        "focus": plan.focus,
    }
    return {"holds": holds}


def _cases(path: Path, world: str) -> Found:
    from triffin.evidence.verification import check_cases, read_cases

    cases = read_cases(path)
    check_cases(cases, str(path))
    return {
        "rows": len(cases),
        "holds": {"models": list(dict.fromkeys(case["model"] for case in cases))},
    }


KINDS = {
    "world": Kind("tables of an own world", _world, "triffin trade, optimal, nash, run --world"),
    "tariffs": Kind("tariffs", _tariffs, "triffin trade --tariffs, tariffs: {file: …}"),
    "holdings": Kind(
        "holders of Treasuries", _holdings, "triffin treasuries, run, negotiate --holdings"
    ),
    "partners": Kind("partners in the talks", _partners, "triffin negotiate, run --partners"),
    "maturities": Kind("maturing Treasuries", _maturities, "triffin treasuries wall --maturities"),
    "priors": Kind("own priors", _priors, "--prior on treasuries, currency, dollar, run"),
    "mapping-economies": Kind("groups of economies", _mapping, "triffin world check --map"),
    "mapping-sectors": Kind("groups of sectors", _mapping, "triffin world check --map"),
    "products": Kind("products by sector", _products, "triffin world import --products"),
    "scenario": Kind("a scenario", _scenario, "triffin run"),
    "cases": Kind("verification cases", _cases, "triffin verify"),
    "icio": Kind("OECD ICIO as published", _icio, "triffin world import"),
    "baci": Kind("CEPII BACI as published", _baci, "triffin world import"),
}
