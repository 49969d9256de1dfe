"""Files, parents and faults: every refusal names file, line, field and what would be valid."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scenario_samples import PLAIN, WriteFile
from syrupy.assertion import SnapshotAssertion

from triffin.scenario import load_scenario
from triffin.world import InputError

SALE = "{holder: JPN, sector: private, sell_treasuries_usd_bn: 20, from: 2025-04-03, days: 5"


def test_sections_left_out_are_not_asked_rather_than_zero(write: WriteFile) -> None:
    scenario = load_scenario(write(PLAIN))
    for section in ("tariffs", "demands", "treasuries", "currency", "backstop", "changes", "rival"):
        assert getattr(scenario, section) is None
        assert section not in scenario.resolved
    assert scenario.focus_rates == [0.15, 0.10]
    assert scenario.source_file == "own.yaml"


def test_names_of_economies_resolve_to_their_codes(write: WriteFile) -> None:
    text = PLAIN.replace("focus: JPN", "focus: japan\nrival: China")
    scenario = load_scenario(write(text + "demands: {Japan: {open_clause: true}}\n"))
    assert (scenario.focus, scenario.rival) == ("JPN", "CHN")
    assert list(scenario.demands or {}) == ["JPN"]


def test_norway_is_an_economy_and_not_a_truth_value(write: WriteFile) -> None:
    assert load_scenario(write(PLAIN.replace("JPN", "NOR"))).focus == "NOR"


def test_parameters_resolve_to_their_registry_names(write: WriteFile) -> None:
    changes = "changes: {trade.trade_elasticity: 3, labor_supply_elasticity: 0.4}\n"
    scenario = load_scenario(write(PLAIN + changes))
    assert sorted(scenario.changes or {}) == ["labor_supply_elasticity", "trade_elasticity"]


FAULTS = {
    "unknown key": "focs: JPN\n",
    "unknown key in an entry": "tariffs:\n  - {from: 2025-04-05, sett: {USA.*: 10%}}\n",
    "impossible date": "tariffs:\n  - {from: 2025-02-30, set: {USA.*: 10%}}\n",
    "compact date": "deadlines: [20250409]\n",
    "rate without percent": "tariffs:\n  - {from: 2025-04-05, set: {USA.*: 24}}\n",
    "rate above 1000 %": "tariffs:\n  - from: 2025-04-05\n    set:\n      USA.JPN: 1001%\n",
    "unknown pair": "tariffs:\n  - from: 2025-04-05\n    set:\n      USA.*: 1%\n"
    "      USA.JPM: 1%\n",
    "own tariff": "tariffs:\n  - from: 2025-04-05\n    set: {USA.*: 1%, JPN.JPN: 2%}\n",
    "contradiction": "tariffs:\n  - {from: 2025-04-05, set: {USA.JPN: 1%, USA.Japan: 2%}}\n",
    "unknown schedule": "tariffs:\n  - {from: 2025-04-05, schedule: us-2025-4-2}\n",
    "missing tariff file": "tariffs:\n  - {from: 2025-04-05, file: none.csv}\n",
    "empty entry": "tariffs:\n  - {from: 2025-04-05, note: nothing}\n",
    "entry without date": "tariffs:\n  - {set: {USA.*: 10%}}\n",
    "days and until": "tariffs:\n"
    "  - {from: 2025-04-05, days: 3, until: 2025-04-06, set: {USA.*: 1%}}\n",
    "until before from": "tariffs:\n  - {from: 2025-04-05, until: 2025-04-01, set: {USA.*: 1%}}\n",
    "no days": "tariffs:\n  - {from: 2025-04-05, days: 0, set: {USA.*: 1%}}\n",
    "after the end": "tariffs:\n  - {from: 2026-04-05, set: {USA.*: 1%}}\n",
    "lapsed before the start": "tariffs:\n  - {from: 2025-03-01, days: 5, set: {USA.*: 1%}}\n",
    "basis without schedule": "tariffs:\n  - {from: 2025-04-05, basis: paid, set: {USA.*: 1%}}\n",
    "tariffs not a list": "tariffs: {USA.*: 10%}\n",
    "no tariffs listed": "tariffs: []\n",
    "schedule after information": "information: 2025-04-18\ntariffs:\n"
    "  - {from: 2025-04-20, schedule: us-2025-08-07}\n",
    "deadline before the start": "deadlines:\n  - 2025-04-30\n  - 2025-03-30\n",
    "rival is the hegemon": "rival: USA\n",
    "demand on the hegemon": "demands:\n  USA: {open_clause: true}\n",
    "demand on nobody": "demands:\n  JPM: {open_clause: true}\n",
    "falling range": "demands:\n  JPN:\n    security: {usd_bn_per_year: [8, 1.4]}\n",
    "falling band": "currency:\n  JPY: {band: [150, 130]}\n",
    "unknown currency": "currency:\n  JPX: {band: [130, 150]}\n",
    "band of the dollar": "currency:\n  USD: {band: [1, 2]}\n",
    "unknown holder": f"treasuries:\n  - {SALE.replace('JPN', 'JPM')}}}\n",
    "unknown sector": f"treasuries:\n  - {SALE.replace('private', 'privat')}}}\n",
    "negative sale": f"treasuries:\n  - {SALE.replace('20,', '-20,')}}}\n",
    "two amounts": f"treasuries:\n  - {SALE}, sell_foreign_bonds_usd_bn: 3}}\n",
    "beyond holdings": f"treasuries:\n  - {SALE}, holdings_usd_bn: 30}}\n"
    f"  - {SALE.replace('04-03', '04-05')}}}\n",
    "unknown parameter": "changes:\n  trade.trade_elasticty: 3\n",
    "impossible distribution": "changes:\n"
    "  trade_elasticity: {dist: uniform, low: 5, high: 3, source: x}\n",
    "no source": "changes:\n  trade_elasticity: {dist: uniform, low: 3, high: 5}\n",
    "changed twice": "changes:\n  trade_elasticity: 3\n  trade.trade_elasticity: 4\n",
    "text for a number": "changes:\n  trade_elasticity: high\n",
    "text for a truth value": "backstop: {federal_reserve: maybe}\n",
    "key twice": "title: Another\n",
    "tab": "tariffs:\n\t- {from: 2025-04-05}\n",
    "alias": "tariffs:\n  - {from: 2025-04-05, set: {*.USA: 10%}}\n",
    "unclosed": "tariffs: [\n",
    "unknown tag": "rival: !!python/object x\n",
    "unknown parent": "extends: japan-2026\n",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_named_with_line_field_and_what_would_be_valid(
    fault: str, write: WriteFile, snapshot: SnapshotAssertion
) -> None:
    with pytest.raises(InputError) as caught:
        load_scenario(write(PLAIN + FAULTS[fault]))
    text = str(caught.value)
    assert text.startswith("own.yaml, line ")
    # the parts of the message that lists of data would change are left out
    assert text.partition(" Valid:")[0] == snapshot


@pytest.mark.parametrize("key", ["world", "start", "hegemon"])
def test_a_missing_key_is_named(key: str, write: WriteFile) -> None:
    text = "\n".join(line for line in PLAIN.splitlines() if not line.startswith(key))
    with pytest.raises(InputError, match=f"the key '{key}' is missing"):
        load_scenario(write(text))


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("world: world-2032", "world-2023"),
        ("focus: USA", "hegemon"),
        ("focus: JPM", "JPN"),
        ("days: 0", "number of days"),
        ("days: 1.5", "number of days"),
        ("days: 999999", "3660"),
        ("start: tomorrow", "not a date"),
        ("start: 0001-01-01", "not a date"),
        ("title:", "nothing is given"),
        ("title: 12", "not text"),
        ("scenario: a b", "no spaces"),
    ],
)
def test_wrong_values_of_the_head_are_refused(write: WriteFile, line: str, part: str) -> None:
    key = line.partition(":")[0]
    text = "\n".join(line if old.startswith(key) else old for old in PLAIN.splitlines())
    with pytest.raises(InputError, match=part) as caught:
        load_scenario(write(text))
    assert caught.value.field == key
    assert (
        caught.value.line
        == PLAIN.splitlines().index(next(old for old in PLAIN.splitlines() if old.startswith(key)))
        + 1
    )


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "empty"),
        (b"# only a comment\n", "empty"),
        (b"- a\n- b\n", "a list"),
        (b"just text", "a single value"),
        (b"\x89PNG\r\n\x1a\n", "UTF-8"),
        (b"a\x00b", "binary"),
        (b"a: 1\n---\nb: 2\n", "another document"),
        (b"[" * 5000, "deeply"),
        (b"a: &x [*x]", "anchors"),
        (b"x" * 1_100_000, "too large"),
    ],
)
def test_files_that_hold_no_scenario_are_refused(
    write: WriteFile, content: bytes, part: str
) -> None:
    with pytest.raises(InputError, match=part) as caught:
        load_scenario(write(content))
    assert caught.value.file == "own.yaml"


def test_missing_files_folders_and_names(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        load_scenario(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="folder"):
        load_scenario(str(tmp_path))
    with pytest.raises(InputError, match="japan-2025"):
        load_scenario("japan-2052")
    for odd in ("", "a\x00b", "x" * 5000, "../" * 3):
        with pytest.raises(InputError):
            load_scenario(odd)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(write: WriteFile) -> None:
    text = "\ufeff" + PLAIN.replace("\n", "\r\n")
    assert load_scenario(write(text)).focus == "JPN"


def test_a_child_merges_mappings_and_replaces_lists(write: WriteFile) -> None:
    child = """\
