"""The claims ledger: right figures, verdicts that follow the data, none written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triffin.evidence.claims import facts as ledger_facts
from triffin.evidence.claims import ledger
from triffin.evidence.claims import runs as ledger_runs
from triffin.evidence.claims import talks as ledger_talks
from triffin.evidence.claims.ledger import claims, claims_rows, judge, load_ledger
from triffin.evidence.claims.schema import LONGEST_QUOTE, BreakEven, Ledger
from triffin.world.base.errors import InputError
from triffin.world.base.yaml_files import read_yaml
from triffin.world.data.holdings import tic_holdings
from triffin.world.registry.parameter_set import shipped

JAPAN = load_ledger("japan-2025")
WAR = load_ledger("us-china-2018")
RUN = ledger_runs._headlines
VERDICTS = ("true", "false", "misleading", "depends on", "unresolved", "not testable")
RISE = "rise of the 10-year if 400 bn are sold from official holdings in 60 days"


def entry(identifier: str, **changes: Any) -> dict[str, Any]:
    """A headline as a run gives it."""
    return {
        "id": identifier,
        "answer": "in words",
        "median": 0.5,
        "low": 0.5,
        "high": 0.5,
        "unit": "probability",
        "grade": "judgement",
        "drivers": ["trade_elasticity"],
        "class": "forecast",
        "judgement_share": 1.0,
        **changes,
    }


@pytest.fixture(autouse=True)
def headlines(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """The headline of every scenario, as a test wants it; empty at first."""
    found: dict[str, dict[str, Any]] = {}
    monkeypatch.setattr(ledger_runs, "_headlines", lambda scenario, seed, *_: found)
    return found


def verdict(identifier: str, book: Ledger = JAPAN) -> str:
    return judge(book, book.claim(identifier)).verdict


def figures(identifier: str, book: Ledger = JAPAN) -> dict[str, Any]:
    """what -> value of every figure of a claim."""
    found = ledger.row(judge(book, book.claim(identifier)))["figures"]
    return {figure["what"]: figure["value"] for figure in found}


def nodes(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, at any depth."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield str(key), below
            yield from nodes(below)
    elif isinstance(value, list):
        for below in value:
            yield from nodes(below)


def test_all_56_statements_are_there_with_short_quotes_and_questions() -> None:
    assert [claim.id for claim in JAPAN.claims] == [f"C{k:02d}" for k in range(1, 57)]
    for claim in JAPAN.claims:
        assert len(claim.quote) <= LONGEST_QUOTE
        assert claim.decides or claim.not_testable


@pytest.mark.parametrize("name", ledger.list_ledgers())
def test_no_verdict_is_written_where_data_or_a_run_could_decide(name: str) -> None:
    written = read_yaml(ledger.LEDGERS / f"{name}.yaml")
    for key, value in nodes(written):
        assert key != "verdict"
        if isinstance(value, str):
            assert value.strip().casefold() not in VERDICTS, (key, value)
    for claim in written["claims"]:
        if "not_testable" in claim:
            assert claim["kind"] == "normative"
            assert "checks" not in claim
            continue
        deciding = [c for c in claim["checks"] if c.get("role") not in ("beside", "use")]
        assert deciding
        for check in deciding:
            sources = {key for key, _ in nodes(check)} & {"dataset", "run"}
            assert sources, (claim["id"], check["what"])


@pytest.mark.parametrize("book", [JAPAN, WAR], ids=lambda book: book.name)
def test_every_deciding_check_can_come_out_either_way(book: Ledger) -> None:
    """A check whose bound no figure could miss would be a verdict in disguise."""
    from triffin.evidence.claims.reading import Reading
    from triffin.evidence.claims.verdict import find

    for claim in book.claims:
        for check in claim.checks:
            if check.role == "beside":
                continue
            bounds = [v for v in check.limits.values() if isinstance(v, str)]
            values: list[Any] = ["0001-01-01", "9999-12-31"] if bounds else [-1e6, 1e6, 0.0]
            if "claimed" in check.limits:
                values.append(float(check.limits["claimed"]))
            outcomes = {find(check, Reading(v, "", "derived")).outcome for v in values}
            assert {"holds", "fails"} <= outcomes, (claim.id, check.what)


@pytest.mark.parametrize("kind", ["causal", "prediction"])
def test_what_is_causal_or_predicted_has_a_run_or_a_record_of_the_outcome(kind: str) -> None:
    for claim in JAPAN.claims:
        if kind not in claim.kinds:
            continue
        asked = [{leaf.kind for leaf in check.leaves()} for check in claim.checks]
        runs = any("run" in kinds for kinds in asked)
        outcome = any(check.role == "outcome" for check in claim.checks)
        data = all("dataset" in kinds for kinds in asked)
        assert runs or outcome or data, claim.id


def test_the_right_figures_come_out() -> None:
    held = figures("C21")
    assert held["Treasuries of Japan at the end of March 2025"] == pytest.approx(1.1308)
    assert held["Treasuries of Japan at the end of February 2025"] == pytest.approx(1.1259)
    assert verdict("C21") == "false"
    assert figures("C32")["Treasuries that matured in June 2025"] == pytest.approx(2.01)
    assert verdict("C32") == "false"
    sold = figures("C23")
    assert sold["in the first week, to 4 April"] == 17.5
    assert sold["of this in the second week"] == 3.6
    assert sum(v for k, v in sold.items() if "two weeks" in k) == pytest.approx(21.1)
    assert verdict("C23") == "misleading"


def test_120_yen_was_reached_in_january_1988_and_not_in_1985() -> None:
    found = figures("C15")
    assert found["day of that low"] == "1988-01-04"
    assert found["lowest monthly mean of 1985"] == pytest.approx(202.7881)
    assert found["monthly mean of January 1988"] == pytest.approx(127.6853)
    assert verdict("C15") == "misleading"


def test_python_gives_the_document_of_the_command() -> None:
    found = claims("C33", why=True, breakeven=True)
    assert list(found) == ["claims", "why", "breakeven"]
    assert found["claims"] == claims("japan-2025", "c33")["claims"]
    assert found["why"]["verdict"] == found["claims"][0]["verdict"]
    assert [row["id"] for row in claims("us-china-2018")["claims"]] == [
        "U1",
        "U2",
        "U3",
        "U4",
        "U5",
    ]
    with pytest.raises(InputError, match="about one claim"):
        claims("us-china-2018", why=True)
    with pytest.raises(InputError, match="no claim 'C99'"):
        claims("japan-2025", "C99")


def test_the_verdict_on_holdings_follows_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = tic_holdings()
    larger = replace(shipped, usd_bn=shipped.usd_bn * 1270 / shipped.of("JPN", "2025-03"))
    monkeypatch.setattr(ledger_facts, "tic_holdings", lambda: larger)
    assert verdict("C21") == "true"
    assert verdict("C20") == "true"
    other = replace(shipped, usd_bn=shipped.usd_bn.copy())
    other.usd_bn[shipped.holders.index("China, Mainland")] = 9e3
    monkeypatch.setattr(ledger_facts, "tic_holdings", lambda: other)
    assert verdict("C20") == "false"


def test_the_verdict_on_the_wall_follows_the_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = ledger_facts.fact
    monkeypatch.setattr(
        ledger_facts, "fact", lambda table, key: replace(shipped(table, key), value=6.4)
    )
    assert verdict("C32") == "true"


def test_the_verdict_on_gold_follows_the_exchange_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = ledger_facts.load_series

    def mirrored(name: str) -> Any:
        series = shipped(name)
        return replace(series, values=1e4 / series.values)

    assert verdict("C37") == "false"
    monkeypatch.setattr(ledger_facts, "load_series", mirrored)
    assert verdict("C37") == "true"


def test_a_settlement_that_did_not_happen_turns_the_prediction(
    monkeypatch: pytest.MonkeyPatch, headlines: dict[str, Any]
) -> None:
    assert verdict("C12") == "false"
    without = tuple(e for e in ledger_talks.events() if "JPN" not in e.iso3)
    monkeypatch.setattr(
        ledger_talks,
        "events",
        lambda kind=None: tuple(e for e in without if kind in (None, e.kind)),
    )
    assert verdict("C12") == "true"
    assert verdict("C02") == "false"


def test_a_run_on_both_sides_depends_on_what_moves_it(headlines: dict[str, Any]) -> None:
    assert verdict("C56") == "unresolved"  # the run does not answer
    headlines["hegemon_welfare"] = entry("hegemon_welfare", median=0.1, low=-1, high=1, unit="%")
    assert verdict("C56") == "depends on"
    assert "trade elasticity" in judge(JAPAN, JAPAN.claim("C56")).rule
    headlines["hegemon_welfare"] = entry("hegemon_welfare", median=-1, low=-2, high=-0.5, unit="%")
    assert verdict("C56") == "true"


def test_a_known_outcome_decides_and_the_run_stands_beside_it(headlines: dict[str, Any]) -> None:
    headlines["focus_signs"] = entry("focus_signs", median=0.05, low=0.05, high=0.05)
    judged = judge(JAPAN, JAPAN.claim("C12"))
    assert judged.verdict == "false"
    assert [f.outcome for f in judged.findings][:2] == ["fails", "holds"]


def test_a_row_has_exactly_the_keys_of_the_interface(headlines: dict[str, Any]) -> None:
    for identifier in ("C15", "C44", "C48"):
        row = ledger.row(judge(JAPAN, JAPAN.claim(identifier)))
        assert list(row) == [
            "id", "quote", "kind", "verdict", "evidence", "figures", "source", "test",
        ]  # fmt: skip
        assert list(row["test"]) == ["how", "result", "grade"]
        assert row["verdict"] in VERDICTS
        assert row["evidence"]


def test_a_norm_is_not_testable_and_shows_no_figure() -> None:
    row = ledger.row(judge(JAPAN, JAPAN.claim("C48")))
    assert (row["verdict"], row["figures"], row["test"]["grade"]) == ("not testable", [], None)


def test_the_second_ledger_decides_five_statements_on_another_war() -> None:
    assert len(WAR.claims) == 5
    rows = claims_rows("us-china-2018")
    verdicts = {row["id"]: row["verdict"] for row in rows}
    assert verdicts["U2"] == "false"  # 279 bn of goods, not 500
    assert verdicts["U4"] == "true"
    assert verdicts["U1"] == "false"  # −0.07 % for the United States
    assert verdicts["U5"] == "not testable"


def test_a_scenario_that_no_ledger_is_about_has_no_rows() -> None:
    assert claims_rows("us-eu-2025") == []
    with pytest.raises(InputError, match="no ledger is about us-eu-2025"):
        load_ledger("us-eu-2025")


def test_another_scenario_about_japan_lends_its_run_to_the_ledger() -> None:
    book = load_ledger("pause-2025")
    assert (book.name, book.scenario) == ("japan-2025", "pause-2025")


def test_so_does_a_scenario_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("scenario: mine\nextends: japan-2025\ndays: 120\n", encoding="utf-8")
    book = load_ledger(str(file))
    assert (book.name, book.scenario) == ("japan-2025", str(file))


def test_a_headline_at_hand_is_used_and_no_scenario_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(scenario: str, seed: int) -> None:
        raise AssertionError("the scenario was run")

    monkeypatch.setattr(ledger_runs, "_headlines", never)
    loss = entry("hegemon_welfare", median=-1, low=-2, high=-0.5, unit="%")
    rows = claims_rows("pause-2025", headline=[loss])
    assert next(row["verdict"] for row in rows if row["id"] == "C56") == "true"


def test_another_seed_moves_the_draws_and_the_same_seed_does_not() -> None:
    def sold(seed: int) -> Any:
        with ledger_runs.asked_with(seed=seed):
            return figures("C30")[RISE]

    assert sold(1) == figures("C30")[RISE]
    assert sold(2) != sold(1)


def test_the_whole_ledger_answers_with_a_real_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_runs, "_headlines", RUN)
    monkeypatch.setattr(ledger_runs, "SCENARIO_DRAWS", 4)
    rows = claims_rows("universal-10")  # no talks, so that the run is a short one
    assert len(rows) == 56
    assert {row["verdict"] for row in rows} == set(VERDICTS)
    war = next(r for r in rows if r["id"] == "C56")
    welfare = next(f for f in war["figures"] if "welfare" in f["what"])
    assert welfare["low"] <= welfare["value"] <= welfare["high"]
    assert war["verdict"] == "depends on"  # the sign of welfare turns on the model


def test_more_days_and_a_central_bank_ask_for_a_larger_sale() -> None:
    judged = judge(JAPAN, JAPAN.claim("C33"))
    sale = ledger.break_even(judged, parameters=shipped())["sale"]
    rows = {(r["central_bank"], r["days"]): r for r in sale["rows"]}
    for days in (5, 20, 60):
        out, with_bank = rows["out", days], rows["in", days]
        assert with_bank["usd_bn"]["median"] >= out["usd_bn"]["median"]
        assert with_bank["share_of_draws"] <= out["share_of_draws"]
        assert out["impact_needed_bp_per_100bn"] == pytest.approx(15000 / 1130.8)
    for bank in ("in", "out"):
        sizes = [rows[bank, days]["usd_bn"]["median"] for days in (5, 20, 60)]
        assert sizes == sorted(sizes)
        shares = [rows[bank, days]["share_of_draws"] for days in (5, 20, 60)]
        assert shares == sorted(shares, reverse=True)
        assert all(0 <= share <= 1 for share in shares)


def test_selling_more_than_the_break_even_moves_yields_beyond_the_target() -> None:
    from triffin.evidence.claims.breakeven import sale_break_even
    from triffin.questions.treasuries.sale import sell

    found = sale_break_even(BreakEven(holder="JPN", target_bp=100, days=[20]), shipped())
    size = next(r for r in found["rows"] if r["central_bank"] == "out")["usd_bn"]["median"]

    def moved(usd_bn: float) -> float:
        return sell("JPN", usd_bn, days=20, backstop=False, draws=ledger_runs.DRAWS)["median"]

    assert moved(0.9 * size) < 100 < moved(1.1 * size)


PERIODS = st.dates(min_value=np.datetime64("1900-01-01").item())


@given(PERIODS)
def test_a_period_begins_before_it_ends(day: Any) -> None:
    from triffin.evidence.claims.reading import first_day, last_day

    text = day.isoformat()
    for period in (text, text[:7], text[:4]):
        assert first_day(period) <= text <= last_day(period)
