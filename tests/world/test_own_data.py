"""Own priors, partners, holders and maturities stand in for shipped ones, and only where asked."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triffin.finance.treasuries import market
from triffin.finance.treasuries.own_holdings import (
    OwnHolder,
    read_holdings,
    write_holdings,
)
from triffin.run.own_data import own_data
from triffin.scenario import load_scenario
from triffin.world import InputError
from triffin.world.base.own_tables_in_place import active_own_data, active_tables, using
from triffin.world.data.facts import Maturities, maturities
from triffin.world.data.own.maturities import read_maturities, write_maturities
from triffin.world.data.own.partners import read_partners, write_partners
from triffin.world.data.own.priors import read_priors, write_priors
from triffin.world.data.partners import partner, partners, shipped_partners
from triffin.world.registry.parameter_set import in_place
from triffin.world.registry.registry import Parameter, parameter, shipped_parameter

ONE_FILE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode("utf-8"))
        return path

    return file


def refused(call: Callable[[], object]) -> InputError:
    with pytest.raises(InputError) as caught:
        call()
    return caught.value


# Priors


def test_a_prior_holds_inside_its_block_and_not_after_it(write: Write) -> None:
    file = write("p.csv", "name,dist,median,low,high,source\ntrade_elasticity,lognormal,6,4,9,me\n")
    with using(prior=read_priors(file)):
        entry = parameter("trade_elasticity")
        assert entry.value == pytest.approx(6)
        assert (entry.low, entry.high) == pytest.approx((4, 9), rel=1e-3)
        assert (entry.source, entry.grade) == ("me", "judgement")
        assert entry.unit == shipped_parameter("trade_elasticity").unit
    assert parameter("trade_elasticity") == shipped_parameter("trade_elasticity")
    assert active_own_data() == {}


def test_a_prior_may_say_how_readers_call_it_and_since_when_it_is_known(
    write: Write,
) -> None:
    text = "trade_elasticity: {value: 5, source: own estimate"
    plain = read_priors(write("p.yaml", text + "}\n")).entries["trade_elasticity"]
    assert plain.label == shipped_parameter("trade_elasticity").label
    assert plain.known_from == ""
    text += ", label: Own name, known_from: '2024'}\n"
    said = read_priors(write("q.yaml", text)).entries["trade_elasticity"]
    assert (said.label, said.known_from) == ("Own name", "2024")
    row = "name,value,source,known_from\ntrade_elasticity,5,own estimate,2024\n"
    assert read_priors(write("p.csv", row)).entries["trade_elasticity"].known_from == "2024"


def test_a_prior_of_one_thread_is_not_seen_by_another(write: Write) -> None:
    file = write("p.csv", "name,value,source\ntrade_elasticity,6,me\n")
    seen: list[float] = []
    with using(prior=read_priors(file)):
        thread = threading.Thread(target=lambda: seen.append(parameter("trade_elasticity").value))
        thread.start()
        thread.join()
        assert parameter("trade_elasticity").value == 6
    assert seen == [shipped_parameter("trade_elasticity").value]


def test_the_hash_is_of_the_content_and_not_of_the_file(write: Write) -> None:
    yaml = write("a.yaml", "# mine\ntrade_elasticity: {source: me, value: 6}\n")
    table = write("b.csv", "source;name;value\nme;trade_elasticity;6.0\n")
    other = write("c.csv", "name,value,source\ntrade_elasticity,6.1,me\n")
    sums = []
    for file in (yaml, table, other):
        with own_data(prior=file):
            sums.append(active_own_data()["prior"])
    assert sums[0] == sums[1] != sums[2]


def test_what_is_kept_from_an_earlier_computation_follows_the_prior(write: Write) -> None:
    before = market.japan_official_share(in_place())
    with own_data(prior=write("p.yaml", "japan_official_share: {value: 0.5, source: me}")):
        assert market.japan_official_share(in_place()) == 0.5 != before
    assert market.japan_official_share(in_place()) == before


def test_a_prior_on_price_impact_replaces_the_studies(write: Write) -> None:
    u = np.linspace(0.05, 0.95, 7)
    row = "price_impact_bp_per_100bn,lognormal,5,4,6.25,me\n"
    with own_data(prior=write("p.csv", "name,dist,median,low,high,source\n" + row)):
        assert [e.study for e in market.estimates(in_place())] == ["own prior"]
        month = market.instant_impact(np.zeros(7, dtype=int), u, 1.0, 5.0, in_place())
        assert month[3] == pytest.approx(5 / 100)
    assert len(market.estimates(in_place())) > 3


def test_tables_in_place_can_be_sent_to_a_worker(write: Write) -> None:
    prior = write("p.csv", "name,value,source\ntrade_elasticity,6,me\n")
    holders = write("h.csv", "holder,usd_bn\nJPN,900\n")
    partners_file = write("q.csv", "iso3,pause_pct\nJPN,10\n")
    with own_data(prior=prior, holdings=holders, partners=partners_file):
        sent, sums = pickle.dumps(active_tables()), active_own_data()
    with using(**pickle.loads(sent)):
        assert active_own_data() == sums
        assert parameter("trade_elasticity").value == 6
        assert market.find_seller("JPN", parameters=in_place()).total_bn == 900
        assert [one.iso3 for one in partners()] == ["JPN"]


def test_a_world_in_place_is_that_of_every_scenario(tmp_path: Path) -> None:
    from triffin.world.loading import load_world
    from triffin.world.own.world import write_world

    write_world(tmp_path / "mine.npz", load_world("world-2023"))
    with own_data(world=tmp_path / "mine.npz"):
        assert load_scenario("universal-10").world == str(tmp_path / "mine.npz")
        assert load_scenario("universal-10", ["world=world-2023"]).world == "world-2023"
        assert set(active_own_data()) == {"world"}
    assert load_scenario("universal-10").world == "world-2023"


def test_priors_that_nothing_reads_are_named(write: Write) -> None:
    text = "name,value,source\ntrade_elasticity,6,me\nkappa_supply,0.02,me\n"
    priors = read_priors(write("p.csv", text))
    with using(prior=priors):
        parameter("kappa_supply")
        assert priors.unread == ("trade_elasticity",)


def test_a_value_outside_the_registrys_range_is_noted(write: Write) -> None:
    found = read_priors(write("p.csv", "name,value,source\ntrade_elasticity,20,me\n"))
    assert "outside the registry's range 2 to 8" in found.notes[0]


@ONE_FILE
@given(
    kind=st.sampled_from(["lognormal", "uniform", "triangular", "normal", "fixed"]),
    numbers=st.tuples(*[st.floats(0.01, 0.3)] * 3, st.floats(3, 40)),
)
def test_priors_survive_writing_and_reading(
    tmp_path: Path, kind: str, numbers: tuple[float, ...]
) -> None:
    low, step, more, middle = numbers
    shapes = {
        "lognormal": {"median": middle, "low": middle / (1 + step), "high": middle * (1 + more)},
        "uniform": {"low": middle, "high": middle + step},
        "triangular": {"low": low, "mode": low + step, "high": low + step + more},
        "normal": {"mean": middle, "sd": step},
    }
    drawn = {"dist": kind, **shapes[kind]} if kind in shapes else None
    # Draws of a normal distribution are of either sign, as this parameter may be.
    name = "kappa_supply" if kind == "normal" else "trade_elasticity"
    text = (
        f"{name}: {{value: {middle!r}, source: me}}"
        if drawn is None
        else f"{name}: {{distribution: {drawn}, source: me}}".replace("'", "")
    )
    file = tmp_path / "one.yaml"
    file.write_text(text, encoding="utf-8")
    first = read_priors(file)
    write_priors(tmp_path / "two.csv", first.entries)
    second = read_priors(tmp_path / "two.csv")
    assert second.entries == first.entries
    assert second.checksum == first.checksum


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "name,value,source\ntrade_elastisity,6,me\n",
            ("line 2", "column name", "trade_elasticity"),
        ),
        ("name,value,source\ntrade_elasticity,nan,me\n", ("line 2", "column value", "finite")),
        ("name,value,source\ntrade_elasticity,6,\n", ("line 2", "no source")),
        ("name,value,source\ntrade_elasticity,,me\n", ("line 2", "neither")),
        ("name,value,source\ntrade_elasticity,-1,me\n", ("line 2", "above 0")),
        ("name,valeu,source\ntrade_elasticity,6,me\n", ("line 1", "'value'")),
        ("name,value,source\ntrade_elasticity,6,me\ntrade_elasticity,7,me\n", ("line 3", "row 2")),
        ("name,dist,median,source\ntrade_elasticity,lognormal,6,me\n", ("line 2", "needs low")),
        (
            "name,dist,value,source\ntrade_elasticity,lognorml,6,me\n",
            ("column dist", "'lognormal'"),
        ),
        (
            "name,dist,low,high,source\ntrade_elasticity,uniform,6,4,me\n",
            ("line 2", "low < high"),
        ),
        ("name,value,source,unit\ntrade_elasticity,6,me,per cent\n", ("line 2", "the unit")),
        ("name,value,source,grade\ntrade_elasticity,6,me,good\n", ("line 2", "grade", "published")),
        ("name,sd,source\ntrade_elasticity,6,me\n", ("column sd", "no distribution")),
        ("", ("empty",)),
        ("name,value,source\n", ("no row",)),
    ],
)
def test_what_is_wrong_with_a_prior_is_named(write: Write, text: str, words: tuple[str]) -> None:
    said = str(refused(lambda: read_priors(write("p.csv", text))))
    assert all(word in said for word in ("p.csv", *words)), said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\ntrade_elastisity: {value: 6, source: me}", ("line 2", "trade_elasticity")),
        ("trade_elasticity: {value: .nan, source: me}", ("line 1", "finite")),
        ("trade_elasticity: {valu: 6, source: me}", ("line 1", "'value'")),
        ("trade_elasticity: 6", ("is not an entry",)),
        ("- 1", ("no priors",)),
        ("a: [", ("not valid YAML",)),
        ("trade_elasticity: {value: 6, source: 3}", ("source is 3",)),
        (
            "trade_elasticity: {distribution: {dist: uniform, low: 4}, source: me}",
            ("line 1", "needs the number high"),
        ),
    ],
)
def test_a_yaml_prior_names_entry_and_line(write: Write, text: str, words: tuple[str]) -> None:
    said = str(refused(lambda: read_priors(write("p.yaml", text))))
    assert all(word in said for word in ("p.yaml", *words)), said


# Partners


def test_own_partners_are_the_partners_and_their_rates_are_known_on_any_day(write: Write) -> None:
    file = write("p.csv", "iso3,announced_pct,pause_pct,ally\nJPN,40,,none\nCHE,31,10,treaty\n")
    table = read_partners(file)
    with using(partners=table):
        assert [one.iso3 for one in partners("2025-01-01")] == ["JPN", "CHE"]
        japan = partner("JPN", "2025-01-01")
        assert (japan.announced, japan.pause, japan.ally) == (0.4, None, "none")
        assert japan.agreed is None  # not in the file: known on 31 July 2025 and not before
        assert partner("JPN").agreed == 0.15
        assert "take no part" in table.notes[0]
    assert len(partners()) == len(shipped_partners()) > 50


def test_a_star_keeps_the_others_as_shipped(write: Write) -> None:
    table = read_partners(write("p.csv", "iso3,announced_pct\nJPN,40\n*,\n"))
    with using(partners=table):
        assert len(partners()) == len(shipped_partners())
        assert partner("JPN").announced == 0.4
        assert partner("CHE") == next(one for one in shipped_partners() if one.iso3 == "CHE")


def test_partners_survive_writing_and_reading(tmp_path: Path) -> None:
    write_partners(tmp_path / "one.csv", shipped_partners())
    first = read_partners(tmp_path / "one.csv")
    write_partners(tmp_path / "two.csv", first.partners)
    assert read_partners(tmp_path / "two.csv").partners == first.partners
    for own, shipped in zip(first.partners, shipped_partners(), strict=True):
        for name in ("iso3", "announced", "pause", "letter", "agreed", "ally", "blocs"):
            assert getattr(own, name) == getattr(shipped, name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("iso3,announced\nJPN,24\n", ("line 1", "'announced_pct'")),
        ("iso3,announced_pct\nJPX,24\n", ("line 2", "column iso3", "'JPN'")),
        ("iso3,announced_pct\nDEU,24\n", ("line 2", "'EU'")),
        ("iso3,announced_pct\nUSA,24\n", ("line 2", "themselves")),
        ("iso3,announced_pct\nJPN,0.24\n", ("line 2", "fraction")),
        ("iso3,announced_pct\nJPN,2400\n", ("line 2", "0 to 1000")),
        ("iso3,announced_pct\nJPN,-1\n", ("line 2", "zero or more")),
        ("iso3,announced_pct\nJPN,24\njpn,20\n", ("line 3", "repeats row 2")),
        ("iso3,ally\nJPN,treety\n", ("column ally", "'treaty'")),
        ("iso3,blocs\nJPN,NATOO\n", ("column blocs", "no bloc")),
        ("iso3,announced_pct\n*,24\n", ("line 2", "no figures")),
    ],
)
def test_what_is_wrong_with_partners_is_named(write: Write, text: str, words: tuple[str]) -> None:
    said = str(refused(lambda: read_partners(write("p.csv", text))))
    assert all(word in said for word in ("p.csv", *words)), said


# Holders and maturities


def test_a_table_of_holders_in_place_is_where_a_seller_is_found(write: Write) -> None:
    with using(holdings=read_holdings(write("h.csv", "holder,usd_bn\nJPN,900\nFund,40\n"))):
        assert market.find_seller("JPN", parameters=in_place()).total_bn == 900
        assert refused(lambda: market.find_seller("CHN", parameters=in_place())).file is not None
        shipped = market.sector_holdings(in_place())["foreign private"]
        assert market.find_seller("foreign private", parameters=in_place()).total_bn == shipped
    assert market.find_seller("JPN", parameters=in_place()).total_bn > 1000


@ONE_FILE
@given(
    amounts=st.lists(st.floats(0, 20_000), min_size=1, max_size=4),
    share=st.none() | st.floats(0, 1),
)
def test_holders_survive_writing_and_reading(
    tmp_path: Path, amounts: list[float], share: float | None
) -> None:
    rows = [OwnHolder(f"Fund {n}, Inc", "", v, "2025-06", share) for n, v in enumerate(amounts)]
    write_holdings(tmp_path / "h.csv", rows)
    assert list(read_holdings(tmp_path / "h.csv").rows) == rows


def test_own_maturities_stand_beside_and_in_place_of_the_shipped_ones(write: Write) -> None:
    shipped = maturities()
    text = "month,total_usd_bn,bills_usd_bn\n2025-06,1500,1200\n2026-09,900,\n"
    with own_data(maturities=write("m.csv", text)):
        assert maturities()["2025-06"].notes_and_bonds_usd_bn == 300
        assert maturities()["2026-09"].bills_usd_bn is None
        assert maturities()["2025-03"] == shipped["2025-03"]
        assert set(active_own_data()) == {"maturities"}
    assert maturities() == shipped


@ONE_FILE
@given(total=st.floats(1, 20_000), part=st.floats(0, 1) | st.none())
def test_maturities_survive_writing_and_reading(
    tmp_path: Path, total: float, part: float | None
) -> None:
    notes = None if part is None else part * total
    bills = None if notes is None else total - notes
    months = {"2026-01": Maturities("2026-01", total, notes, bills, "me", "judgement", "low")}
    write_maturities(tmp_path / "m.csv", months)
    assert read_maturities(tmp_path / "m.csv").months == months


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("month,total_usd_bn\n2025-13,900\n", ("line 2", "no such month")),
        ("month,total_usd_bn\n2025-06,0\n", ("line 2", "above zero")),
        ("month,total_usd_bn\n2025-06,99999\n", ("line 2", "marketable debt")),
        ("month,total_usd_bn\n2025-06,9\n2025-06,9\n", ("line 3", "repeats row 2")),
        ("month,total_usd_bn,bills_usd_bn\n2025-06,9,10\n", ("column bills_usd_bn", "total of 9")),
        (
            "month,total_usd_bn,bills_usd_bn,notes_and_bonds_usd_bn\n2025-06,9,5,5\n",
            ("line 2", "add up"),
        ),
        ("month,total_usd\n2025-06,9\n", ("line 1", "'total_usd_bn'")),
    ],
)
def test_what_is_wrong_with_maturities_is_named(write: Write, text: str, words: tuple[str]) -> None:
    said = str(refused(lambda: read_maturities(write("m.csv", text))))
    assert all(word in said for word in ("m.csv", *words)), said


@pytest.mark.parametrize("read", [read_priors, read_partners, read_holdings, read_maturities])
def test_files_in_other_encodings_are_refused_and_a_mark_of_bytes_is_not(
    read: Callable[[Path], object], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes("name,value,source\ntrade_elasticity,6,Jos\xe9\n".encode("latin-1"))
    assert "UTF-8" in str(refused(lambda: read(bad)))
    bad.write_bytes("name;value;source\ntrade_elasticity;6;me\n".encode("utf-16"))
    assert "UTF-8" in str(refused(lambda: read(bad)))
    good = {
        read_priors: "name;value;source\r\ntrade_elasticity;6;José\r\n",
        read_partners: "iso3;pause_pct\r\nJPN;10\r\n",
        read_holdings: "holder;usd_bn\r\nJPN;10\r\n",
        read_maturities: "month;total_usd_bn\r\n2026-01;10\r\n",
    }[read]  # type: ignore[index]
    bad.write_bytes(good.encode("utf-8-sig"))
    assert read(bad) is not None


def test_every_entry_of_the_registry_can_be_a_prior(tmp_path: Path) -> None:
    from triffin.world.registry.registry import all_parameters

    entries: dict[str, Parameter] = all_parameters()
    write_priors(tmp_path / "all.csv", entries)
    found = read_priors(tmp_path / "all.csv").entries
    assert set(found) == set(entries)
    assert all(found[n].distribution == e.distribution for n, e in entries.items())


@pytest.mark.parametrize(
    "label",
    [
        "For. Official",
        "Foreign Official",
        "Grand Total",
        "TOTAL",
        "Total foreign",
        "Of which: Foreign Official",
        "Memo: Euro area",
        "Treasury Bills",
        "T-Bonds & Notes",
        "World",
    ],
)
def test_totals_and_memo_items_of_holders_are_left_out_and_named(write: Write, label: str) -> None:
    text = f"holder,usd_bn\nJPN,1130.8\nAll Other,6378.5\n{label},3935.6\n"
    table = read_holdings(write("h.csv", text))
    assert sum(row.usd_bn for row in table.rows) == pytest.approx(7509.3)
    assert table.notes == (f"Left out, as they are totals or memo items: {label}.",)


@pytest.mark.parametrize("label", ["International organizations", "Oil Exporters", "Belgium"])
def test_holders_are_no_totals(write: Write, label: str) -> None:
    table = read_holdings(write("h.csv", f"holder,usd_bn\n{label},10\n"))
    assert (len(table.rows), table.notes) == (1, ())
