"""Sweeps: the same numbers whoever works and whatever dies, and nothing lost."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from triffin.run.engine import loaded, run
from triffin.run.plan.streams import BLOCK, columns, run_uniforms
from triffin.run.sections.every import SECTIONS
from triffin.scenario.schema import Scenario
from triffin.studies.sweep.blocks import Job, block_path, record_path, solve_task
from triffin.studies.sweep.driver import MANIFEST, PLAN, Workers, sweep, sweep_key
from triffin.studies.sweep.summary import column
from triffin.world.base import processes
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import shipped

# A world of three economies, so that blocks take milliseconds.
EXAMPLE = Path(__file__).parents[2] / "src/triffin/world/examples/world"
# A few draws of each block: the stream of a block depends on its number and not on its length.
BLOCKS = [(number, 3) for number in range(12)]
Sums = dict[int, str]


@pytest.fixture(scope="module")
def scenario_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenario")
    world, file = folder / "world", folder / "small.yaml"
    shutil.copytree(EXAMPLE, world)
    for table in world.glob("*.csv"):
        table.write_text(table.read_text().replace("ALP", "USA").replace("BET", "JPN"))
    file.write_text(
        f"""
scenario: small
title: A tariff in a small world
world: {world}
start: 2025-04-05
days: 90
hegemon: USA
focus: JPN
tariffs:
  - {{from: 2025-04-05, set: {{USA.*: 15%}}}}
"""
    )
    return file


@pytest.fixture(scope="module")
def plan(scenario_file: Path) -> Scenario:
    return loaded(scenario_file)


@pytest.fixture(scope="module")
def expected(plan: Scenario) -> Sums:
    """Checksums of all blocks as one process solves them, the last one first."""
    job = Job(sweep_key(plan, 1), plan, 1, parameters=shipped())
    return {k: solve_task(job, k, n).record["sha256"] for k, n in reversed(BLOCKS)}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two worker processes on this machine."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        silence_logs=50,
    ) as team:
        yield team


@pytest.fixture
def workers(cluster: Any) -> Workers:
    return Workers(scheduler=cluster.scheduler_address)


def sums(document: dict[str, Any]) -> Sums:
    return {block["number"]: block["sha256"] for block in document["blocks"]}


def test_draws_of_a_block_are_those_of_the_whole_sequence() -> None:
    every = columns(SECTIONS)
    whole = run_uniforms(every, 0, 3 * BLOCK, 5)
    part = run_uniforms(every, BLOCK, BLOCK + 10, 5)
    assert all(np.array_equal(part[name], whole[name][BLOCK : BLOCK + 10]) for name in whole)
    assert len(run_uniforms(every, 10_000_000, 10_000_002, 5)["closure"]) == 2


def test_two_workers_give_the_bits_of_one_process(
    plan: Scenario, expected: Sums, workers: Workers, tmp_path: Path
) -> None:
    reports: list[tuple[int, int]] = []
    document = sweep(
        plan,
        tmp_path / "sweep",
        draws=36,
        workers=workers,
        blocks=BLOCKS,
        progress=lambda _, done, total: reports.append((done, total)),
    )
    assert sums(document) == expected
    assert document["draws"] == 36
    assert document["kept_blocks"] == 0
    assert reports == [(k, 12) for k in range(13)]
    draws = column(tmp_path / "sweep/blocks", range(12), "draw")
    assert list(draws) == [k * BLOCK + i for k, n in BLOCKS for i in range(n)]


def test_a_killed_worker_loses_nothing(
    plan: Scenario, expected: Sums, cluster: Any, workers: Workers, tmp_path: Path
) -> None:
    victims: list[int] = []

    def kill_one(_: str, done: int, total: int) -> None:
        if done == 3 and not victims:
            victims.append(cluster.workers[0].pid)
            os.kill(victims[0], signal.SIGKILL)

    document = sweep(plan, tmp_path, draws=36, workers=workers, blocks=BLOCKS, progress=kill_one)
    assert len(victims) == 1
    assert sums(document) == expected


def test_processes_of_this_machine_give_the_same_bits_and_are_replaced(
    plan: Scenario, expected: Sums, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hired: list[int] = []
    start = processes._Child.start

    def watched(self: Any) -> None:
        start(self)
        hired.append(self.pid)

    def kill_one(_: str, done: int, total: int) -> None:
        if done == 3 and len(hired) == 2:
            os.kill(hired[0], signal.SIGKILL)

    monkeypatch.setattr(processes._Child, "start", watched)
    document = sweep(plan, tmp_path, draws=36, workers=Workers(2), blocks=BLOCKS, progress=kill_one)
    assert len(hired) == 3
    assert sums(document) == expected


def test_a_killed_driver_loses_nothing_that_was_finished(
    scenario_file: Path, plan: Scenario, expected: Sums, workers: Workers, tmp_path: Path
) -> None:
    folder = tmp_path / "sweep"
    program = f"""
import os, signal
from pathlib import Path
from triffin.run.engine import loaded
from triffin.studies.sweep.driver import Workers, sweep

def die(_, done, total):
    if done == 5:
        os.kill(os.getpid(), signal.SIGKILL)

sweep(loaded({str(scenario_file)!r}), Path({str(folder)!r}), draws=36,
      workers=Workers(scheduler={workers.scheduler!r}), blocks={BLOCKS}, progress=die)
