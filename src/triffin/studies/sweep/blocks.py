"""One block of a sweep: what a worker computes, and the file it becomes.

A block's file depends on the scenario, the seed, the code and its number alone. It is written
under another name and renamed; beside it stands a record with its checksum. A block without a
record that fits is no block.
"""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.run.assembly import block_answers
from triffin.run.block import solve_block
from triffin.run.engine import no_progress
from triffin.run.plan.prepare import Prepared, prepare
from triffin.run.plan.streams import BLOCK
from triffin.run.sections.every import SECTIONS
from triffin.world.base.atomic_files import atomic_file, sealed
from triffin.world.base.own_tables_in_place import using
from triffin.world.base.processes import keep_freed_memory
from triffin.world.base.user_cache import kept_document, note_damage
from triffin.world.registry.parameter_set import ParameterSet

if TYPE_CHECKING:
    from triffin.scenario.schema import Scenario

HEADLINE, PARAMETER = "headline.", "parameter."
RECORD = ".json"


@dataclass(frozen=True)
class Job:
    """What every block of a sweep has in common. key : names content, data, seed and code."""

    key: str
    plan: Scenario
    seed: int
    parameters: ParameterSet
    tables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SolvedBlock:
    """A block as it comes from a worker: the bytes of its parquet file, and what to know of it."""

    number: int
    n: int
    content: bytes
    record: dict[str, Any]


_PREPARED: dict[str, Prepared] = {}


def solve_task(job: Job, number: int, n: int) -> SolvedBlock:
    """Solve one block in this process. What blocks share is solved once and kept."""
    keep_freed_memory()
    started, cpu = time.perf_counter(), time.process_time()
    with using(**job.tables):
        if job.key not in _PREPARED:
            _PREPARED.clear()
            _PREPARED[job.key] = prepare(
                job.plan, SECTIONS, progress=no_progress, parameters=job.parameters
            )
        prepared = _PREPARED[job.key]
        ready = time.process_time()
        block = solve_block(prepared, number, n, job.seed, no_progress)
        answers, behind, values = block_answers(prepared, block)
    columns: dict[str, Any] = {
        "draw": np.arange(number * BLOCK, number * BLOCK + n),
        "closure": [prepared.chosen[k].id for k in block.sample.closure],
    }
    columns |= {f"{HEADLINE}{name}": np.asarray(v, np.float64) for name, v in behind.items()}
    columns |= {f"{PARAMETER}{name}": np.asarray(v, np.float64) for name, v in values.items()}
    content = _parquet(columns, {"triffin.sweep": job.key, "triffin.block": str(number)})
    failed = dict(block.ledger.failures)
    record = {
        "key": job.key,
        "number": number,
        "n": n,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "invariants": {name: float(worst) for name, worst in block.invariants.worst.items()},
        "failed_draws": int(block.ledger.failed_draws),
        "failures": {str(reason): int(count) for reason, count in failed.items()},
        "solves": int(block.ledger.solves),
        "seconds": round(time.perf_counter() - started, 3),
        "cpu_seconds": round(time.process_time() - cpu, 3),
        "prepare_cpu_seconds": round(ready - cpu, 3),
        "peak_mb": round(peak_memory_mb(), 1),
    }
    if number == 0:
        kept = ("id", "question", "unit", "class", "grade", "median", "coverage", "information")
        record["headline"] = [
            {name: entry.get(name) for name in kept}
            | {"driver_shares": dict(entry["driver_shares"])}
            for entry in answers
        ]
    return SolvedBlock(number, n, content, record)


def write_block(folder: Path, solved: SolvedBlock) -> None:
    """The file of a block, then its record: each whole or not at all."""
    with atomic_file(block_path(folder, solved.number)) as partial:
        partial.write_bytes(solved.content)
    with atomic_file(record_path(folder, solved.number)) as partial:
        partial.write_bytes(sealed(solved.record))


def finished_block(folder: Path, key: str, number: int, n: int) -> dict[str, Any] | None:
    """Record of a block that was finished for the same sweep and is unchanged, or None."""
    record, path = kept_document(record_path(folder, number)), block_path(folder, number)
    if record is None or any(
        record.get(name) != value for name, value in (("key", key), ("number", number), ("n", n))
    ):
        return None
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest() != record["sha256"]:
        note_damage(path)
        return None
    return record


def block_path(folder: Path, number: int) -> Path:
    """File of a block."""
    return folder / f"block-{number:07d}.parquet"


def record_path(folder: Path, number: int) -> Path:
    """Record of a block."""
    return folder / f"block-{number:07d}{RECORD}"


def peak_memory_mb() -> float:
    """Largest resident memory of this process so far, MB; nan where the system does not say."""
    try:
        import resource
    except ImportError:
        return float("nan")
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def _parquet(columns: Mapping[str, Any], metadata: Mapping[str, str]) -> bytes:
    import pyarrow
    from pyarrow import parquet

    table = pyarrow.table(dict(columns)).replace_schema_metadata(dict(metadata))
    stream = io.BytesIO()
    parquet.write_table(table, stream, compression="zstd", use_dictionary=["closure"])
    return stream.getvalue()
