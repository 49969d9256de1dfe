"""No key of a scenario is read by nothing: each changes an answer, is refused, or is a label."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

import triffin
from triffin.questions.talks.align import alignment
from triffin.questions.talks.negotiate import negotiation
from triffin.scenario import load_scenario
from triffin.scenario.schema import Scenario
from triffin.world.base.errors import InputError

EXAMPLES = Path(__file__).parents[2] / "src/triffin/world/examples"
DRAWS = 8

# A confrontation of three economies in which everything is asked.
BASE = """
scenario: every-key
title: Everything is asked
world: {world}
start: 2025-04-02
days: 60
information: 2025-04-18
hegemon: USA
rival: CHN
focus: JPN
tariffs:
  - {{from: 2025-04-02, set: {{USA.*: 10%}}}}
  - {{from: 2025-05-01, set: {{USA.*: 30%}}}}
deadlines: [2025-05-01]
demands:
  JPN: {{security: {{usd_bn_per_year: [0.1, 0.2]}}, investment: {{usd_bn: [1, 2]}}}}
treasuries:
  - {{holder: JPN, sector: private, sell_treasuries_usd_bn: 50, from: 2025-04-02, days: 10}}
currency:
  JPY: {{band: [140, 151], defend: true, drift_pct_per_week: 2}}
wall: {{month: 2025-06, not_rolled_share: 0.1}}
"""

# Goods can be restricted where a world tells them apart.
MANY = """
scenario: every-key-of-goods
world: {world}
start: 2025-04-02
days: 60
hegemon: USA
focus: JPN
tariffs:
  - {{from: 2025-04-02, until: 2025-05-01, set: {{USA.*: 10%}}}}
