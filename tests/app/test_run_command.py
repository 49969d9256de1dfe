"""`triffin run`: the answer, its files, its name, and what is left when it is interrupted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from command_line import Finished, process, triffin

from triffin.results import Result

KEYS = {
    "scenario",
    "title",
    "hash",
    "world",
    "draws",
    "seed",
    "seconds",
    "headline",
    "invariants",
    "outputs",
}
ENTRY_KEYS = {
    "id",
    "question",
    "answer",
    "median",
    "low",
    "high",
    "unit",
    "grade",
    "drivers",
    "class",
    "judgement_share",
    "sign_robust",
}
# What is asked of tariffs; tests/run has what is asked of talks and markets.
HEADLINES = {
    "hegemon_welfare",
    "focus_welfare",
    "world_welfare",
    "hegemon_revenue",
    "hegemon_deficit",
    "focus_gain_at_15",
    "hegemon_gain_at_15",
    "focus_gain_at_10",
    "hegemon_gain_at_10",
    "most_hurt",
    "most_helped",
}
IN_WORDS = ("what_changes_it", "most_hurt", "most_helped")


def test_the_answer_is_one_json_document_with_the_keys_of_the_interface(japan: Finished) -> None:
    assert japan.outcome.code == 0, japan.outcome.err
    document = japan.outcome.json
    assert document.keys() >= KEYS
    assert document["scenario"] == "japan-2025"
    assert document["world"] == "world-2023"
    assert (document["draws"], document["seed"]) == (16, 1)
    assert document["seconds"] > 0


def test_every_headline_has_its_keys_an_answer_and_a_driver(japan: Finished) -> None:
    entries = japan.outcome.json["headline"]
    identifiers = [entry["id"] for entry in entries]
    assert set(identifiers) >= HEADLINES
    assert len(identifiers) == len(set(identifiers))
    for entry in entries:
        assert entry.keys() >= ENTRY_KEYS
        assert entry["drivers"], entry["id"]
        assert all(isinstance(name, str) for name in entry["drivers"])
        assert entry["question"].endswith("?")
        assert entry["answer"].endswith(".")
        assert "nan" not in entry["answer"].lower().replace("(", " ").split()
        assert "{" not in entry["answer"]
        assert entry["grade"] in ("published", "derived", "judgement")
        share = entry["judgement_share"]
        assert share is None or 0 <= share <= 1


def test_a_median_lies_in_its_interval_and_an_answer_in_words_has_none(japan: Finished) -> None:
    for entry in japan.outcome.json["headline"]:
        numbers = [entry[key] for key in ("low", "median", "high")]
        if entry["id"] in IN_WORDS:
            assert numbers == [None, None, None]
        else:
            assert numbers == sorted(numbers)
        if entry["id"].endswith("_welfare"):
            assert numbers[0] < numbers[2]


def test_the_medians_are_those_of_the_draws(japan: Finished) -> None:
    result = Result.load(japan.folder)
    draws = result.data["welfare_draws"]
    for identifier, economy in (("hegemon_welfare", "USA"), ("focus_welfare", "JPN")):
        values = draws.sel(economy=economy).values
        expected = np.nanquantile(values, [0.05, 0.5, 0.95])
        entry = result.entry(identifier)
        assert [entry["low"], entry["median"], entry["high"]] == pytest.approx(list(expected))


def test_the_count_of_positive_models_is_that_of_the_data(japan: Finished) -> None:
    result = Result.load(japan.folder)
    last = result.data["welfare"].sel(phase=result.manifest["main_phase"])
    for identifier, economy in (("hegemon_welfare", "USA"), ("focus_welfare", "JPN")):
        values = last.sel(economy=economy).values
        # models that give the same answer count once
        values = np.array([float(v) for v in {f"{v:.6g}" for v in values[np.isfinite(values)]}])
        positive, models = int((values > 0).sum()), len(values)
        signs = result.entry(identifier)["sign_robust"]
        assert (signs["positive"], signs["of"]) == (positive, models)
        words = f"positive in {positive} of {models} models"
        assert words in result.entry(identifier)["answer"]
    # what others answer to is settled by the talks, so that half of the twelve do not differ
    assert result.entry("hegemon_welfare")["sign_robust"]["of"] == 6


def test_the_us_gains_what_table_1_of_the_paper_says_at_the_paper_s_parameters(
    japan: Finished,
) -> None:
    result = Result.load(japan.folder)
    # The announced rates in force for everybody, before the talks change them.
    central = result.data["welfare"].sel(
        phase="2025-07-08 to 2025-08-14", closure=result.manifest["central_closure"]
    )
    assert float(central.sel(economy="USA")) == pytest.approx(1.13, abs=0.005)


def test_a_lower_tariff_is_worth_something_to_japan_and_the_more_so_the_lower_it_is(
    japan: Finished,
) -> None:
    entries = {entry["id"]: entry for entry in japan.outcome.json["headline"]}
    at_15, at_10 = entries["focus_gain_at_15"], entries["focus_gain_at_10"]
    assert 0 < at_15["median"] < at_10["median"]
    assert entries["focus_welfare"]["median"] < 0
    assert entries["hegemon_revenue"]["low"] > 0


def test_the_accounting_holds_in_every_solve(japan: Finished) -> None:
    invariants = japan.outcome.json["invariants"]
    assert invariants
    assert max(invariants.values()) <= 1e-9
    assert min(invariants.values()) >= 0


def test_the_files_named_in_the_answer_exist_and_the_report_opens_offline(
    japan: Finished,
) -> None:
    outputs = japan.outcome.json["outputs"]
    assert outputs.keys() >= {"report", "data", "manifest"}
    for name in outputs.values():
        assert Path(name).is_file(), name
    report = Path(outputs["report"]).read_text(encoding="utf-8")
    assert report.lower().startswith("<!doctype html>")
    assert 'src="http' not in report
    manifest = json.loads(Path(outputs["manifest"]).read_text(encoding="utf-8"))
    assert manifest["hash"] == japan.outcome.json["hash"]


def test_the_same_hash_gives_the_same_bits_in_another_process(
    japan: Finished, workplace: Path
) -> None:
    again = process("run", "japan-2025", "--draws", "16", "--json", "--out", "again").json
    assert again["hash"] == japan.outcome.json["hash"]
    for name in ("data.nc", "economies.csv", "draws.parquet", "headline.csv"):
        assert (workplace / "again" / name).read_bytes() == (japan.folder / name).read_bytes()


def test_the_hash_changes_with_draws_seed_and_settings_and_with_nothing_else(
    monkeypatch: pytest.MonkeyPatch, workplace: Path
) -> None:
    monkeypatch.setattr(Result, "save", lambda self, folder: Path(folder))

    def hash_of(*options: str) -> str:
        return str(triffin("run", "pause-2025", "--json", *options).json["hash"])

    plain = hash_of("--draws", "2")
    assert plain == hash_of("--draws", "2", "--out", "elsewhere")
    assert plain == hash_of("--draws", "2", "--seed", "1")
    others = [
        hash_of("--draws", "3"),
        hash_of("--draws", "2", "--seed", "2"),
        hash_of("--draws", "2", "--set", "tariff.USA.JPN=15%"),
        hash_of("--draws", "2", "--set", "changes.trade.trade_elasticity.value=5"),
    ]
    assert len({plain, *others}) == 5


def test_a_run_goes_to_a_folder_named_by_scenario_and_hash(archive: Path) -> None:
    names = sorted(item.name for item in (archive / "runs").iterdir() if item.is_dir())
    assert [name.rpartition("-")[0] for name in names] == ["pause-2025", "universal-10"]
    for name in names:
        manifest = json.loads((archive / "runs" / name / "manifest.json").read_text("utf-8"))
        assert name == f"{manifest['scenario']}-{manifest['hash'][:12]}"


def test_the_answer_in_words_fits_a_terminal_of_80_columns(workplace: Path) -> None:
    long_name = (
        "a-folder-with-a-name-that-is-much-longer-than-a-terminal-is-wide-and-then-some-more"
    )
    done = triffin("run", "japan-2025", "--draws", "4", "--out", long_name)
    assert done.code == 0
    wide = [line for line in (done.out + done.err).splitlines() if len(line) > 80]
    # A path stays in one piece, so that it can be copied.
    assert wide == [f"Report  {long_name}/report.html", f"more: triffin show {long_name} SECTION"]
    assert "hash" in done.err
    lines = done.out.splitlines() + done.err.splitlines()
    assert len(lines) <= 24
    cost = next(k for k, line in enumerate(lines, start=1) if "tariff costs Japan" in line)
    assert cost <= 10
    assert "turns on" in done.out
    shown = triffin("show", long_name, "pays")
    assert "Does the United States gain" in shown.out
    assert max(map(len, shown.out.splitlines())) <= 80
    assert triffin("show", long_name, "wether").code == 2


Report = Callable[[str, int, int], None]


@contextmanager
def impatient_user() -> Iterator[Report]:
    """Progress that ends in Ctrl-C at the third draw."""

    def report(stage: str, done: int, total: int) -> None:
        if stage == "draws" and done == 3:
            raise KeyboardInterrupt

    yield report


def test_an_interrupted_run_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, workplace: Path
) -> None:
    monkeypatch.setattr("triffin.app.commands.runs.run.progress_bar", impatient_user)
    triffin("run", "pause-2025", "--draws", "8", "--json").stopped(130, "interrupted")
    assert list(workplace.rglob("*")) == []


def test_a_run_interrupted_while_it_is_written_leaves_an_earlier_one_as_it_was(
    monkeypatch: pytest.MonkeyPatch, workplace: Path
) -> None:
    def interrupt(result: Result) -> str:
        raise KeyboardInterrupt

    assert triffin("run", "pause-2025", "--draws", "2", "--json", "--out", "mine").code == 0
    before = {item.name: item.read_bytes() for item in (workplace / "mine").iterdir()}
    monkeypatch.setattr("triffin.results.run_folder.build_report", interrupt)
    for folder in ("mine", "new"):
        triffin("run", "pause-2025", "--draws", "3", "--json", "--out", folder).stopped(130)
    assert [item.name for item in workplace.iterdir()] == ["mine"]
    assert before == {item.name: item.read_bytes() for item in (workplace / "mine").iterdir()}


def test_a_run_that_is_repeated_replaces_the_earlier_one(workplace: Path) -> None:
    first = triffin("run", "pause-2025", "--draws", "2", "--json", "--out", "mine").json
    second = triffin("run", "pause-2025", "--draws", "3", "--json", "--out", "mine").json
    assert first["hash"] != second["hash"]
    manifest = json.loads((workplace / "mine" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["hash"] == second["hash"]


AUSTRALIA = """
scenario: china-australia
title: China puts 30 % on Australia
world: world-2023
start: 2020-05-18
days: 365
hegemon: CHN
focus: AUS
focus_rates: [0%]
tariffs:
  - {from: 2020-05-18, set: {CHN.AUS: 30%}}
"""


def test_a_scenario_of_one_s_own_has_other_players_and_no_rival(workplace: Path) -> None:
    (workplace / "own.yaml").write_text(AUSTRALIA, encoding="utf-8")
    document = triffin("run", "own.yaml", "--draws", "8", "--json").json
    entries = {entry["id"]: entry for entry in document["headline"]}
    assert "Australia" in entries["focus_welfare"]["answer"]
    assert entries["focus_welfare"]["median"] < 0
    assert entries["focus_gain_at_0"]["median"] > 0
    assert "Real income of China" in entries["hegemon_welfare"]["answer"]
    assert "United States" not in json.dumps(document["headline"][:-2])
    assert "Australia" in entries["most_hurt"]["answer"]
    assert document["scenario"] == "china-australia"
    assert Path(document["outputs"]["report"]).is_file()
