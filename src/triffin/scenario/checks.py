"""Checks of a scenario against the world, the schedules, the parameters and its own dates.

What a check finds wrong at a path of the scenario, its tree turns into file and line; all of it is
told at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triffin.scenario.defaults import with_players
from triffin.scenario.overrides import ORIGIN
from triffin.scenario.phases import entry_layers
from triffin.scenario.sections import Withholding
from triffin.scenario.tariff_selectors import EVERYONE, RateSetting, Selectors, refuse_own_tariff
from triffin.world.base.errors import InputError, Problems, one_of
from triffin.world.base.yaml_files import Tree, TreePath
from triffin.world.data.partners import blocs
from triffin.world.groups import group_members, group_names
from triffin.world.model import World
from triffin.world.narrow_goods import named_good

if TYPE_CHECKING:
    from triffin.scenario.schema import Scenario
    from triffin.scenario.sections import Change, TariffEntry

# modules of a run, as words before a parameter's name
MODULES = ("treasuries", "currency", "dollar", "negotiation", "credibility", "alignment")


def check_scenario(
    scenario: Scenario,
    world: World,
    tree: Tree,
    problems: Problems,
    wrong: frozenset[str] = frozenset(),
) -> Scenario:
    """The scenario with economies as ISO3 codes and parameters by their registry names.

    `tree` knows where everything was written; what does not fit goes to `problems`. `wrong` : keys
    with stand-ins for what was written, against which nothing is held. A date outside the span is
    refused where both stand in one file; where `--set` or an extending file changed the span, it
    only means that the span was cut.
    """
    if "world" in wrong:
        return scenario
    check = _Check(world, tree, problems)
    if not wrong & {"start", "days", "information"}:
        _check_dates(check, scenario)
    for position, entry in enumerate(scenario.tariffs or ()):
        _check_entry(check, scenario, position, entry)
    for one in (
        _check_players,
        _check_demands,
        _check_sales,
        _check_talks,
        _check_withhold,
        _check_instruments,
    ):
        with problems.collected():
            scenario = one(check, scenario)
    _check_currencies(check, scenario)
    return _check_changes(check, scenario)


@dataclass(frozen=True)
class _Check:
    """What every check needs; the errors of a block `at` a path are kept."""

    world: World
    tree: Tree
    problems: Problems

    @contextmanager
    def at(self, path: TreePath) -> Iterator[None]:
        with self.problems.collected(), self.tree.at(path):
            yield

    def wrong(self, path: TreePath, message: str, **more: Any) -> None:
        self.problems.add(self.tree.error(path, message, **more))

    def economy(self, word: str, path: TreePath) -> str | None:
        """The code of an economy; None, and a problem, where the world has none."""
        with self.at(path):
            return self.world.economies[self.world.index(word)]
        return None


def _check_players(check: _Check, scenario: Scenario) -> Scenario:
    words = {role: getattr(scenario, role) for role in ("hegemon", "rival", "focus")}
    found = {role: check.economy(word, (role,)) for role, word in words.items() if word}
    for role in ("focus", "rival"):
        if found.get(role) is not None and found[role] == found.get("hegemon"):
            check.wrong(
                (role,),
                f"{found[role]} is already the hegemon.",
                value=getattr(scenario, role),
                valid="another economy",
            )
    known = {role: code for role, code in found.items() if code is not None}
    if len(known) < len(found):
        return scenario
    scenario = _updated(scenario, known)
    # Tariffs that cannot be read say nothing about who plays.
    if any(problem.field and "tariffs" in problem.field for problem in check.problems.found):
        return scenario
    with check.at(()):
        return with_players(scenario, check.world)
    return scenario


def _updated(scenario: Scenario, changes: Mapping[str, object]) -> Scenario:
    return scenario.model_copy(update=dict(changes))


def _check_dates(check: _Check, scenario: Scenario) -> None:
    tree = check.tree
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
            check.wrong(
                path,
                f"{what} is outside the scenario, which runs from {start} to {end}.",
                valid=valid,
            )


def _file(tree: Tree, path: TreePath) -> str | None:
    place = tree.place(path)
    return place.file if place is not None else None


def _check_entry(check: _Check, scenario: Scenario, position: int, entry: TariffEntry) -> None:
    world, tree = check.world, check.tree
    path: TreePath = ("tariffs", position)
    before = len(check.problems.found)
    selectors = Selectors(world)
    for key, rate in (entry.set or {}).items():
        with check.at((*path, "set", key)):
            importer, exporter, sector = selectors.split_path(key)
            cells = selectors.cells(RateSetting(importer, exporter, rate, sector))
            if cells.own:
                refuse_own_tariff(RateSetting(importer, exporter, rate, sector))
    if entry.schedule is not None:
        with check.at((*path, "schedule")):
            _check_schedule(scenario, entry.schedule)
    if len(check.problems.found) > before:
        return
    try:
        entry_layers(entry, scenario.entry_folder(position), world)
    except InputError as error:
        # A fault inside a tariff file already names that file and its line; one of the whole
        # file (missing, empty) is a fault of the line that names it.
        if entry.file is not None and error.line is None:
            message = f"{entry.file}: {error.message}"
            error = InputError(message, value=entry.file, valid=error.valid)
        at = "file" if entry.file is not None else "schedule" if entry.schedule else "set"
        at = "basis" if error.field == "basis" else at
        check.problems.add(error.at(tree.here((*path, at))))


def _check_schedule(scenario: Scenario, name: str) -> None:
    from triffin.world.data.schedules import named_schedule

    schedule = named_schedule(name)
    known = scenario.information.isoformat() if scenario.information is not None else None
    if known is not None and schedule.date > known:
        raise InputError(
            f"the schedule {name!r} is of {schedule.date}, later than the date of information "
            f"{known}.",
            value=name,
            valid=f"a schedule known on {known}, or a later information: date",
        )


def _check_demands(check: _Check, scenario: Scenario) -> Scenario:
    if scenario.demands is None:
        return scenario
    found = {}
    for word, demand in scenario.demands.items():
        path: TreePath = ("demands", word)
        code = word if word == EVERYONE else check.economy(word, path)
        if code is None:
            continue
        problem = None
        if code == scenario.hegemon:
            problem = f"{code} is the hegemon and demands nothing of itself."
        elif code in found:
            problem = f"the demands on {code} stand twice."
        if problem is not None:
            check.wrong(path, problem, value=word, valid="each partner once")
        found[code] = demand
    return _updated(scenario, {"demands": found})


def _check_talks(check: _Check, scenario: Scenario) -> Scenario:
    """Who signs first and who retaliates, as codes of partners."""
    talks = scenario.talks
    if talks is None:
        return scenario

    def partner(word: str, path: TreePath) -> str:
        code = check.economy(word, path)
        if code == scenario.hegemon:
            check.wrong(path, f"{code} is the hegemon.", value=code, valid="one of its partners")
        return word if code is None else code

    first = talks.first and partner(talks.first, ("talks", "first"))
    answers = talks.retaliates and [
        partner(word, ("talks", "retaliates", k)) for k, word in enumerate(talks.retaliates)
    ]
    changed = talks.model_copy(update={"first": first, "retaliates": answers})
    return _updated(scenario, {"talks": changed})


def _check_instruments(check: _Check, scenario: Scenario) -> Scenario:
    """Instruments as entries of withhold:, whose importer buys less; what is left is melted."""
    if not scenario.instruments:
        return scenario
    found = [
        Withholding(
            by=(one.importer,),
            from_whom=(one.exporter,),
            sectors=(one.sector,),
            buys=True,
            reduction=1.0 if one.reduction is None else one.reduction,
            rents="none" if one.reduction is None else "burned",
            note=one.note,
            from_=one.from_,  # type: ignore[call-arg]
        )
        for one in scenario.instruments
    ]
    with_rows = _withheld(check, scenario, found, "instruments")
    note = "instruments: is read as withhold:, what is left of a flow with its rent burned."
    with_rows._notes = (*with_rows.notes, note)
    return with_rows


def _check_withhold(check: _Check, scenario: Scenario) -> Scenario:
    """Economies as ISO3 codes, sectors and goods by their names."""
    rows = scenario.withhold or []
    return _withheld(check, scenario, list(rows), "withhold") if rows else scenario


def _withheld(check: _Check, scenario: Scenario, rows: list[Withholding], section: str) -> Scenario:
    """The scenario with these rows, checked, behind what `withhold` has already."""
    found = []
    keys = {"by": "importer", "from_whom": "exporter", "sectors": "sector"}
    for position, one in enumerate(rows):
        path: TreePath = (section, position)

        def at(key: str, path: TreePath = path) -> TreePath:
            return (*path, keys[key] if section == "instruments" else key)

        sides = {
            side: _members(check, getattr(one, side), at(side)) for side in ("by", "from_whom")
        }
        both = sorted(set(sides["by"]) & set(sides["from_whom"]))
        if both:
            check.wrong(
                at("from_whom"),
                f"{both[0]} would withhold trade from itself.",
                value=both[0],
                valid="another economy",
            )
        sectors = one.sectors
        if sectors is not None:
            with check.at(at("sectors")):
                sectors = _sectors(check.world, sectors)
        for good in one.goods or ():
            with check.at((*path, "goods")):
                named_good(good)
        found.append(one.model_copy(update={**sides, "sectors": sectors}))
    before = [] if section == "withhold" else list(scenario.withhold or ())
    return _updated(scenario, {"withhold": [*before, *found], "instruments": None})


def _members(check: _Check, names: tuple[str, ...], path: TreePath) -> tuple[str, ...]:
    """Codes of economies, groups of the world and blocs."""
    world = check.world
    found: list[str] = []
    for name in names:
        if name in group_names(world) or name.startswith("non-"):
            with check.at(path):
                found += group_members(world, name)
        elif name in blocs():
            found += [code for code in world.economies if code in blocs()[name].members]
        else:
            found += [code for code in (check.economy(name, path),) if code is not None]
    return tuple(dict.fromkeys(found))


def _sectors(world: World, names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of sectors; goods, services and all stand for many."""
    goods = set(world.goods)
    many = {
        "all": range(world.n_sectors),
        "goods": sorted(goods),
        "services": [k for k in range(world.n_sectors) if k not in goods],
    }
    found: list[int] = []
    for name in names:
        exact = [k for k, label in enumerate(world.sectors) if label.casefold() == name.casefold()]
        found += exact or many.get(name.casefold()) or Selectors(world).sectors(name)
    return tuple(world.sectors[k] for k in dict.fromkeys(found))