"""

LABELS = {
    "scenario", "title", "description", "sources", "tariffs.note", "treasuries.note",
    "treasuries.source", "instruments.note", "withhold.note", "changes.source",
}  # fmt: skip
"""Keys that name, cite or describe; they enter the manifest and the hash, and no answer."""

_JOINT = "currency.JPY.coordinated={{usd_bn: {}, from: 2025-04-{}, days: {}, signal_pct: {}}}"
_DUTY = "demands.JPN.cars={{sector_tariff: {}, offer: {}, access: {{usd_bn_per_year: [1, {}]}}}}"


def _drawn(name: str, **distribution: object) -> str:
    numbers = ", ".join(f"{key}: {value}" for key, value in distribution.items())
    return f"changes.{name}={{{numbers}, source: own}}"


def _two(name: str, first: dict[str, object], **changed: object) -> tuple[str, str]:
    return _drawn(name, **first), _drawn(name, **first | changed)


def _control(**changed: object) -> str:
    usual = {"type": "quota", "importer": "USA", "exporter": "JPN", "sector": "Manufactures"}
    given = usual | {"reduction": 0.5, "from": "2025-04-05"} | changed
    return "instruments=[{" + ", ".join(f"{key}: {value}" for key, value in given.items()) + "}]"


def _held(**changed: object) -> str:
    usual = {"by": "JPN", "from_whom": "USA", "sectors": "Manufactures", "reduction": 0.5}
    given = usual | {"from": "2025-04-05"} | changed
    return "withhold=[{" + ", ".join(f"{key}: {value}" for key, value in given.items()) + "}]"


_FOUR = {"dist": "lognormal", "median": 4, "low": 2, "high": 8}
_LEAN = {"dist": "triangular", "low": 2, "mode": 4, "high": 8}
_FALL = {"dist": "normal", "mean": 0.04, "sd": 0.05}
_HOLD = {"dist": "beta", "a": 6, "b": 4}

# Key -> two settings of it that must not give the same answers; one alone stands against BASE.
CHANGES: dict[str, tuple[str, ...]] = {
    "backstop.federal_reserve": ("backstop.federal_reserve=false",),
    "currency.band": ("currency.JPY.band=[140,160]",),
    "currency.defend": ("currency.JPY.defend=false",),
    "currency.funding": ("currency.JPY.funding=[treasuries]",),
    "currency.drift_pct_per_week": ("currency.JPY.drift_pct_per_week=0",),
    "currency.coordinated.usd_bn": (_JOINT.format(50, 10, 10, 1), _JOINT.format(60, 10, 10, 1)),
    "currency.coordinated.from": (_JOINT.format(50, 10, 10, 1), _JOINT.format(50, 20, 10, 1)),
    "currency.coordinated.days": (_JOINT.format(50, 10, 10, 1), _JOINT.format(50, 10, 20, 1)),
    "currency.coordinated.signal_pct": (_JOINT.format(50, 10, 10, 1), _JOINT.format(50, 10, 10, 3)),
    "days": ("days=61",),
    "deadlines": ("deadlines=[2025-05-10]",),
    "demands.cars.sector_tariff": (_DUTY.format("27.5%", "15%", 5), _DUTY.format("20%", "15%", 5)),
    "demands.cars.offer": (_DUTY.format("27.5%", "15%", 5), _DUTY.format("27.5%", "10%", 5)),
    "demands.cars.access.usd_bn_per_year": (
        _DUTY.format("27.5%", "15%", 5),
        _DUTY.format("27.5%", "15%", 9),
    ),
    "demands.deficit.target": ("demands.JPN.deficit.target=0",),
    "demands.investment.usd_bn": ("demands.JPN.investment.usd_bn=[3,9]",),
    "demands.open_clause": ("demands.JPN.open_clause=true",),
    "demands.security.usd_bn_per_year": ("demands.JPN.security.usd_bn_per_year=[2,4]",),
    "dollar.alternative": ("dollar.alternative=true",),
    "dollar.shock_pct": ("dollar.shock_pct=10",),
    "feedbacks": ("feedbacks.tariffs-to-exchange-rate=false",),
    "focus_rates": ("focus_rates=[12%]",),
    "information": ("information=2025-04-03",),
    "modules": ("modules.alignment=false",),
    "rival": ("rival=JPN",),
    "start": ("start=2025-04-03",),
    "talks.decision": ("talks.decision=punish",),
    "talks.first": ("talks.first=CHN",),
    "talks.instrument": ("talks.instrument=undated",),
    "talks.retaliates": ("talks={decision: punish}", "talks={decision: punish, retaliates: [JPN]}"),
    "tariffs.days": ("tariffs.1.days=3",),
    "tariffs.until": ("tariffs.1.until=2025-05-03",),
    "tariffs.from": ("tariffs.1.from=2025-05-02",),
    "tariffs.set": ("tariffs.1.set.USA.*=31%",),
    "treasuries.days": ("treasuries.0.days=20",),
    "treasuries.from": ("treasuries.0.from=2025-04-20",),
    "treasuries.holder": ("treasuries.0.holder=CHN",),
    "treasuries.sector": ("treasuries.0.sector=official",),
    "treasuries.sell_treasuries_usd_bn": ("treasuries.0.sell_treasuries_usd_bn=60",),
    "wall.maturing_usd_trn": ("wall.maturing_usd_trn=6.5",),
    "wall.not_rolled_share": ("wall.not_rolled_share=0.2",),
    "changes.value": ("changes.trade_elasticity=6",),
    "changes.dist": tuple(
        _drawn("trade_elasticity", dist=kind, low=2, high=8, **more)
        for kind, more in (("uniform", {}), ("triangular", {"mode": 4}))
    ),
    "changes.median": _two("trade_elasticity", _FOUR, median=5),
    "changes.low": _two("trade_elasticity", _FOUR, low=3),
    "changes.high": _two("trade_elasticity", _FOUR, high=9),
    "changes.mode": _two("trade_elasticity", _LEAN, mode=5),
    "changes.mean": _two("kappa_supply", _FALL, mean=0.2),
    "changes.sd": _two("kappa_supply", _FALL, sd=0.2),
    "changes.a": _two("permanent_share", _HOLD, a=9),
    "changes.b": _two("permanent_share", _HOLD, b=9),
}
OF_GOODS = {
    "instruments.type": (_control(), _control(type="ban", reduction="null")),
    "instruments.importer": (_control(), _control(importer="CHN")),
    "instruments.exporter": (_control(), _control(exporter="CHN")),
    "instruments.sector": (_control(), _control(sector="Food")),
    "instruments.reduction": (_control(), _control(reduction=0.6)),
    "instruments.from": (_control(), _control(**{"from": "2025-05-10"})),
    "withhold.by": (_held(), _held(by="CHN")),
    "withhold.from_whom": (_held(), _held(from_whom="CHN")),
    "withhold.sectors": (_held(), _held(sectors="Food")),
    "withhold.buys": (_held(), _held(buys="true")),
    "withhold.both_ways": (_held(), _held(both_ways="true")),
    "withhold.reduction": (_held(), _held(reduction="ban")),
    "withhold.rents": (_held(rents="importer"), _held(rents="exporter")),
    "withhold.from": (_held(), _held(**{"from": "2025-05-10"})),
    "withhold.until": (
        _held(stocks=0.2, until="2025-05-20"),
        _held(stocks=0.2, until="2025-04-06"),
    ),
    "withhold.stocks": (_held(), _held(stocks="2 months")),
    "withhold.horizon": (_held(), _held(horizon="1 year")),
}
"""The same in a world of many sectors."""
REFUSED = {
    "hegemon": ("hegemon=CHN", "already the hegemon"),
    "focus": ("focus=USA", "hegemon"),
    "world": ("world=nowhere", "nowhere"),
    "treasuries.holdings_usd_bn": ("treasuries.0.holdings_usd_bn=10", "beyond its holdings"),
    "treasuries.sell_foreign_bonds_usd_bn": (
        "treasuries.0.sell_foreign_bonds_usd_bn=9",
        "needs one amount",
    ),
    "wall.month": ("wall.month=2025-05", "no maturity schedule"),
    "withhold.goods": (
        "withhold=[{by: JPN, from_whom: USA, goods: magnets, from: 2025-04-05}]",
        "Motor Vehicles",
    ),
    "tariffs.file": ("tariffs.1.file=rates.csv", "no such file"),
    "tariffs.basis": ("tariffs.1.basis=paid", "needs a schedule"),
    "tariffs.schedule": ("tariffs.1.schedule=us-1930", "us-1930"),
}
"""Key -> a setting that this confrontation cannot have, and a word of the reason."""


def keys(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Every key of a file, with those of its sections behind a dot."""
    for name, field in model.model_fields.items():
        path = f"{above}{field.alias or name}"
        below = list(_sections(field.annotation))
        if not below:
            yield path
        for section in below:
            yield from keys(section, f"{path}.")


