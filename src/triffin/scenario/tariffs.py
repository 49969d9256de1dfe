"""Tariff schedules: from a mapping, a named schedule, a CSV file, and `--set` settings.

A schedule holds two arrays of fractions, each (S sectors, N exporters, N importers): `statutory`,
what the law says, and `rates`, what is used. They differ where the share of imports on which a
rate bites (its coverage) is known and asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np

from triffin.scenario.tariff_selectors import (
    EVERYONE,
    RateLayer,
    RateSetting,
    Selectors,
    layer_of_settings,
)
from triffin.world.base.errors import InputError, Place, one_of
from triffin.world.base.notebook import facts_and_bars
from triffin.world.base.rates import format_rate, parse_rate
from triffin.world.loading import load_world
from triffin.world.model import World

__all__ = [
    "BASES",
    "TariffSchedule",
    "apply_sets",
    "baseline_schedule",
    "file_layer",
    "format_rate",
    "load_schedule",
    "named_layer",
    "overlay",
    "parse_rate",
    "parse_set",
    "tariff_schedule",
]

_NAMED_IN_A_NOTE = 12
BASES = ("auto", "paid", "statutory")


@dataclass(frozen=True, eq=False)
class TariffSchedule:
    """Tariffs of everyone on everyone.

    Parameters
    ----------
    rates : (S, N exporter, N importer) fractions, what is paid: statutory × coverage where that
        was applied. This is what the models use.
    statutory : (S, N exporter, N importer) fractions, what the law says.
    label : one line for people.
    basis : "paid" if coverage was applied to any rate, else "statutory".
    notes : what was left out, which basis holds for whom.
    source : where the rates come from.
    """

    rates: np.ndarray
    statutory: np.ndarray
    label: str
    basis: str = "statutory"
    notes: tuple[str, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        for name in ("rates", "statutory"):
            frozen = np.array(getattr(self, name), dtype=float)
            frozen.setflags(write=False)
            object.__setattr__(self, name, frozen)

    def __repr__(self) -> str:
        sectors, n = self.rates.shape[:2]
        lowest, highest = format_rate(self.rates.min()), format_rate(self.rates.max())
        return (
            f"<TariffSchedule {self.label}: {n} economies × {sectors}, {self.basis}, "
            f"{lowest} to {highest}>"
        )

    def _repr_html_(self) -> str:
        abroad = ~np.eye(self.rates.shape[1], dtype=bool)
        rates = self.rates[:, abroad]
        edges = (-np.inf, 0.0, 0.05, 0.1, 0.2, 0.3, 0.5, np.inf)
        names = ("none or less", "to 5 %", "to 10 %", "to 20 %", "to 30 %", "to 50 %", "above 50 %")
        counts = [int(((rates > a) & (rates <= b)).sum()) for a, b in pairwise(edges)]
        return facts_and_bars(
            self.label,
            {
                "economies": str(self.rates.shape[1]),
                "sectors": str(self.rates.shape[0]),
                "basis": self.basis,
                "rates": f"{format_rate(rates.min())} to {format_rate(rates.max())}",
                "source": self.source,
                "notes": "; ".join(self.notes),
            },
            "Flows between economies by the rate that is paid",
            {name: (n, f"{n:,}") for name, n in zip(names, counts, strict=True)},
        )


def baseline_schedule(world: World) -> TariffSchedule:
    """The world's own tariffs: what holds before anything changes."""
    source = str(world.provenance.get("source", "")) if world.tariff.any() else ""
    return TariffSchedule(world.tariff, world.tariff, label="baseline tariffs", source=source)


