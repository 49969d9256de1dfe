"""Where the public source tables lie, if they do: beside the repository, not in it."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "shared" / "data"


def source_of(name: str) -> Path:
    """Folder of one source; skips the test where it is absent."""
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"the source tables of {name} are not beside the repository")
    return folder


def same_bytes_as_shipped(built: Path) -> bool:
    """Whether a built data file and its provenance are those that ship."""
    from triffin.world.data.shipped import DATASETS

    return all(
        path.read_bytes() == (DATASETS / path.name).read_bytes()
        for path in (built, built.with_suffix(".yaml"))
    )