def _sections(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in get_args(kind):
        yield from _sections(part)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _with_world(tmp_path_factory.mktemp("every-key"), "world", BASE)


@pytest.fixture(scope="module")
def of_goods(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _with_world(tmp_path_factory.mktemp("of-goods"), "world-sectors", MANY)


def _with_world(folder: Path, example: str, text: str) -> Path:
    """A scenario in an example world whose economies play hegemon, focus and rival."""
    world = folder / "world"
    shutil.copytree(EXAMPLES / example, world)
    for table in world.glob("*.csv"):
        rows = table.read_text()
        for ours, theirs in (("ALP", "USA"), ("BET", "JPN"), ("GAM", "CHN")):
            rows = rows.replace(ours, theirs)
        table.write_text(rows)
    file = folder / "every-key.yaml"
    file.write_text(text.format(world=world))
    return file


def answers(scenario: Path, *settings: str) -> list[tuple[object, ...]]:
    found = triffin.run(scenario, draws=DRAWS, overrides=settings)
    return [tuple(e[k] for k in ("id", "median", "low", "high", "answer")) for e in found.headline]


def talks(scenario: Path, *settings: str) -> list[object]:
    """What the board and `align` say: demands explain terms, trade moves to the rival."""
    plan = load_scenario(scenario, settings)
    board, aligned = negotiation(plan), alignment(plan, 8)
    return [board["partners"], aligned["self_isolation"]]


@pytest.fixture(scope="module")
def usual(scenario: Path) -> list[tuple[object, ...]]:
    return answers(scenario)


def test_every_key_of_the_schema_is_walked_once() -> None:
    walked = [*LABELS, *CHANGES, *OF_GOODS, *REFUSED]
    assert sorted(walked) == sorted(set(keys(Scenario)))


@pytest.mark.parametrize("key", CHANGES)
def test_a_key_changes_an_answer(key: str, scenario: Path, usual: list[tuple[object, ...]]) -> None:
    *first, last = CHANGES[key]
    if key.startswith("demands.") or key == "rival":
        assert talks(scenario, last) != talks(scenario, *first)
        return
    before = answers(scenario, *first) if first else usual
    assert answers(scenario, last) != before


@pytest.mark.parametrize("key", OF_GOODS)
def test_a_key_about_goods_changes_an_answer(key: str, of_goods: Path) -> None:
    first, second = OF_GOODS[key]
    assert answers(of_goods, first) != answers(of_goods, second)


@pytest.mark.parametrize("key", REFUSED)
def test_a_key_is_refused_where_it_cannot_be(key: str, scenario: Path) -> None:
    setting, reason = REFUSED[key]
    with pytest.raises(InputError, match=reason):
        triffin.run(scenario, draws=DRAWS, overrides=[setting])