def tariff_schedule(
    world: World | str, tariffs: Mapping[str, Mapping[str, object]], *, label: str = "own tariffs"
) -> TariffSchedule:
    """Schedule from importer -> exporter -> rate, or -> {sector: rate}.

    `tariff_schedule(world, {"USA": {"*": 0.10, "CHN": "54%"}})`. Economies are ISO3 codes, English
    names, groups or `*`; the more specific setting wins whatever the order. What is not named
    keeps the world's baseline tariff (zero where the world has none).

    >>> schedule = tariff_schedule("world-2023", {"USA": {"*": 0.10, "CHN": "54%"}})
    >>> schedule
    <TariffSchedule own tariffs: 194 economies × 1, statutory, 0 % to 54 %>
    >>> world = load_world("world-2023")
    >>> float(schedule.rates[0, world.index("Japan"), world.index("USA")])
    0.1

    Raises
    ------
    InputError for unknown economies or sectors, rates that are none, a tariff on oneself.
    """
    if isinstance(world, str):
        world = load_world(world)
    if not isinstance(tariffs, Mapping):
        raise InputError(
            "tariffs must be a mapping of importers to exporters to rates.",
            value=type(tariffs).__name__,
            valid='for example {"USA": {"*": 0.10, "CHN": "54%"}}',
        )
    settings: list[RateSetting] = []
    for importer, partners in tariffs.items():
        if not isinstance(partners, Mapping):
            raise InputError(
                f"{partners!r} does not say on whom the tariff falls.",
                field=str(importer),
                value=partners,
                valid='a mapping of exporters to rates, for example {"*": "10%"}',
            )
        for exporter, value in partners.items():
            field = f"{importer}.{exporter}"
            by_sector = value if isinstance(value, Mapping) else {EVERYONE: value}
            settings += [
                RateSetting(
                    str(importer),
                    str(exporter),
                    parse_rate(rate, field=field),
                    sector=str(sector),
                    place=Place(field=field),
                )
                for sector, rate in by_sector.items()
            ]
    layer = layer_of_settings(world, settings, label=label)
    return overlay(baseline_schedule(world), [layer])


def load_schedule(world: World, name_or_path: str | Path, *, basis: str = "auto") -> TariffSchedule:
    """A named schedule, or a CSV file importer,exporter,rate[,sector] taken as it is.

    What the schedule does not name keeps the world's baseline tariff (zero where it has none).
    `basis`: "auto" uses the paid rate (statutory × coverage) for partners whose coverage is
    known; "statutory" never does; "paid" is refused where no coverage is known.

    Raises
    ------
    InputError for an unknown name, an unreadable file, or anything wrong in one of its lines.
    """
    text = str(name_or_path)
    path = Path(text)
    looks_like_file = path.suffix != "" and not path.suffix[1:].isdigit()
    if isinstance(name_or_path, Path) or looks_like_file or "/" in text or "\\" in text:
        layer = file_layer(world, path, basis=basis)
    else:
        layer = named_layer(world, text, basis=basis)
    return overlay(baseline_schedule(world), [layer])


def apply_sets(schedule: TariffSchedule, world: World, sets: Iterable[str]) -> TariffSchedule:
    """The schedule with `IMPORTER.EXPORTER[.SECTOR]=RATE` settings on top, later ones winning.

    `*` is allowed in each place: `*.*=10%` is everyone on everyone. A rate that is set by hand is
    taken as what is paid.

    Raises
    ------
    InputError for a setting that cannot be read, or names an unknown economy or sector.
    """
    if isinstance(sets, str):
        sets = [sets]
    selectors = Selectors(world)
    layers = []
    for text in sets:
        setting = parse_set(text, selectors)
        label = f"{setting.path} at {format_rate(setting.rate)}"
        layers.append(layer_of_settings(world, [setting], label=label, selectors=selectors))
    if not layers:
        return schedule
    return overlay(schedule, layers)


def parse_set(text: str, selectors: Selectors, *, field: str = "--set") -> RateSetting:
    """One `IMPORTER.EXPORTER[.SECTOR]=RATE` as a setting; InputError if it is none."""
    path, equals, rate = str(text).rpartition("=")
    if not equals:
        raise InputError(
            f"{text!r} has no equals sign.",
            field=field,
            value=text,
            valid="IMPORTER.EXPORTER[.SECTOR]=RATE, for example USA.JPN=24%",
        )
    value = parse_rate(rate, field=f"{field} {path.strip()}")
    place = Place(field=f"{field} {text}")
    try:
        importer, exporter, sector = selectors.split_path(path.strip())
    except InputError as error:
        raise error.at(place) from error
    return RateSetting(importer, exporter, value, sector, place)


