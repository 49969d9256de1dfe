"""`triffin trade`: one general-equilibrium what-if, as a table, JSON or a file."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from triffin.app.answer_file import check_ending, give
from triffin.app.declare import command
from triffin.app.options import (
    Deficits,
    Json,
    Model,
    Param,
    Picture,
    Revenue,
    TradeOptions,
    World,
)
from triffin.app.show import figures, table, text
from triffin.app.terminal import say
from triffin.world.base.errors import InputError, nearest_match

if TYPE_CHECKING:
    from triffin.trade.many.results import SectorEquilibrium
    from triffin.trade.one.equilibrium_result import Equilibrium

    Found = Equilibrium | SectorEquilibrium

# What the interface promises for every economy; a model may report more.
_TABLE = ("welfare", "real_gdp", "deficit", "exports", "imports", "revenue")
_MANY_TABLE = ("welfare", "real_gdp", "exports", "imports", "revenue")
_SECTOR_TABLE = ("sector_output", "sector_employment", "sector_exports", "sector_imports")
_SHORT = {"real_gdp": "real GDP"}
_AGGREGATES = ("EU", "EU-paper", "non-USA", "world")
_SHOWN = 8
_DRAWN = 20
_FEW_HIT = 3
ENACTED = "enacted"


@command(
    own=("prior",), example="triffin trade world-2023 --set USA.JPN=24% --retaliation reciprocal"
)
def trade(
    world: World,
    model: Model = None,
    tariffs: Annotated[str | None, Option(help="Named schedule or CSV file.")] = None,
    settings: Annotated[
        list[str] | None, Option("--set", help="IMPORTER.EXPORTER=RATE, e.g. USA.JPN=24%.")
    ] = None,
    retaliation: Annotated[
        str,
        Option(help="none, reciprocal, optimal, optimal-formula, enacted, or a rate, e.g. 20%."),
    ] = "none",
    baseline: Annotated[
        str, Option(help="Changes are from: none, current-law, a named schedule or CSV file.")
    ] = "none",
    show: Annotated[str | None, Option(help="Economies to list first, e.g. TWN,VNM.")] = None,
    revenue: Revenue = None,
    deficits: Deficits = "world-share",
    param: Param = None,
    basis: Annotated[
        str, Option(help="auto, paid (statutory times coverage) or statutory.")
    ] = "auto",
    sector: Annotated[
        str | None, Option(help="Also show a sector's economies, or an economy's sectors.")
    ] = None,
    draws: Annotated[
        int, Option(min=0, max=4096, help="Draws of the elasticities of a world of many sectors.")
    ] = 0,
    sensitivities: Annotated[
        str | None, Option(help="ECONOMY[:RESULT]: what that depends on most.")
    ] = None,
    out: Picture = None,
    as_json: Json = False,
) -> None:
    """One general-equilibrium what-if."""
    from triffin.app.commands.trade import customs, intervals, sensitivity
    from triffin.scenario.tariffs import (
        BASES,
        apply_sets,
        baseline_schedule,
        load_schedule,
        named_layer,
        overlay,
    )
    from triffin.trade.equilibrium import solve
    from triffin.world.loading import load_world

    check_ending(out)
    if tariffs is None and basis != "auto":
        raise InputError(
            "a basis needs a named schedule, whose coverage it is about.",
            field="--basis",
            value=basis,
            valid=f"--tariffs NAME with --basis {' or '.join(BASES)}",
        )
    base = load_world(world)
    schedule = (
        load_schedule(base, tariffs, basis=basis)
        if tariffs is not None
        else baseline_schedule(base)
    )
    options = TradeOptions(model, revenue, deficits, param).keywords()
    schedule = apply_sets(schedule, base, settings or [])
    listed = [base.index(code.strip()) for code in show.split(",")] if show else []
    if retaliation == ENACTED:
        schedule = overlay(schedule, [named_layer(base, _answers_to(tariffs))])
        retaliation = "none"
    start = None
    if baseline != "none":
        start = load_schedule(base, "us-law" if baseline == "current-law" else baseline)
        options["baseline"] = start
    found = solve(base, schedule, retaliation=retaliation, **options)
    document = as_document(found) | customs.find(found, None if start else tariffs)
    document["baseline"] = "the world's own tariffs" if start is None else start.label
    document["intervals"] = intervals.find(found, draws)
    document["shown"] = [base.economies[i] for i in _first(found, listed)]
    view = None if sector is None else _sector_view(found, sector)
    dependence = None if sensitivities is None else sensitivity.find(found, sensitivities)
    if dependence is not None:
        document["sensitivities"] = sensitivity.as_document(dependence)

    def print_answer() -> None:
        _print(found, listed)
        intervals.print_intervals(found, document)
        customs.print_customs(document)
        if view:
            title, rows = view
            columns = [(column.removeprefix("sector_"), column) for column in _SECTOR_TABLE]
            table(f"{title}; per cent changes", rows, text("", ""), *figures(*columns))
        if dependence is not None:
            sensitivity.print_dependence(dependence)

    left_out = ("economies", "aggregates", "sectors")
    give(
        document,
        out,
        as_json,
        draw=lambda path: _draw(found, sector, path),
        tables=lambda: _tables(found, document),
        about={key: value for key, value in document.items() if key not in left_out},
        show=print_answer,
    )


def _answers_to(tariffs: str | None) -> str:
    """The schedule of what Canada and China had enacted on the day of a law."""
    from triffin.world.data.us_law.law import day_of

    day = None if tariffs is None else day_of(tariffs)
    if day is None:
        raise InputError(
            "answers as enacted go with the law of a day.",
            field="--retaliation",
            value=ENACTED,
            valid="--tariffs us-law@2025-11-14 --retaliation enacted",
        )
    return f"answers@{day}"


def _first(found: Found, listed: list[int]) -> list[int]:
    """Whom the table lists first: those asked for, those hit where few are, those who raise
    tariffs."""
    import numpy as np

    world = found.world
    before = getattr(found.baseline, "tariff", 0.0)
    raised: Any = np.reshape(found.tariffs > before + 1e-12, (-1, *2 * [world.n_economies]))
    pairs = raised.any(axis=0)
    imposing = sorted(np.flatnonzero(pairs.any(axis=0)), key=lambda i: -world.gdp[i])[:3]
    hit = sorted(np.flatnonzero(pairs.any(axis=1)), key=lambda i: -world.gdp[i])
    few = hit if len(hit) <= _FEW_HIT else []
    return list(dict.fromkeys((*listed, *map(int, few), *map(int, imposing))))


def as_document(found: Found) -> dict[str, Any]:
    """The JSON of the interface, with closures, basis and notes beside it."""
    economies = {
        economy: {name: float(getattr(found, name)[i]) for name in found.VARIABLES}
        for i, economy in enumerate(found.world.economies)
    }
    schedule = found.schedule
    document = {
        "world": found.world.name,
        "year": found.world.year,
        "model": found.model,
        "status": found.status,
        "residual": found.residual,
        "iterations": found.iterations,
        "seconds": found.seconds,
        "method": found.method,
        "revenue": found.revenue_closure,
        "deficits": found.deficits_closure,
        "retaliation": found.retaliation,
        "parameters": found.parameters,
        "tariffs": {
            "label": schedule.label if schedule else "",
            "basis": schedule.basis if schedule else "",
            "source": schedule.source if schedule else "",
        },
        "economies": economies,
        "aggregates": _aggregates(found),
        "accounting": found.accounting,
        "notes": list(found.notes),
    }
    if found.world.n_sectors > 1:
        document["sectors"] = _sectors(found)
    return document


def _sectors(found: Any) -> dict[str, Any]:
    """Results by sector and economy, per cent changes."""
    return {
        sector: {
            economy: {
                name.removeprefix("sector_"): float(getattr(found, name)[k, i])
                for name in found.SECTOR_VARIABLES
            }
            for i, economy in enumerate(found.world.economies)
        }
        for k, sector in enumerate(found.world.sectors)
    }


def _sector_view(found: Found, name: str) -> tuple[str, list[dict[str, Any]]]:
    """Title and rows of one sector's economies, or of one economy's sectors, by output.

    Raises InputError in a one-sector world, and with the nearest match for an unknown name.
    """
    world = found.world
    if world.n_sectors == 1:
        raise InputError(
            f"{world.name} has one sector.",
            field="--sector",
            value=name,
            valid="a many-sector world such as wiod-2011",
        )
    wanted = name.strip().casefold()
    positions = [k for k, sector in enumerate(world.sectors) if sector.casefold() == wanted]
    if positions:
        place: Any = positions[0]
        labels, title = world.names, world.sectors[place]
    else:
        try:
            economy = world.index(name)
        except InputError as error:
            names = (*world.sectors, *world.economies)
            raise InputError(
                f"{name!r} is neither a sector nor an economy of {world.name}.",
                field="--sector",
                value=name,
                nearest=nearest_match(name, names),
                valid=names,
            ) from error
        place = (slice(None), economy)
        labels, title = world.sectors, world.names[economy]
    values = [getattr(found, column)[place] for column in _SECTOR_TABLE]
    rows = [
        {"": label, **dict(zip(_SECTOR_TABLE, row, strict=True))}
        for label, *row in zip(labels, *values, strict=True)
    ]
    rows.sort(key=lambda row: row[_SECTOR_TABLE[0]])
    return f"{title}, {world.year}", rows


def _aggregates(found: Found) -> dict[str, Any]:
    from triffin.world.groups import group

    out: dict[str, Any] = {}
    for name in (*_AGGREGATES, *found.world.groups):
        try:
            members = group(found.world, name)
        except InputError:
            # A group none of whose members is in this world has no mean.
            continue
        out[name] = {
            **found.aggregate(name),
            "members": len(members.members),
            "missing": list(members.missing),
            "weight": "baseline spending" if found.world.n_sectors == 1 else "baseline income",
        }
    return out


def _draw(found: Found, sector: str | None, path: Path) -> None:
    """Losers and winners: sectors of an economy, economies of a sector, or all economies."""
    from triffin.results.figures.picture_files import bars

    label = found.schedule.label if found.schedule else ""
    subtitle = f"{label}; {found.model} on the world of {found.world.year}"
    if sector is not None:
        title, rows = _sector_view(found, sector)
        title, axis = f"{title}; per cent changes", "Change of output, %"
        # As the table says it: to two places, and without what is undefined.
        values = [
            (row[""], round(float(row[_SECTOR_TABLE[0]]), 2))
            for row in rows
            if math.isfinite(row[_SECTOR_TABLE[0]])
        ]
    else:
        title, axis = "Losers and winners", "Change of welfare, %"
        values = sorted(
            zip(found.world.names, map(float, found.welfare), strict=True), key=lambda v: v[1]
        )
        values = [*values[:_DRAWN], *values[-_DRAWN:]] if len(values) > 2 * _DRAWN else values
    bars(
        [{"name": name, "value": value} for name, value in values],
        path,
        title=title,
        subtitle=subtitle,
        axis=axis,
        signed=True,
    )


def _tables(found: Found, document: dict[str, Any]) -> dict[str, Any]:
    """The economies, and in many-sector worlds the sectors too: a row per economy and sector."""
    import pandas as pd

    economies = pd.DataFrame.from_dict(document["economies"], orient="index")
    economies.insert(0, "name", found.world.names)
    economies.index.name = "economy"
    tables = {"economies": economies.reset_index()}
    if "sectors" in document:
        rows = [
            {"economy": economy, "sector": sector, **values}
            for sector, by_economy in document["sectors"].items()
            for economy, values in by_economy.items()
        ]
        tables["sectors"] = pd.DataFrame(rows)
    return tables


def _print(found: Found, listed: list[int]) -> None:
    world = found.world
    many = world.n_sectors > 1
    columns = _MANY_TABLE if many else _TABLE
    order = sorted(range(world.n_economies), key=lambda i: found.welfare[i])
    moved = [i for i in order if abs(found.welfare[i]) > 1e-9]
    first = _first(found, listed)
    shown = list(dict.fromkeys([*first, *moved[:_SHOWN], *moved[::-1][:_SHOWN]]))
    shown = shown or sorted(range(world.n_economies), key=lambda i: -world.gdp[i])[:_SHOWN]
    rows = [{"economy": world.names[i], **found.of(world.economies[i])} for i in shown]
    for name, values in _aggregates(found).items():
        rows.append({**values, "economy": f"{name} (mean)"})
    label = found.schedule.label if found.schedule else ""
    table(
        f"{label}\n{found.model} on the world of {world.year}, revenue {found.revenue_closure}, "
        f"deficits {found.deficits_closure}, retaliation {found.retaliation}; per cent changes",
        rows,
        text("economy", "economy"),
        *figures(*((_SHORT.get(column, column), column) for column in columns)),
    )
    weight = "income" if many else "spending"
    say(f"revenue: % of baseline {weight}; means weighted by baseline {weight}.")
    if many:
        say("welfare: change of real income.")
    for note in found.notes:
        say(f"note: {note}")
    say(
        f"converged in {found.iterations} iterations ({found.method}), residual "
        f"{found.residual:.0e}, {1000 * found.seconds:.0f} ms; all economies with --json or --out"
    )
