"""`triffin claims`: the ledger on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import triffin

from triffin.evidence.claims import runs as ledger_runs


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """No scenario is run here: its headline is empty."""
    monkeypatch.setattr(ledger_runs, "_headlines", lambda scenario, seed, *_: {})


def test_the_whole_ledger_is_one_document() -> None:
    document = triffin("claims", "japan-2025", "--json").json
    assert list(document) == ["claims"]
    assert len(document["claims"]) == 56


def test_one_claim_by_its_id_in_any_case() -> None:
    (row,) = triffin("claims", "c21", "--json").json["claims"]
    assert (row["id"], row["verdict"]) == ("C21", "false")
    assert triffin("claims", "japan-2025", "C21", "--json").json["claims"] == [row]


def test_why_shows_question_figures_and_rule() -> None:
    shown = triffin("claims", "C30", "--why").out
    for words in ("Verdict:", "What decides it:", "[statement]", "driven by", "Rule:"):
        assert words in shown
    why = triffin("claims", "C30", "--why", "--json").json["why"]
    assert why["steps"]
    assert why["rule"]


def test_break_even_says_how_much_in_how_many_days_and_how_often() -> None:
    found = triffin("claims", "C33", "--breakeven", "--json").json["breakeven"]
    for row in found["sale"]["rows"]:
        assert {"days", "central_bank", "usd_bn", "share_of_draws"} <= set(row)
    assert "central bank" in " ".join(triffin("claims", "C33", "--breakeven").out.split())


def test_break_even_of_a_fact_is_the_figure_it_needs() -> None:
    found = triffin("claims", "C21", "--breakeven", "--json").json["breakeven"]
    assert found["sale"] is None
    assert found["needed"][0]["found"] == pytest.approx(1.1308)


def test_the_printed_ledger_has_verdict_figure_source_and_grade() -> None:
    shown = " ".join(triffin("claims", "us-china-2018").out.split())
    for words in ("verdict", "interval", "source, grade", "279.42 bn USD", "5 statements"):
        assert words in shown


def test_an_answer_is_written_as_csv(workplace: Path) -> None:
    triffin("claims", "C21", "--out", "claim.csv")
    assert "claims.0.verdict,false" in (workplace / "claim.csv").read_text(encoding="utf-8")


def test_an_own_ledger_is_read_and_its_mistakes_are_named(workplace: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "claims.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    Path("my-ledger.yaml").write_text(example, encoding="utf-8")
    rows = triffin("claims", "my-ledger.yaml", "--json").json["claims"]
    assert [row["verdict"] for row in rows] == ["false", "false"]
    Path("my-ledger.yaml").write_text(example.replace("within", "witin"), encoding="utf-8")
    triffin("claims", "my-ledger.yaml").refused("my-ledger.yaml", "line 18", "'within'")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["japam-2025"], ["japam-2025", "japan-2025"]),
        (["us-eu-2025"], ["no ledger is about us-eu-2025"]),
        (["japan-2025", "C99"], ["C99"]),
        (["--why"], ["about one claim"]),
        (["C48", "--breakeven"], ["not testable"]),
        (["nowhere.yaml"], ["nowhere.yaml", "no such file"]),
        (["C21", "--out", "x.pdf"], ["pdf"]),
    ],
)
def test_bad_input_is_refused(arguments: list[str], words: list[str]) -> None:
    triffin("claims", *arguments).refused(*words)
