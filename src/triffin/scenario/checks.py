"""Checks of a scenario against the world, the schedules, the parameters and its own dates.

Each check raises an InputError at a path of the scenario, which its tree turns into file and line.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from triffin.scenario.overrides import ORIGIN
from triffin.scenario.phases import entry_layers
from triffin.scenario.tariff_selectors import EVERYONE, RateSetting, Selectors
from triffin.scenario.yaml_tree import Tree, TreePath
from triffin.world.base.errors import InputError, one_of
from triffin.world.model import World

if TYPE_CHECKING:
    from triffin.scenario.schema import Scenario
    from triffin.scenario.sections import TariffEntry

# modules of a run, as words before a parameter's name
MODULES = ("treasuries", "currency", "dollar", "negotiation", "credibility", "alignment")


def check_scenario(scenario: Scenario, world: World, tree: Tree) -> Scenario:
    """The scenario with economies as ISO3 codes and parameters by their registry names.

    `tree` knows where everything was written. A date outside the span is refused where both stand
    in one file; where `--set` or an extending file changed the span, it only means that the span
    was cut.

    Raises
    ------
    InputError, with file and line, for the first thing that does not fit.
    """
    scenario = _check_players(scenario, world, tree)
    _check_dates(scenario, tree)
    for position, entry in enumerate(scenario.tariffs or ()):
        _check_entry(scenario, position, entry, world, tree)
    scenario = _check_demands(scenario, world, tree)
    scenario = _check_sales(scenario, world, tree)
    scenario = _check_talks(scenario, world, tree)
    scenario = _check_instruments(scenario, world, tree)
    _check_currencies(scenario, tree)
    return _check_changes(scenario, tree)


def _economy(world: World, word: str, path: TreePath, tree: Tree) -> str:
    with tree.at(path):
        return world.economies[world.index(word)]


def _check_players(scenario: Scenario, world: World, tree: Tree) -> Scenario:
    found = {
        role: _economy(world, word, (role,), tree)
        for role in ("hegemon", "rival", "focus")
        if (word := getattr(scenario, role)) is not None
    }
    for role in ("focus", "rival"):
        if found.get(role) == found["hegemon"]:
            raise tree.error(
                (role,),
                f"{found[role]} is already the hegemon.",
                value=getattr(scenario, role),
                valid="another economy",
            )
    return scenario.model_copy(update=found)


def _check_dates(scenario: Scenario, tree: Tree) -> None:
    start, end = scenario.start, scenario.end
    outside: list[tuple[TreePath, str, str]] = []
    for position, day in enumerate(scenario.deadlines or ()):
        if not start <= day <= end:
            path: TreePath = ("deadlines", position)
            outside.append((path, f"the deadline {day}", f"a date from {start} to {end}"))
    for position, entry in enumerate(scenario.tariffs or ()):
        path = ("tariffs", position)
        if entry.from_ > end:
            what = f"the entry from {entry.from_}"
            outside.append(((*path, "from"), what, f"a date up to {end}"))
        elif entry.last_day is not None and entry.last_day < start:
            last = "days" if entry.days is not None else "until"
            what = f"the entry that lapses after {entry.last_day}"
            outside.append(((*path, last), what, f"an entry that reaches {start}"))
    for position, sale in enumerate(scenario.treasuries or ()):
        if sale.from_ > end:
            path = ("treasuries", position, "from")
            outside.append((path, f"the sale from {sale.from_}", f"a date up to {end}"))
    span = {_file(tree, ("start",)), _file(tree, ("days",))}
    for path, what, valid in outside:
        if _file(tree, path) in span and (len(span) == 1 or _file(tree, path) == ORIGIN):
            raise tree.error(
                path,
                f"{what} is outside the scenario, which runs from {start} to {end}.",
                valid=valid,
            )


def _file(tree: Tree, path: TreePath) -> str | None:
    place = tree.place(path)
    return place.file if place is not None else None


def _check_entry(
    scenario: Scenario, position: int, entry: TariffEntry, world: World, tree: Tree
) -> None:
    path: TreePath = ("tariffs", position)
    folder = scenario.entry_folder(position)
    selectors = Selectors(world)
    for key, rate in (entry.set or {}).items():
        with tree.at((*path, "set", key)):
            importer, exporter, sector = selectors.split_path(key)
            cells = selectors.cells(RateSetting(importer, exporter, rate, sector))
            if cells.own and rate != 0.0:
                entry_layers(entry, folder, world)
    if entry.schedule is not None:
        _check_schedule(scenario, entry.schedule, (*path, "schedule"), tree)
    try:
        entry_layers(entry, folder, world)
    except InputError as error:
        # a fault inside a tariff file already names that file and its line; one of the whole
        # file (missing, empty) is a fault of the line that names it
        if entry.file is not None and error.line is None:
            message = f"{entry.file}: {error.message}"
            error = InputError(message, value=entry.file, valid=error.valid)
        at = "file" if entry.file is not None else "schedule" if entry.schedule else "set"
        at = "basis" if error.field == "basis" else at
        raise error.at(tree.here((*path, at))) from error


def _check_schedule(scenario: Scenario, name: str, path: TreePath, tree: Tree) -> None:
    from triffin.world.data.schedules import named_schedule

    with tree.at(path):
        schedule = named_schedule(name)
    known = scenario.information.isoformat() if scenario.information is not None else None
    if known is not None and schedule.date > known:
        raise tree.error(
            path,
            f"the schedule {name!r} is of {schedule.date}, later than the date of information "
            f"{known}.",
            value=name,
            valid=f"a schedule known on {known}, or a later information: date",
        )


def _check_demands(scenario: Scenario, world: World, tree: Tree) -> Scenario:
    if scenario.demands is None:
        return scenario
    found = {}
    for word, demand in scenario.demands.items():
        path: TreePath = ("demands", word)
        code = word if word == EVERYONE else _economy(world, word, path, tree)
        problem = None
        if code == scenario.hegemon:
            problem = f"{code} is the hegemon and demands nothing of itself."
        elif code in found:
            problem = f"the demands on {code} stand twice."
        if problem is not None:
            raise tree.error(path, problem, value=word, valid="each partner once")
        found[code] = demand
    return scenario.model_copy(update={"demands": found})


def _check_talks(scenario: Scenario, world: World, tree: Tree) -> Scenario:
    if scenario.talks is None or scenario.talks.first is None:
        return scenario
    path: TreePath = ("talks", "first")
    code = _economy(world, scenario.talks.first, path, tree)
    if code == scenario.hegemon:
        raise tree.error(path, f"{code} is the hegemon.", value=code, valid="one of its partners")
    talks = scenario.talks.model_copy(update={"first": code})
    return scenario.model_copy(update={"talks": talks})


def _check_instruments(scenario: Scenario, world: World, tree: Tree) -> Scenario:
    """Economies as ISO3 codes and sectors by their names; nobody bans its own goods."""
    found = []
    for position, one in enumerate(scenario.instruments or ()):
        path: TreePath = ("instruments", position)
        sides = {
            side: _economy(world, getattr(one, side), (*path, side), tree)
            for side in ("importer", "exporter")
        }
        if sides["importer"] == sides["exporter"]:
            raise tree.error(
                (*path, "exporter"),
                f"{sides['exporter']} would restrict its own goods.",
                value=one.exporter,
                valid="another economy",
            )
        with tree.at((*path, "sector")):
            places = Selectors(world).sectors(one.sector)
        name = world.sectors[places[0]] if len(places) == 1 else one.sector
        found.append(one.model_copy(update={**sides, "sector": name}))
    return scenario.model_copy(update={"instruments": found}) if found else scenario


def _check_sales(scenario: Scenario, world: World, tree: Tree) -> Scenario:
    """Holders are economies; overlapping sales stay within the holdings that the file states, or
    those on record at the end of the month before the scenario (TIC).

    Foreign bonds are not all Treasuries and are compared with stated holdings alone.
    """
    if scenario.treasuries is None:
        return scenario
    sales = [
        sale.model_copy(
            update={"holder": _economy(world, sale.holder, ("treasuries", n, "holder"), tree)}
        )
        for n, sale in enumerate(scenario.treasuries)
    ]
    for position, sale in enumerate(sales):
        same = [s for s in sales if (s.holder, s.sector) == (sale.holder, sale.sector)]
        stated = [s.holdings_usd_bn for s in same if s.holdings_usd_bn is not None]
        if not stated:
            same = [s for s in same if s.sell_treasuries_usd_bn is not None]
            held = treasuries_held(sale.holder, sale.sector, scenario.start)
            stated = [] if held is None or sale not in same else [held]
        if not stated:
            continue
        # the most that runs at once is reached on the first day of some sale
        running = sum(s.usd_bn for s in same if s.from_ <= sale.from_ <= s.last_day)
        if running > min(stated):
            raise tree.error(
                ("treasuries", position),
                f"overlapping sales of {sale.holder} ({sale.sector}) come to {running:g} bn "
                f"USD, beyond its holdings of {min(stated):,g} bn.",
                valid=f"at most {min(stated):,g} bn in sales that overlap",
            )
    return scenario.model_copy(update={"treasuries": sales})


def treasuries_held(holder: str, sector: str, start: dt.date) -> float | None:
    """Most that a sector of a holder had at the end of the month before `start`, bn; None where
    nothing is on record. Only Japan's official share is known, as a range (models H.13)."""
    from triffin.world.base.own_tables_in_place import HOLDINGS, active
    from triffin.world.data.holdings import tic_holdings
    from triffin.world.registry.registry import parameter

    if active(HOLDINGS) is not None:
        return None
    tic = tic_holdings()
    month = f"{start.replace(day=1) - dt.timedelta(days=1):%Y-%m}"
    if holder not in tic.codes or month not in tic.months:
        return None
    total = float(tic.of(holder, month))
    if not total > 0:
        return None
    if holder == "JPN":
        share = parameter("japan_official_share")
        total *= share.high if sector == "official" else 1.0 - share.low
    return round(total, 1)


