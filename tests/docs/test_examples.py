"""The notebooks of docs/examples are those of their scripts, and every cell runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.write_docs.notebooks import NOTEBOOKS, SCRIPTS, cells

NAMES = [script.stem for script in sorted(SCRIPTS.glob("*.py"))]


def test_there_are_six_examples() -> None:
    assert len(NAMES) == 6
    assert sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_has_the_cells_of_its_script_and_was_executed(name: str) -> None:
    notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    stored = [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]
    script = cells(SCRIPTS / f"{name}.py")
    assert stored == [(cell.kind, cell.source) for cell in script]
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in code)
    assert not [o for cell in code for o in cell["outputs"] if o["output_type"] == "error"]


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "example"}
    for cell in cells(SCRIPTS / f"{name}.py"):
        if cell.kind == "code":
            exec(compile(cell.source, f"{name}.py", "exec"), names)
