"""What decides a run to the last bit: its content, its data, and the code as it stands on disk."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import scipy

import triffin
from triffin.scenario.content_hash import canonical_json
from triffin.world.base.arrays import other_threads
from triffin.world.loading import load_world
from triffin.world.registry.parameter_set import ParameterSet, in_place, own_checksums

if TYPE_CHECKING:
    from triffin.scenario.schema import Scenario

_PACKAGE = Path(triffin.__file__).parent


def run_key(
    plan: Scenario,
    draws: int,
    seed: int,
    sensitivity: str = "given-data",
    *,
    parameters: ParameterSet | None = None,
) -> str:
    """SHA-256 of everything that a run depends on, known before anything is solved.

    Stricter than the hash that names a run: besides content, own data, draws and seed it has the
    bytes of the package and the versions of what computes, so that an edited checkout or another
    numpy never takes an older answer for its own. `parameters` : by default those in place.
    """
    parameters = in_place() if parameters is None else parameters
    content = {
        "scenario": plan.resolved,
        "world": str(load_world(plan.world).provenance["sha256"]),
        "own": own_checksums(parameters) | other_threads(),
        "draws": draws,
        "seed": seed,
        "sensitivity": sensitivity,
        "code": code_checksum(),
    }
    return hashlib.sha256(canonical_json(content).encode("utf-8")).hexdigest()


@cache
def code_checksum() -> str:
    """SHA-256 of every file of the package, its data included, and of the numerical libraries."""
    digest = hashlib.sha256()
    for version in (
        np.__version__,
        scipy.__version__,
        platform.python_version(),
        platform.machine(),
    ):
        digest.update(version.encode("utf-8") + b"\0")
    for name, path in package_files(_PACKAGE):
        digest.update(name.encode("utf-8") + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def package_files(folder: Path) -> list[tuple[str, Path]]:
    """(name below the folder, path) of a package's files, sorted; compiled code is left out."""
    return sorted(
        (path.relative_to(folder).as_posix(), path)
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