def _check_currencies(scenario: Scenario, tree: Tree) -> None:
    if not scenario.currency:
        return
    import pycountry

    codes = sorted(currency.alpha_3 for currency in pycountry.currencies)
    valid = "an ISO 4217 code such as JPY"
    for code in scenario.currency:
        with tree.at(("currency", code)):
            if code == "USD":
                problem = "a band is stated against the dollar, so the dollar has none."
                raise InputError(problem, value=code, valid=valid)
            one_of(code, codes, f"{code!r} is not a currency.", valid=valid)


def _check_changes(scenario: Scenario, tree: Tree) -> Scenario:
    """Parameters by their registry names; a room or module may stand before the name."""
    if not scenario.changes:
        return scenario
    from triffin.world.registry.registry import rooms

    names = {f"{room}.{name}": name for name, room in rooms().items()}
    names |= {name: name for name in rooms()}
    valid = "a name of the registry (triffin parameters lists them)"
    found = {}
    for word, change in scenario.changes.items():
        module, _, plain = word.partition(".")
        known = plain if word not in names and module in MODULES and plain in names else word
        with tree.at(("changes", word)):
            if known not in names:
                one_of(word, names, f"there is no parameter {word!r}.", valid=valid)
            name = names[known]
            if name in found:
                raise InputError(f"the parameter {name} is changed twice.", value=word)
        found[name] = change
    return scenario.model_copy(update={"changes": found})