def file_layer(world: World, path: Path, *, basis: str = "auto") -> RateLayer:
    """The rates that a tariff file names, as a layer. A file knows no coverage."""
    from triffin.scenario.tariff_file import read_tariff_file

    _check_basis(basis)
    if basis == "paid":
        raise Place(str(path), field="basis").error(
            "a tariff file states no coverage, so its rates are taken as they are.",
            value=basis,
            valid="auto or statutory",
        )
    selectors = Selectors(world)
    settings = read_tariff_file(path, selectors)
    layer = layer_of_settings(
        world, settings, label=path.name, source=f"file {path.name}", selectors=selectors
    )
    rates = [setting.rate for setting in settings]
    read = (
        f"{path.name}: rates from {format_rate(min(rates))} to {format_rate(max(rates))} "
        f"in {len(rates)} rows"
    )
    return replace(layer, notes=(read,))


def named_layer(world: World, name: str, *, basis: str = "auto") -> RateLayer:
    """The rates of a named schedule as a layer over its importer's partners.

    A tariff table that comes with the world is a layer over the flows whose rate it changes. A
    schedule of the law bites on goods, not on the services of a many-sector world. Partners that
    the world lacks are named in the notes with the rate that is lost.
    """
    from triffin.world.data.answers import day_of_answers
    from triffin.world.data.schedules import named_schedule

    _check_basis(basis)
    if name in world.schedules:
        return _table_layer(world, name, basis)
    if (day := _day_of_law(world, name)) is not None:
        return _law_layer(world, name, day, basis)
    if (day := day_of_answers(name)) is not None:
        return _answers_layer(world, day)
    try:
        data = named_schedule(name)
    except InputError as error:
        if not world.schedules:
            raise
        names = (*world.schedules, *(error.valid or ()))
        raise InputError(error.message, value=name, among=names) from error
    shape = (world.n_sectors, world.n_economies, world.n_economies)
    importer = world.index(data.importer)
    known = {code: position for position, code in enumerate(world.economies)}
    column = np.full(world.n_economies, data.default)
    named = np.ones(world.n_economies, dtype=bool)
    notes = list(data.notes)
    notes.append(f"partners that {data.name} does not list pay {format_rate(data.default)}")
    absent = []
    for code, rate in sorted(data.rates.items()):
        if code in known:
            column[known[code]] = rate
        else:
            absent.append(f"{code} ({format_rate(rate)})")
    if absent:
        notes.append(f"not in {world.name} and left out: {', '.join(absent)}")
    column[importer] = 0.0
    named[importer] = False
    coverage = np.ones(world.n_economies)
    covered = sorted(code for code in data.coverage if code in known and code != data.importer)
    if basis == "paid" and not covered:
        raise InputError(
            f"no coverage is known for {data.name}, so there is no paid rate.",
            field="basis",
            value=basis,
            valid="auto or statutory",
        )
    if basis != "statutory" and covered:
        for code in covered:
            coverage[known[code]] = data.coverage[code]
        shares = ", ".join(f"{code} {100 * data.coverage[code]:.3g} %" for code in covered)
        notes.append(
            f"paid rate (statutory rate × share of imports it bites on) used for {shares}; "
            "statutory rate for the others"
        )
    elif covered:
        notes.append("statutory rates used for everyone, although coverage is known for some")
    else:
        notes.append(f"statutory rates used for everyone: {data.name} states no coverage")
    goods = list(world.goods)
    if len(goods) < world.n_sectors:
        notes.append(f"the rates bite on the {len(goods)} goods sectors of {world.name}")
    if world.tariff.any():
        notes.append(f"the rates of {data.name} replace the baseline tariffs of {world.name}")
    statutory = np.zeros(shape)
    paid = np.zeros(shape)
    mask = np.zeros(shape, dtype=bool)
    statutory[goods, :, importer] = column
    paid[goods, :, importer] = column * coverage
    mask[goods, :, importer] = named
    return RateLayer(
        paid, statutory, mask, label=data.title, notes=tuple(notes), source=data.source
    )


def _day_of_law(world: World, name: str) -> date | None:
    """The day of the law that a name means here; on one sector shipped names stay as they are."""
    from triffin.world.data.schedules import ships_by_partner
    from triffin.world.data.us_law.law import day_of, listed_day_of

    if world.n_sectors > 1:
        return day_of(name)
    return None if ships_by_partner(name) else listed_day_of(name)