"""
    done = subprocess.run([sys.executable, "-c", program], timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL
    assert not (folder / MANIFEST).exists()
    document = sweep(plan, folder, draws=36, workers=workers, blocks=BLOCKS, resume=True)
    assert document["kept_blocks"] == 5
    assert sums(document) == expected
    assert json.loads((folder / MANIFEST).read_text())["draws"] == 36


def test_a_finished_sweep_is_answered_from_its_files_and_grows(
    plan: Scenario, workers: Workers, tmp_path: Path
) -> None:
    first = sweep(plan, tmp_path, draws=9, workers=workers, blocks=BLOCKS[:3])
    again = sweep(plan, tmp_path, draws=9, workers=Workers(scheduler="tcp://nobody:1"),
                  blocks=BLOCKS[:3])  # fmt: skip
    assert again["kept_blocks"] == 3
    assert again["headline"] == first["headline"]
    longer = sweep(plan, tmp_path, draws=12, workers=workers, blocks=BLOCKS[:4])
    assert (longer["kept_blocks"], longer["draws"]) == (3, 12)


@pytest.mark.parametrize("damage", ["changed", "cut", "unrecorded", "record", "other length"])
def test_a_block_that_does_not_fit_its_record_is_solved_again(
    plan: Scenario, expected: Sums, workers: Workers, tmp_path: Path, damage: str
) -> None:
    sweep(plan, tmp_path, draws=9, workers=workers, blocks=BLOCKS[:3])
    file = block_path(tmp_path / "blocks", 1)
    if damage == "changed":
        file.write_bytes(file.read_bytes()[:-1] + b"x")
    elif damage == "cut":
        file.write_bytes(file.read_bytes()[:100])
    elif damage == "record":
        record = record_path(tmp_path / "blocks", 1)
        text = record.read_text()
        record.write_text(re.sub(r'"failed_draws": \d+', '"failed_draws": 99', text))
    elif damage == "unrecorded":
        record_path(tmp_path / "blocks", 1).unlink()
    else:
        sweep(plan, tmp_path, draws=2, workers=workers, blocks=[(1, 2)])
    document = sweep(plan, tmp_path, draws=9, workers=workers, blocks=BLOCKS[:3])
    assert document["kept_blocks"] == 2
    assert sums(document) == {k: expected[k] for k in range(3)}


def test_a_changed_plan_is_refused_by_name(
    plan: Scenario, workers: Workers, tmp_path: Path
) -> None:
    sweep(plan, tmp_path, draws=3, workers=workers, blocks=BLOCKS[:1])
    file = tmp_path / PLAN
    file.write_text(file.read_text().replace('"seed": 1', '"seed": 2'))
    with pytest.raises(InputError, match=r"plan\.json.*changed since"):
        sweep(plan, tmp_path, draws=3, workers=workers, blocks=BLOCKS[:1], resume=True)


def test_a_sweep_has_the_draws_and_medians_of_a_run(
    plan: Scenario, workers: Workers, tmp_path: Path
) -> None:
    document = sweep(plan, tmp_path, draws=40, workers=workers)
    result = run(plan, draws=40)
    numeric = [entry for entry in result.headline if entry["median"] is not None]
    assert [entry["id"] for entry in document["headline"]] == [entry["id"] for entry in numeric]
    for entry, whole in zip(document["headline"], numeric, strict=True):
        drawn = column(tmp_path / "blocks", [0], f"headline.{entry['id']}")
        expected = result.data["headline_draws"].sel(headline=entry["id"]).values
        np.testing.assert_array_equal(drawn, expected)
        assert [entry[k] for k in ("median", "low", "high")] == [
            whole[k] for k in ("median", "low", "high")
        ]
        assert entry["drivers"]


def test_a_sweep_may_have_more_draws_than_a_run(
    plan: Scenario, workers: Workers, tmp_path: Path
) -> None:
    last = [(39_062, 2)]
    document = sweep(plan, tmp_path / "far", draws=10_000_000, workers=workers, blocks=last)
    assert document["draws"] == 2
    assert list(column(tmp_path / "far/blocks", [39_062], "draw")) == [9_999_872, 9_999_873]
    with pytest.raises(InputError, match="2000000000 draws"):
        sweep(plan, tmp_path / "more", draws=2_000_000_000, workers=workers)


def test_a_folder_of_another_sweep_or_of_others_is_refused(
    plan: Scenario, workers: Workers, tmp_path: Path
) -> None:
    sweep(plan, tmp_path / "one", draws=3, workers=workers, blocks=BLOCKS[:1])
    with pytest.raises(InputError, match="another scenario, seed"):
        sweep(plan, tmp_path / "one", draws=3, seed=2, workers=workers)
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "thesis.doc").write_text("")
    with pytest.raises(InputError, match=r"thesis\.doc"):
        sweep(plan, tmp_path / "two", draws=3, workers=workers)
    with pytest.raises(InputError, match="is a file"):
        sweep(plan, tmp_path / "two" / "thesis.doc", draws=3, workers=workers)
    with pytest.raises(InputError, match="no sweep to resume"):
        sweep(plan, tmp_path / "three", draws=3, workers=workers, resume=True)
    assert not (tmp_path / "three").exists()


def test_a_scheduler_without_dask_says_what_to_install(
    plan: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"triffin\[cluster\]"):
        sweep(plan, tmp_path, draws=3, workers=Workers(scheduler="tcp://nobody:1"))