def _check_sales(check: _Check, scenario: Scenario) -> Scenario:
    """Holders are economies; overlapping sales stay within the holdings that the file states, or
    those on record at the end of the month before the scenario (TIC).

    Foreign bonds are not all Treasuries and are compared with stated holdings alone.
    """
    if scenario.treasuries is None:
        return scenario
    codes = [
        check.economy(sale.holder, ("treasuries", n, "holder"))
        for n, sale in enumerate(scenario.treasuries)
    ]
    sales = [
        sale.model_copy(update={"holder": code or sale.holder})
        for sale, code in zip(scenario.treasuries, codes, strict=True)
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
            check.wrong(
                ("treasuries", position),
                f"overlapping sales of {sale.holder} ({sale.sector}) come to {running:g} bn "
                f"USD, beyond its holdings of {min(stated):,g} bn.",
                valid=f"at most {min(stated):,g} bn in sales that overlap",
            )
    return _updated(scenario, {"treasuries": sales})


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


def _check_currencies(check: _Check, scenario: Scenario) -> None:
    if not scenario.currency:
        return
    import pycountry

    codes = sorted(currency.alpha_3 for currency in pycountry.currencies)
    valid = "an ISO 4217 code such as JPY"
    for code in scenario.currency:
        with check.at(("currency", code)):
            if code == "USD":
                problem = "a band is stated against the dollar, so the dollar has none."
                raise InputError(problem, value=code, valid=valid)
            one_of(code, codes, f"{code!r} is not a currency.", valid=valid)


def _check_changes(check: _Check, scenario: Scenario) -> Scenario:
    """Parameters by their registry names, within their domains; a room or module may stand before
    the name."""
    if not scenario.changes:
        return scenario
    from triffin.world.registry.registry import rooms, shipped_parameter

    names = {f"{room}.{name}": name for name, room in rooms().items()}
    names |= {name: name for name in rooms()}
    valid = "a name of the registry (triffin parameters lists them)"
    found: dict[str, Change] = {}
    for word, change in scenario.changes.items():
        module, _, plain = word.partition(".")
        known = plain if word not in names and module in MODULES and plain in names else word
        with check.at(("changes", word)):
            if known not in names:
                one_of(word, names, f"there is no parameter {word!r}.", valid=valid)
            name = names[known]
            if name in found:
                raise InputError(f"the parameter {name} is changed twice.", value=word)
            found[name] = change
            shipped_parameter(name).refuse_beyond(change.value, change.distribution)
    return _updated(scenario, {"changes": found})
