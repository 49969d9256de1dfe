"""`triffin check` knows which table a file is, and ends with exit code 2 where one is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import mkdtemp

import pytest
from command_line import triffin
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triffin.app.commands.data.check import check_file
from triffin.world import InputError
from triffin.world.data.own.example_files import EXAMPLE_NAMES, EXAMPLES, example_path

FOLDERS = {"baci": "BACI_HS92_Y2022_V202401b.csv"}


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_every_example_is_recognised_and_valid(name: str) -> None:
    path = example_path(name)
    done = triffin("check", path / FOLDERS[name] if name in FOLDERS else path, "--json")
    assert done.code == 0, done.err
    found = done.json
    expected = {"world-sectors": "world", "priors-csv": "priors"}.get(name, name)
    assert (found["table"], found["valid"]) == (expected, True)
    assert found["holds"]
    assert found["used_by"]


def test_every_file_of_the_examples_belongs_to_one(tmp_path: Path) -> None:
    """An example that nothing names would be shipped and never checked."""
    named = [example_path(name) for name in EXAMPLE_NAMES]
    for file in EXAMPLES.rglob("*"):
        assert any(file == path or path in file.parents for path in named) or file.is_dir(), file


@pytest.mark.parametrize("name", ["holdings", "priors", "world"])
def test_an_example_is_printed_or_written_and_then_passes(name: str, tmp_path: Path) -> None:
    printed = triffin("check", "--example", name)
    assert printed.code == 0
    source = example_path(name)
    target = tmp_path / "mine" / source.name
    target.parent.mkdir()
    assert triffin("check", "--example", name, "--out", target).code == 0
    assert triffin("check", target, "--json").code == 0
    if source.is_file():
        assert printed.out == source.read_text(encoding="utf-8")
        assert target.read_bytes() == source.read_bytes()
    triffin("check", "--example", name, "--out", target).refused("there already")


def test_an_example_that_there_is_not_is_refused_with_the_nearest() -> None:
    triffin("check", "--example", "holding").refused("--example", "'holdings'")


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("a.csv", "holder,usd_bn\nJPN,nan\n", ("a.csv", "line 2", "column usd_bn", "finite")),
        ("a.csv", "holder;usd_bn\nJPN;1\nJPN;2\n", ("line 3", "repeats row 2")),
        ("a.csv", "holder,usd_bn\nJPN,-1\n", ("line 2", "column usd_bn")),
        ("a.csv", "holder,usd\nJPN,1\n", ("line 1", "no table", "'holdings'")),
        ("a.csv", "importer,exporter,rate\nUSA,JPX,10%\n", ("line 2", "column exporter", "'JPN'")),
        ("a.csv", "importer,exporter,rate\nUSA,JPN,24\n", ("line 2", "column rate")),
        ("a.csv", "iso3,announced_pct\nJPX,24\n", ("line 2", "'JPN'")),
        ("a.csv", "name,value,source\ntrade_elastisity,4,me\n", ("line 2", "trade_elasticity")),
        ("a.csv", "month,total_usd_bn\n2025-6,4\n", ("line 2", "YYYY-MM")),
        ("a.csv", "code,group\nUSA,\n", ("line 2", "column group")),
        ("a.csv", "exporter,importer,value\nUSA,JPN,3\n", ("'trade'", "economies.csv")),
        ("a.csv", "", ("empty",)),
        ("a.csv", "x,y\n1,2\n", ("no table", "holdings: holder, usd_bn")),
        ("a.csv", "product,sector\n123,Food\n", ("line 2", "Harmonized")),
        ("a.csv", "t,i,j,k,v,q\n2022,4,4,010121,1,1\n", ("line 2", "itself")),
        ("a.csv", "t,i,j,k,v,q\n2022,4,8,010121,x,1\n", ("line 2", "column v")),
        (
            "a.yaml",
            "scenario: a\nfocus: JPN\nstrat: 1\n",
            ("a.yaml", "line 1", "'world'", "'start'"),
        ),
        ("a.yaml", "trade_elastisity: {value: 4, source: me}", ("line 1", "trade_elasticity")),
        ("a.yaml", "", ("empty",)),
        ("meta.yaml", "unit: USD\nyear: 2023\n", ("meta table", "FOLDER")),
        (
            "a.json",
            '{"cases": [{"model": "demand_logti", "expected": {"a": 1}}]}',
            ("demand_logit",),
        ),
        ("a.json", '{"cases": [{"expected": {"a": 1}}]}', ("cases[0]", "model is missing")),
        ("a.json", '{"cases": [', ("line 1", "JSON")),
        ("a.doc", "x", (".doc",)),
    ],
)
def test_what_is_wrong_is_named_with_row_and_column(
    file: str, text: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    triffin("check", tmp_path / file).refused(*words)
    triffin("check", tmp_path / file, "--json").refused(*words)


def test_another_encoding_is_refused_and_a_mark_of_bytes_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("holder;usd_bn\r\nJPN;1,5\r\n".encode("utf-8-sig"))
    triffin("check", path).refused("line 2", "decimal comma", "1.5")
    path.write_bytes("holder;usd_bn\r\nJPN;1.5\r\n".encode("utf-8-sig"))
    assert triffin("check", path, "--json").json["holds"]["total_usd_bn"] == 1.5
    path.write_bytes("holder,usd_bn\nJosé,1\n".encode("latin-1"))
    triffin("check", path).refused("UTF-8")


def test_the_table_can_be_named_where_the_file_does_not_tell(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("holder,usd_bn\nJPN,1\n", encoding="utf-8")
    triffin("check", path, "--as", "maturities").refused("unknown column", "'holder'")
    triffin("check", path, "--as", "holding").refused("--as", "'holdings'")
    triffin("check").refused("name a file, an example")
    triffin("check", tmp_path / "none.csv").refused("no such file")


def test_tariffs_are_checked_against_the_world_they_are_for(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("importer,exporter,rate\nALP,BET,10%\n", encoding="utf-8")
    triffin("check", path).refused("line 2", "column importer")
    found = triffin("check", path, "--world", EXAMPLES / "world", "--json")
    assert found.json["holds"]["highest"] == 0.1


def test_own_tables_on_commands_change_their_answers(tmp_path: Path) -> None:
    prior = tmp_path / "p.csv"
    prior.write_text(
        "name,value,source\nprice_impact_bp_per_100bn,50,me\nlabor_supply_elasticity,0.4,me\n",
        encoding="utf-8",
    )
    sale = ("treasuries", "sell", "JPN", "20", "--no-backstop", "--draws", "16", "--json")
    own = triffin(*sale, "--prior", prior)
    plain = triffin(*sale).json
    assert own.json["median"] > 1.5 * plain["median"]
    assert "own prior" in own.json["answer"]
    assert "does not use the priors on labor_supply_elasticity" in " ".join(own.err.split())
    months = EXAMPLES / "maturities.csv"
    wall = triffin("treasuries", "wall", "2026-09", "--maturities", months, "--json").json
    assert (wall["maturing_usd_bn"], wall["bills_usd_bn"]) == (1050, 840)
    triffin("treasuries", "wall", "2026-09").refused("2025-06")
    triffin("dollar", "--prior", prior, "tip", "--shock", "0.1").refused("options after 'tip'")


def test_talks_are_held_with_the_users_partners_alone(tmp_path: Path) -> None:
    own = tmp_path / "p.csv"
    own.write_text("iso3,announced_pct,pause_pct\nJPN,60,10\nKOR,25,10\n", encoding="utf-8")
    done = triffin("negotiate", "japan-2025", "--draws", "8", "--partners", own, "--json")
    assert done.code == 0, done.err
    assert {one["iso3"] for one in done.json["partners"]} == {"JPN", "KOR"}


@pytest.mark.parametrize("name", ["holdings", "partners", "maturities", "priors"])
def test_the_shipped_tables_are_a_start_and_pass_the_checker(name: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    assert triffin("check", "--shipped", name, "--out", path).code == 0
    found = triffin("check", path, "--json").json
    assert found["table"] == name
    assert found["rows"] >= 3
    triffin("check", "--shipped", name, "--out", path).refused("--out")
    triffin("check", "--shipped", name[:-1], "--out", tmp_path / "b.csv").refused(repr(name))


FILES = sorted(p for p in EXAMPLES.rglob("*") if p.suffix in (".csv", ".yaml", ".json"))
DAMAGE = ["nan", "inf", "-1", "", "1e999", "\x00", "=1", "'", '"', ",", ";", "\n", "é", "*", "["]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    file=st.sampled_from(FILES),
    damage=st.lists(st.tuples(st.floats(0, 1), st.sampled_from(DAMAGE)), min_size=1, max_size=3),
    cut=st.integers(0, 4),
)
def test_a_damaged_file_is_answered_or_refused(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    file: Path,
    damage: list[tuple[float, str]],
    cut: int,
) -> None:
    text = file.read_text(encoding="utf-8")
    for share, junk in damage:
        at = int(share * len(text))
        text = text[:at] + junk + text[at + cut :]
    path = Path(mkdtemp(dir=tmp_path)) / file.name
    path.write_text(text, encoding="utf-8", newline="")
    refusal: InputError | None = None
    try:
        check_file(path, None, None, True)
    except InputError as error:
        refusal = error
    if refusal is None:
        assert json.loads(capsys.readouterr().out)["valid"]
    else:
        assert file.name in str(refusal)
