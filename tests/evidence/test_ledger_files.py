"""A ledger of one's own: what it may say, and how mistakes are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from triffin.evidence.claims.ledger import judge, load_ledger
from triffin.evidence.claims.schema import parse_ledger
from triffin.world.base.errors import InputError

CLAIM = """\
ledger: mine
title: Mine
claims:
  - id: A1
    quote: Japan holds over a trillion
    kind: fact
    decides: How much does Japan hold?
    checks:
      - what: Treasuries of Japan
        dataset: tic-holdings
        holder: JPN
        at: 2025-03
        at_least: 1000
"""


def verdict(text: str) -> str:
    book = parse_ledger(text, "mine.yaml")
    return judge(book, book.claims[0]).verdict


def test_a_ledger_from_a_file_is_judged(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(CLAIM, encoding="utf-8")
    book = load_ledger(str(file))
    assert judge(book, book.claim("a1")).verdict == "true"
    assert book.scenario is None


def test_a_figure_outside_the_tolerance_and_inside_the_loose_one_is_misleading() -> None:
    near = CLAIM.replace(
        "at_least: 1000", "claimed: 1200\n        within: 2%\n        loosely: 10%"
    )
    assert verdict(near) == "misleading"
    assert verdict(near.replace("1200", "1130")) == "true"
    assert verdict(near.replace("1200", "2200")) == "false"


def test_what_is_said_for_something_that_fails_is_misleading() -> None:
    use = "      - {what: its rank, role: use, dataset: tic-holdings, holder: GBR, at: 2025-03, "
    assert verdict(CLAIM + use + "take: rank, at_most: 1}\n") == "misleading"
    assert verdict(CLAIM + use + "take: rank, at_most: 9}\n") == "true"


def test_a_prediction_that_comes_true_in_part_depends_and_a_fact_misleads() -> None:
    part = (
        "      - {what: China, dataset: tic-holdings, holder: CHN, at: 2025-03, at_least: 1000}\n"
    )
    assert verdict(CLAIM + part) == "misleading"
    assert verdict((CLAIM + part).replace("kind: fact", "kind: prediction")) == "depends on"


def test_a_bound_can_be_that_of_a_parameter() -> None:
    bound = CLAIM.replace("at_least: 1000", "at_least: parameter japan_reserve_securities_bn low")
    assert verdict(bound) == "true"
    with pytest.raises(InputError, match="japan_reserv_securities_bn"):
        verdict(bound.replace("reserve_", "reserv_"))


def test_own_rates_can_be_run() -> None:
    text = CLAIM.split("    checks:")[0].replace("fact", "prediction") + (
        "    checks:\n"
        "      - what: welfare of Japan\n"
        "        run: trade\n"
        "        world: world-2023\n"
        "        rates: {USA: {JPN: 24%}}\n"
        "        economy: JPN\n"
        "        result: welfare\n"
        "        at_most: 0\n"
    )
    assert verdict(text) == "true"


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "nearest"),
    [
        ("holder: JPN", "holdr: JPN", 11, "no key 'holdr'", "holder"),
        ("tic-holdings", "tic-holding", 10, "no dataset 'tic-holding'", "tic-holdings"),
        ("    kind: fact", "    kind: fakt", 6, "'fakt' is not known", "fact"),
        ("    quote:", "    qoute:", 5, "unknown key 'qoute'", "quote"),
        ("claims:", "claim:", 3, "unknown key 'claim'", "claims"),
        ("at_least: 1000", "at_least: many", None, None, None),
        (
            "        at_least: 1000",
            "        take: ranks\n        at_least: 1",
            13,
            "'ranks'",
            "rank",
        ),
        ("    kind: fact", "    kind: fact\n    verdict: false", 7, "never written", None),
        ("holder: JPN", "holder: JPX", 10, "no holder 'JPX'", "JPN"),
        ("at: 2025-03", "at: 2031-03", 10, "no holdings of 2031-03", None),
        ("        at_least: 1000\n", "", 9, "exactly one thing", None),
        ("dataset: tic-holdings", "run: cell", 10, "no run 'cell'", "sell"),
        ("        at_least: 1000", "        claimed: 1000", 9, "claimed needs within", None),
    ],
)
def test_mistakes_are_refused_with_the_line_and_the_nearest_name(
    old: str, new: str, line: int | None, message: str | None, nearest: str | None
) -> None:
    text = CLAIM.replace(old, new, 1)
    assert text != CLAIM
    if message is None:  # a text where a number is needed leaves the question open
        assert verdict(text) == "unresolved"
        return
    with pytest.raises(InputError) as refused:
        verdict(text)
    error = refused.value
    assert message in str(error)
    assert (error.file, error.line) == ("mine.yaml", line)
    if nearest is not None:
        assert error.nearest == nearest


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("- a\n", "not a ledger"),
        ("ledger: mine\ntitle: Mine\n", "the key 'claims' is missing"),
        (CLAIM.replace("Japan holds over a trillion", "long " * 40), "characters"),
        (CLAIM + "    not_testable: a norm\n", "only a purely normative claim"),
        (CLAIM + CLAIM.split("claims:\n")[1], "stands twice"),
        (CLAIM.replace("        at_least", "        role: beside\n        at_least"), "no check"),
    ],
)
def test_a_ledger_that_is_none_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_ledger(text, "mine.yaml")


@pytest.mark.parametrize(
    ("check", "message"),
    [
        ("run: sell, holder: JPN, usd_bn: lots, at_least: 1", "'lots' is not a number"),
        ("run: sell, holder: JPN, usd_bn: 10, days: 0.5, at_least: 1", "days 0.5"),
        ("run: sell, holder: JPN, usd_bn: 10, answer: peek, at_least: 1", "no 'peek'"),
        ("run: headline, id: focus_sign, scenario: japan-2025, at_least: 1", "focus_sign"),
        ("run: headline, id: focus_signs, at_least: 1", "needs a scenario"),
        ("run: trade, world: world-2023, economy: JPN, result: welfare, at_least: 0", "tariffs"),
        ("run: model, model: dilema_index, inputs: {}, answer: x, at_least: 0", "dilema_index"),
        ("dataset: yields, series: yield-9y, at: 2025, at_least: 1", "no series 'yield-9y'"),
        ("run: sell, holder: JPN, usd_bn: .nan, at_least: 1", "not a number"),
        ("dataset: [yields], at: 2025, at_least: 1", "no dataset"),
        ("dataset: yields, at: 2025, at_least: .nan", "not a finite number"),
        ("dataset: yields, at: 1870, at_least: 1", "no observation"),
        ("dataset: usdjpy, at: 2025, take: share_within, at_least: 1", "low is missing"),
        ("dataset: parameters, name: pause_day, at_least: 1", "pause_day"),
        ("dataset: partners, partner: JPN, column: agree, at_least: 1", "no rate 'agree'"),
        ("dataset: wiod-2011, economy: JPN, sector: Mines, at_least: 1", "no sector 'Mines'"),
    ],
)
def test_what_a_dataset_or_a_run_refuses_names_the_line_of_the_check(
    check: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from triffin.evidence.claims import runs as ledger_runs

    monkeypatch.setattr(ledger_runs, "_headlines", lambda scenario, seed, *_: {})
    text = CLAIM.split("      - what")[0] + f"      - {{what: it, {check}}}\n"
    with pytest.raises(InputError) as refused:
        verdict(text)
    assert message in str(refused.value)
    assert (refused.value.file, refused.value.line) == ("mine.yaml", 9)
