"""`triffin cache`, and commands that reuse a run: the same answer, and standard error says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import triffin

from triffin.record.store import read_manifest

RUN = ("run", "universal-10", "--draws", "4", "--json")


@pytest.fixture
def kept(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own."""
    monkeypatch.setenv("TRIFFIN_CACHE", str(workplace / "cache"))
    return workplace / "cache"


def test_a_second_run_is_answered_from_the_cache_with_a_complete_folder(kept: Path) -> None:
    first = triffin(*RUN, "--out", "one")
    second = triffin(*RUN, "--out", "two")
    assert "kept" not in first.err
    assert "this run was solved on" in second.err
    assert first.json["headline"] == second.json["headline"]
    assert 0 < second.json["seconds"] < first.json["seconds"]
    files = [read_manifest(Path(folder))["files"] for folder in ("one", "two")]
    assert files[0] == files[1]
    solved_again = triffin(*RUN, "--out", "three", "--no-cache")
    assert "kept" not in solved_again.err
    listed = triffin("cache", "--json").json
    assert listed["folder"] == str(kept)
    (entry,) = listed["entries"]
    assert (entry["scenario"], entry["draws"], entry["hash"]) == (
        "universal-10",
        4,
        first.json["hash"],
    )
    assert "universal-10" in triffin("cache").out
    assert triffin("cache", "size", "--json").json["bytes"] == listed["bytes"] > 0
    assert triffin("cache", "clear", "--json").json["freed_bytes"] == listed["bytes"]
    assert triffin("cache", "--json").json["entries"] == []


def test_nothing_is_kept_where_the_cache_is_off(
    workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIFFIN_CACHE", "off")
    assert triffin("cache", "--json").json["on"] is False
    assert "no cache" in triffin("cache").err


def test_an_unknown_action_is_refused_with_the_nearest(kept: Path) -> None:
    triffin("cache", "cler").refused("cler", "'clear'")
