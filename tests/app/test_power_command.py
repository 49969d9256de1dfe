"""`triffin power`: answers, tables, files and refusals."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import triffin

PAIR = ("power", "USA", "MEX", "--world", "nafta-1993", "--sector", "Auto")


def test_the_answer_is_told_and_written(tmp_path: Path) -> None:
    for ending in ("svg", "csv", "json", "xlsx"):
        file = tmp_path / f"power.{ending}"
        told = triffin(*PAIR, "--out", str(file))
        assert "Mexico would lose" in " ".join(told.out.split())
        assert file.stat().st_size > 200


def test_the_document_names_both_sides() -> None:
    found = triffin(*PAIR, "--json").json
    assert (found["by"], found["on"]) == (["USA"], ["MEX"])
    assert found["median"] == found["target"]["loss_pct"]
    assert [one["id"] for one in found["answers"]][:2] == ["what_it_does", "what_it_costs"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("power", "USA", "USA"), "from itself"),
        (("power", "CHN", "USA", "--good", "bananas"), "far wider"),
        (("power", "CHN", "USA", "--rents", "exporter"), "rent"),
        (("power", "CHN", "USA", "--reduction", "120%"), "reduction"),
        (("power", "CHN", "USA", "--sector", "Machinery"), "Machinery, nec"),
        (("power", "CHN", "USA", "--horizon", "soon"), "horizon"),
        (("power", "CHN", "USA", "--world", "world-2023"), "one sector"),
        (("power", "CHN", "USA", "--good", "magnets", "--out", "x.svg"), "table"),
    ],
)
def test_what_cannot_be_asked_is_refused(words: tuple[str, ...], told: str) -> None:
    done = triffin(*words)
    assert done.code == 2
    assert told in " ".join(done.err.split())


def test_the_table_of_all_pairs_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIFFIN_CACHE", str(tmp_path / "cache"))
    words = ("power", "--all", "--world", "nafta-1993", "--sector", "Auto", "--json")
    first, again = (triffin(*words).json for _ in range(2))
    assert (first["cached"], again["cached"]) == (False, True)
    assert first["pairs"] == again["pairs"]
    assert len(first["pairs"]) == 31 * 30
    assert triffin("power", "--all", "--reduction", "50%").code == 2
    assert triffin("power", "CHN").code == 2
