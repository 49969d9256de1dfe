"""Kept runs: the same answer to the last bit, whole or not at all, never stale, never too many."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from triffin.record.store import MANIFEST, read_manifest, save_data
from triffin.results import Result
from triffin.run.engine import loaded, run
from triffin.run.own_data import own_data
from triffin.studies import identity
from triffin.studies.cache import RunCache, cached_run, default_cache
from triffin.studies.identity import package_files, run_key
from triffin.world.base.errors import InputError
from triffin.world.base.own_tables_in_place import active_tables
from triffin.world.base.user_cache import kept_text

SCENARIO, DRAWS = "universal-10", 4
KEY = "0" * 64


@pytest.fixture(scope="module")
def solved() -> Result:
    return run(SCENARIO, draws=DRAWS)


@pytest.fixture
def cache(tmp_path: Path) -> RunCache:
    return RunCache(tmp_path / "cache", 10**9)


def test_a_kept_run_is_the_same_to_the_last_bit(
    solved: Result, cache: RunCache, tmp_path: Path
) -> None:
    assert cache.put(KEY, solved)
    kept = cache.get(KEY)
    assert kept is not None
    assert kept.headline == solved.headline
    assert kept.manifest == solved.manifest
    assert kept.data.identical(solved.data)
    # And written again it is the same file: names of runs and checksums of data agree.
    (tmp_path / "again").mkdir()
    save_data(kept, tmp_path / "again")
    first = read_manifest(cache.folder / "runs" / KEY)["files"]
    assert read_manifest(tmp_path / "again")["files"] == first


def test_a_run_is_solved_once_and_then_read(
    cache: RunCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, kept = cached_run(SCENARIO, draws=DRAWS, seed=3, cache=cache)
    assert not kept
    monkeypatch.setattr("triffin.studies.cache.run", _never)
    second, kept = cached_run(SCENARIO, draws=DRAWS, seed=3, cache=cache)
    assert kept
    assert second.manifest["hash"] == first.manifest["hash"]
    assert [e["median"] for e in second.headline] == [e["median"] for e in first.headline]
    assert second.manifest["seconds"] < first.manifest["seconds"]


def _never(*_: object, **__: object) -> Result:
    raise AssertionError("the run was solved again")


def test_anything_that_decides_a_run_makes_another_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = loaded(SCENARIO)
    keys = [
        run_key(plan, DRAWS, 1),
        run_key(plan, DRAWS + 1, 1),
        run_key(plan, DRAWS, 2),
        run_key(loaded(SCENARIO, ["tariff.USA.JPN=15%"]), DRAWS, 1),
    ]
    monkeypatch.setattr(identity, "code_checksum", lambda: "edited")
    keys.append(run_key(plan, DRAWS, 1))
    assert len(set(keys)) == len(keys)


def test_an_edited_file_of_the_package_is_another_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "module.py").write_text("x = 1\n")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "module.pyc").write_text("compiled")
    assert [name for name, _ in package_files(tmp_path)] == ["module.py"]
    monkeypatch.setattr(identity, "_PACKAGE", tmp_path)
    plain = identity.code_checksum.__wrapped__
    before = plain()
    (tmp_path / "module.py").write_text("x = 2\n")
    assert plain() != before


def test_a_run_with_an_own_prior_is_kept_under_that_prior(
    cache: RunCache, tmp_path: Path, solved: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.put(run_key(loaded(SCENARIO), DRAWS, 1), solved)

    def with_prior(value: float) -> tuple[Result, bool, tuple[str, ...]]:
        prior = tmp_path / "prior.csv"
        prior.write_text(f"name,value,source\ntrade_elasticity,{value},me\nkappa_supply,0.5,me\n")
        with own_data(prior=prior):
            result, kept = cached_run(SCENARIO, draws=DRAWS, seed=1, cache=cache)
            return result, kept, active_tables()["prior"].unread

    first, kept, unread = with_prior(8)
    assert not kept
    assert first.entry("hegemon_welfare")["median"] != solved.entry("hegemon_welfare")["median"]
    assert unread == ("kappa_supply",)
    other, kept, _ = with_prior(7)
    assert not kept
    assert other.manifest["hash"] != first.manifest["hash"]
    monkeypatch.setattr("triffin.studies.cache.run", _never)
    again, kept, unread = with_prior(8)
    assert kept
    assert again.headline == first.headline
    assert again.manifest["hash"] == first.manifest["hash"]
    # What the prior did not change is named again, although nothing was computed.
    assert unread == ("kappa_supply",)
    plain, kept = cached_run(SCENARIO, draws=DRAWS, seed=1, cache=cache)
    assert kept
    assert plain.headline == solved.headline


@pytest.mark.parametrize("damage", ["manifest", "data", "missing"])
def test_a_damaged_entry_is_no_entry(solved: Result, cache: RunCache, damage: str) -> None:
    cache.put(KEY, solved)
    folder = cache.folder / "runs" / KEY
    if damage == "manifest":
        (folder / MANIFEST).write_text("{")
    elif damage == "data":
        (folder / "data.nc").write_bytes(b"CDF")
    else:
        (folder / "data.nc").unlink()
    assert cache.get(KEY) is None
    assert cache.entries() == []
    assert cache.put(KEY, solved)
    assert cache.get(KEY) is not None


def test_an_edited_digit_is_told_and_no_answer(
    solved: Result, cache: RunCache, caplog: pytest.LogCaptureFixture
) -> None:
    cache.put(KEY, solved)
    cache.put_answers(KEY, {"focus_welfare": 161.25})
    manifest = cache.folder / "runs" / KEY / MANIFEST
    manifest.write_bytes(manifest.read_bytes().replace(b'"draws": 4', b'"draws": 5'))
    answers = cache.folder / "answers" / f"{KEY}.json"
    answers.write_bytes(answers.read_bytes().replace(b"161.25", b"919.25"))
    assert (cache.get(KEY), cache.answers(KEY)) == (None, None)
    assert [r.getMessage().split(" does not match")[0] for r in caplog.records] == [
        f"note: {manifest.parent}",
        f"note: {answers}",
    ]


def test_an_entry_under_the_name_of_another_is_none(solved: Result, cache: RunCache) -> None:
    other = "1" * 64
    cache.put(other, solved)
    cache.put_answers(other, {"focus_welfare": 1.0})
    for kind, ending in (("runs", ""), ("answers", ".json")):
        folder = cache.folder / kind
        (folder / f"{other}{ending}").rename(folder / f"{KEY}{ending}")
    assert (cache.get(KEY), cache.answers(KEY)) == (None, None)


def test_a_kept_script_that_was_changed_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIFFIN_CACHE", str(tmp_path))
    assert kept_text("script", lambda: "draw()") == "draw()"
    (file,) = tmp_path.iterdir()
    assert kept_text("script", lambda: "made again") == "draw()"
    file.write_bytes(file.read_bytes().replace(b"draw()", b"steal()"))
    assert kept_text("script", lambda: "draw()") == "draw()"
    file.rename(tmp_path / "other.json")
    assert kept_text("other", lambda: "fetch()") == "fetch()"


def test_the_least_recently_used_go_first(solved: Result, cache: RunCache) -> None:
    cache.put("a", solved)
    one = cache.size()
    small = RunCache(cache.folder, int(2.5 * one))
    small.put("b", solved)
    for age, key in ((300, "b"), (200, "a")):
        os.utime(cache.folder / "runs" / key, (1e9 - age, 1e9 - age))
    assert small.get("b") is not None  # used: now "a" is the oldest
    small.put("c", solved)
    assert {entry.key for entry in small.entries()} == {"b", "c"}
    assert small.size() <= small.limit


def test_a_run_larger_than_the_limit_stays_until_the_next(solved: Result, cache: RunCache) -> None:
    tiny = RunCache(cache.folder, 10)
    for key in ("a", "b"):
        tiny.put(key, solved)
        assert [entry.key for entry in tiny.entries()] == [key]


def test_a_cache_that_cannot_be_written_costs_no_answer(solved: Result, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    blocked = RunCache(tmp_path / "file", 10**9)
    assert not blocked.put(KEY, solved)
    assert blocked.get(KEY) is None
    assert (blocked.entries(), blocked.answers(KEY)) == ([], None)
    blocked.put_answers(KEY, {"a": 1.0})


def test_clearing_leaves_nothing(solved: Result, cache: RunCache) -> None:
    cache.put(KEY, solved)
    cache.put_answers(KEY, {"focus_welfare": -0.2})
    assert cache.answers(KEY) == {"focus_welfare": -0.2}
    size = cache.size()
    assert cache.clear() == size > 0
    assert (cache.size(), cache.entries(), cache.answers(KEY)) == (0, [], None)


def _work(folder: Path, source: Path, rounds: int, failures: multiprocessing.Queue) -> None:
    """Write, read and evict the same few entries as fast as possible; report what is not whole."""
    result = Result.load(source)
    cache = RunCache(folder, int(2.2 * sum(f.stat().st_size for f in source.iterdir())))
    expected = [entry["median"] for entry in result.headline]
    for number in range(rounds):
        key = str(number % 3)
        cache.put(key, result)
        found = cache.get(key)
        if found is not None and [entry["median"] for entry in found.headline] != expected:
            failures.put(key)


def test_two_processes_at_once_do_not_corrupt_it(
    solved: Result, cache: RunCache, tmp_path: Path
) -> None:
    cache.put(KEY, solved)
    source = cache.folder / "runs" / KEY
    shared = tmp_path / "shared"
    context = multiprocessing.get_context("fork")
    failures = context.Queue()
    workers = [context.Process(target=_work, args=(shared, source, 12, failures)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert failures.empty()
    left = RunCache(shared, 10**9)
    assert left.entries()
    assert all(left.get(entry.key) is not None for entry in left.entries())
    assert [p for p in (shared / "runs").iterdir() if p.name.startswith(".")] == []


def test_the_environment_says_where_and_how_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIFFIN_CACHE", "off")
    assert default_cache() is None
    monkeypatch.delenv("TRIFFIN_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache() == RunCache(tmp_path / "triffin", 10**9)
    monkeypatch.setenv("TRIFFIN_CACHE", str(tmp_path / "own"))
    monkeypatch.setenv("TRIFFIN_CACHE_MB", "2.5")
    assert default_cache() == RunCache(tmp_path / "own", 2_500_000)
    for wrong in ("much", "-1", "inf", "nan"):
        monkeypatch.setenv("TRIFFIN_CACHE_MB", wrong)
        with pytest.raises(InputError, match="not a size"):
            default_cache()
