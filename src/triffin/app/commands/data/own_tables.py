"""The tables of one's own: how a file is recognised, and what `triffin check` finds in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triffin.world.base.errors import InputError, nearest_match

_LARGEST_YAML = 20_000_000
_WORLD_TABLES = ("economies", "sectors", "trade", "output", "inputs", "tariffs", "meta")


@dataclass(frozen=True)
class Found:
    """What a file holds, by name; its rows, where it has any; what to know of it; which of what it
    holds are tariff rates."""

    holds: dict[str, Any]
    rows: int | None = None
    notes: Sequence[str] = ()
    rates: Sequence[str] = ()


@dataclass(frozen=True)
class Kind:
    """One table: what it is for people, how it is read, and the command that takes it."""

    title: str
    read: Callable[[Path, str], Found]
    used: str


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
    from triffin.world.base.yaml_files import read_tree
    from triffin.world.data.own.reader import META_KEYS, read_text

    # What is wrong inside is for the reader of the table to tell, all of it at once.
    text = read_text(path, what="a scenario or priors (YAML)", largest=_LARGEST_YAML)
    keys = set(read_tree(text, str(path), "scenario").data)
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


def _world(path: Path, world: str) -> Found:
    from triffin.app.commands.data.world import describe
    from triffin.world.own.world import open_own_world

    document = describe(open_own_world(path))
    takes = [name for name, why in document["models"].items() if why is None]
    holds = {"name": document["world"], "title": document["title"], **document["totals"]}
    return Found(holds | {"models": takes}, notes=[*document["clamped"], *document["notes"]])


def _tariffs(path: Path, world: str) -> Found:
    from triffin.scenario.tariff_file import read_tariff_file
    from triffin.scenario.tariff_selectors import Selectors
    from triffin.world.loading import load_world

    rows = read_tariff_file(path, Selectors(load_world(world)))
    rates = [row.rate for row in rows]
    importers = list(dict.fromkeys(row.importer for row in rows))
    holds = {"world": world, "importers": importers, "lowest": min(rates), "highest": max(rates)}
    return Found(holds, len(rows), rates=("lowest", "highest"))


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
    return Found(holds, len(table.rows), table.notes)


def _partners(path: Path, world: str) -> Found:
    from triffin.world.data.own.partners import read_partners

    table = read_partners(path)
    changed = [one.iso3 for one in table.partners if one.own]
    holds = {
        "partners": len(table.partners),
        "changed": changed,
        "without_announced_rate": sum(one.announced is None for one in table.partners),
    }
    return Found(holds, len(changed), table.notes)


def _maturities(path: Path, world: str) -> Found:
    from triffin.world.data.own.maturities import read_maturities

    months = read_maturities(path).months
    total = sum(row.total_usd_bn for row in months.values())
    return Found({"months": list(months), "total_usd_bn": total}, len(months))


def _priors(path: Path, world: str) -> Found:
    from triffin.world.data.own.priors import read_priors

    table = read_priors(path)
    keys = ("value", "low", "high", "unit")
    holds = {
        name: {key: getattr(entry, key) for key in keys}
        | {"dist": (entry.distribution or {}).get("dist", "not drawn")}
        for name, entry in table.entries.items()
    }
    return Found(holds, len(table.entries), table.notes)


def _mapping(path: Path, world: str) -> Found:
    from triffin.world.aggregation import read_mapping

    mapping = read_mapping(path)
    members = mapping.economies or mapping.sectors
    groups: dict[str, list[str]] = {}
    for member, group in members.items():
        groups.setdefault(group, []).append("all others" if member == "*" else member)
    return Found({"groups": len(groups), **groups}, len(members))


def _products(path: Path, world: str) -> Found:
    from triffin.world.data.own.reader import read_csv_table
    from triffin.world.importers.baci import read_products

    table = read_csv_table(path, ("product", "sector"), ("description",))
    sectors = {name.casefold(): name for name in table.columns["sector"] if name}
    found = read_products(path, sectors)
    return Found({"sectors": list(dict.fromkeys(found.values()))}, len(found))


def _icio(path: Path, world: str) -> Found:
    from triffin.app.commands.data.world import describe
    from triffin.world.importers.icio import read_icio

    document = describe(read_icio(path))
    return Found({"year": document["year"], **document["totals"]}, notes=document["notes"])


def _baci(path: Path, world: str) -> Found:
    from triffin.world.importers.baci import read_rows

    count, year, total = read_rows(path)
    return Found({"year": int(year), "trade_usd_bn": total / 1e9}, count)


def _scenario(path: Path, world: str) -> Found:
    from triffin.run.engine import check
    from triffin.scenario.loading import load_scenario

    plan = load_scenario(path)
    check(plan)
    holds = {
        "scenario": plan.scenario,
        "scenario_title": plan.title,
        "world": plan.world,
        "from": str(plan.start),
        "days": plan.days,
        "hegemon": plan.hegemon,
        "focus": plan.focus,
    }
    return Found(holds, notes=plan.notes)


def _cases(path: Path, world: str) -> Found:
    from triffin.evidence.verification import check_cases, read_cases

    cases = read_cases(path)
    check_cases(cases, str(path))
    return Found({"models": list(dict.fromkeys(case["model"] for case in cases))}, len(cases))


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
