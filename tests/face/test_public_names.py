"""What a user finds after `import triffin`: names, signatures, one-line representations."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import triffin
from triffin.world.base.errors import InputError


def test_public_names_are_listed_and_lead_somewhere() -> None:
    assert dir(triffin) == sorted(triffin.__all__)
    for name in triffin.__all__:
        assert getattr(triffin, name) is not None
    with pytest.raises(AttributeError, match="forecast"):
        _ = triffin.forecast


def test_run_has_a_signature_and_a_docstring() -> None:
    parameters = inspect.signature(triffin.run).parameters
    assert list(parameters) == [
        "scenario",
        "draws",
        "seed",
        "overrides",
        "sensitivity",
        "progress",
        "parameters",
    ]
    engine = inspect.signature(triffin.run.run).parameters
    for name in ("draws", "seed", "sensitivity"):
        assert parameters[name].default == engine[name].default
    assert "Parameters" in (inspect.getdoc(triffin.run.__call__) or "")


def test_overrides_are_a_mapping_or_settings() -> None:
    one = triffin.run("universal-10", draws=4, overrides={"days": 60, "focus": "KOR"})
    other = triffin.run("universal-10", draws=4, overrides=["days=60", "focus=KOR"])
    assert one.manifest["hash"] == other.manifest["hash"]
    with pytest.raises(InputError, match="mapping"):
        triffin.run("universal-10", draws=4, overrides="days=60")


def test_a_comparison_takes_results_folders_and_names(tmp_path: object) -> None:
    first = triffin.run("universal-10", draws=4)
    document = triffin.compare(first, "pause-2025", draws=4)
    assert [run["scenario"] for run in document["runs"]] == ["universal-10", "pause-2025"]
    assert document["runs"][1]["common_draws"]
    with pytest.raises(InputError, match="two"):
        triffin.compare(first)


def test_import_is_light() -> None:
    code = (
        "import sys, triffin; "
        "sys.exit(','.join({'numpy', 'pandas', 'scipy', 'pydantic'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