def _answers_layer(world: World, day: date) -> RateLayer:
    """What Canada and China add on goods of the United States on a day, over the base."""
    from triffin.world.data.answers import SOURCE, added_on_world

    added = added_on_world(world, day)
    home = world.index("USA")
    mask = np.zeros((world.n_sectors, world.n_economies, world.n_economies), dtype=bool)
    mask[:, home] = added > 0
    rates = np.array(world.tariff)
    rates[:, home] += added
    notes = ("answers of Canada and China as enacted; no list of Canada's duty on cars is at hand",)
    label = f"answers of Canada and China on {day}"
    return RateLayer(rates, rates, mask, label=label, notes=notes, source=SOURCE)


def _law_layer(world: World, name: str, day: date, basis: str) -> RateLayer:
    """US law on a day: the base plus the increase, on goods, by partner and sector."""
    from triffin.world.data.us_law import law, on_world

    importer, goods = world.index("USA"), list(world.goods)
    labels = [world.sectors[k] for k in goods]
    found = on_world.law_on_world(day, world.economies, labels)
    base = world.tariff[goods, :, importer]
    notes = ["the increase by law comes on top of the base tariffs; USMCA use of December 2025"]
    if base.any() and world.year < on_world.BEFORE_SECTION_301:
        base = found.duty_2024
        notes.append(f"base: duty collected in 2024, not the tariffs of {world.year}")
    if found.pooled:
        few = len(found.pooled) <= _NAMED_IN_A_NOTE
        who = ", ".join(found.pooled) if few else f"{len(found.pooled)} small partners"
        notes.append(
            f"no import figures by list for {who}: the law's rates on the product mix of others"
        )
    if world.n_sectors > 1:
        notes.append("goods of chapters 98 and 99 are in no sector and left out")
    if day >= law.RULING and day < law.BORDER_AFTER_RULING:
        notes.append("ruled unlawful on 20 February 2026, collected until the 23rd")
    shape = (world.n_sectors, world.n_economies, world.n_economies)
    paid, statutory = np.zeros(shape), np.zeros(shape)
    mask = np.zeros(shape, dtype=bool)
    statutory[goods, :, importer] = base + found.statutory
    paid[goods, :, importer] = base + found.effective
    mask[goods, :, importer] = np.arange(world.n_economies) != importer
    used = statutory if basis == "statutory" else paid
    label = f"US law on {day}"
    return RateLayer(used, statutory, mask, label=label, notes=tuple(notes), source=law.SOURCE)


def _table_layer(world: World, name: str, basis: str) -> RateLayer:
    """A tariff table of the world, as a layer over the cells in which it differs from today's."""
    if basis == "paid":
        raise InputError(
            f"no coverage is known for {name}, so there is no paid rate.",
            field="basis",
            value=basis,
            valid="auto or statutory",
        )
    table = world.schedules[name]
    return RateLayer(
        table,
        table,
        table != world.tariff,
        label=f"{name} ({world.name})",
        source=str(world.provenance.get("source", "")),
    )


def overlay(
    base: TariffSchedule, layers: Iterable[RateLayer], *, label: str | None = None
) -> TariffSchedule:
    """The schedule that results from laying `layers` over `base`, later ones on top.

    Label, notes and source name those layers that are still visible in some cell, after the base
    (the world's baseline tariffs go without saying).
    """
    layers = list(layers)
    rates, statutory = base.rates.copy(), base.statutory.copy()
    writer = np.full(rates.shape, -1, dtype=np.int64)
    for number, layer in enumerate(layers):
        rates[layer.named] = layer.paid[layer.named]
        statutory[layer.named] = layer.statutory[layer.named]
        writer[layer.named] = number
    visible = [layers[number] for number in np.unique(writer) if number >= 0]
    labels = [layer.label for layer in visible]
    if base.label != "baseline tariffs" or not visible:
        labels.insert(0, base.label)
    return TariffSchedule(
        rates,
        statutory,
        label=label if label is not None else "; ".join(dict.fromkeys(labels)),
        basis="paid" if (rates != statutory).any() else "statutory",
        notes=_unique(base.notes, *(layer.notes for layer in visible)),
        source="; ".join(_unique((base.source,), *((layer.source,) for layer in visible))),
    )


def _unique(*groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for group in groups for text in group if text))


def _check_basis(basis: str) -> None:
    one_of(basis, BASES, f"{basis!r} is not a basis of rates.", field="basis")