extends: japan-2025
scenario: child
focus: KOR
deadlines: [2025-07-31]
demands:
  JPN:
    deficit: {target: 20}
"""
    scenario = load_scenario(write(child))
    assert scenario.scenario == "child"
    assert scenario.focus == "KOR"
    assert [str(day) for day in scenario.deadlines or []] == ["2025-07-31"]
    japan = (scenario.demands or {})["JPN"]
    assert japan.deficit is not None
    assert japan.deficit.target == 20
    assert japan.open_clause is True
    assert len(scenario.tariffs or []) == 3
    assert "extends" not in scenario.resolved


def test_a_fault_of_the_parent_is_named_in_the_parent(write: WriteFile) -> None:
    write(PLAIN + "tariffs:\n  - {from: 2025-04-05, set: {USA.JPM: 1%}}\n", "parent.yaml")
    with pytest.raises(InputError) as caught:
        load_scenario(write("extends: parent.yaml\nscenario: child\n"))
    assert (caught.value.file, caught.value.line) == ("parent.yaml", 9)


def test_circles_of_parents_are_refused_with_the_chain(write: WriteFile) -> None:
    write("extends: own.yaml\nscenario: a\n", "a.yaml")
    with pytest.raises(InputError, match="own -> a -> own"):
        load_scenario(write("extends: a.yaml\nscenario: own\n"))


def test_a_child_has_the_name_of_its_file_and_needs_an_existing_parent(write: WriteFile) -> None:
    assert load_scenario(write("extends: japan-2025\n")).scenario == "own"
    with pytest.raises(InputError, match=r"line 2.*no file"):
        load_scenario(write("scenario: own\nextends: none.yaml\n"))
    with pytest.raises(InputError, match="not the name"):
        load_scenario(write("scenario: own\nextends: [a]\n"))


def test_the_hash_ignores_comments_key_order_and_ways_of_writing(write: WriteFile) -> None:
    first = load_scenario(write(PLAIN + "tariffs:\n  - {from: 2025-04-05, set: {USA.*: 10%}}\n"))
    reordered = "# a comment\n" + "\n".join(reversed(PLAIN.splitlines()))
    second = load_scenario(
        write(reordered + "\ntariffs:\n  - set: {USA.*: 0.10}\n    from: 2025-04-05\n")
    )
    assert first.content_hash({"world": "a"}, "1") == second.content_hash({"world": "a"}, "1")


def test_the_hash_changes_with_content_data_and_version(write: WriteFile) -> None:
    scenario = load_scenario(write(PLAIN))
    other = load_scenario(write(PLAIN), ["days=31"])
    hashes = {
        scenario.content_hash({"world": "a"}, "1"),
        scenario.content_hash({"world": "b"}, "1"),
        scenario.content_hash({"world": "a"}, "2"),
        other.content_hash({"world": "a"}, "1"),
    }
    assert len(hashes) == 4
    assert all(len(name) == 12 and int(name, 16) >= 0 for name in hashes)


def test_the_content_of_a_tariff_file_enters_the_hash_but_not_its_folder(
    write: WriteFile, tmp_path: Path
) -> None:
    text = PLAIN + "tariffs:\n  - {from: 2025-04-05, file: rates.csv}\n"
    write("importer,exporter,rate\nUSA,JPN,7%\n", "rates.csv")
    name = write(text)
    relative, absolute = load_scenario(name), load_scenario(tmp_path / name)
    assert relative.resolved == absolute.resolved
    write("importer,exporter,rate\nUSA,JPN,8%\n", "rates.csv")
    changed = load_scenario(name)
    assert changed.content_hash({}, "1") != relative.content_hash({}, "1")


@given(
    st.one_of(
        st.binary(max_size=150),
        st.text(alphabet="abc:-{}[]&*!|>%@`'\"#\n\t ,?0129.", max_size=150).map(str.encode),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_no_text_causes_anything_but_an_input_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes(PLAIN.encode() + content)
    with contextlib.suppress(InputError):
        load_scenario(path)
