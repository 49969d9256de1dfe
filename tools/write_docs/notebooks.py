"""Write the executed notebooks of docs/examples from the scripts beside this file.

`python -m tools.write_docs.notebooks` runs every script of `examples/` cell by cell (cells begin
with `# %%`, texts with `# %% [markdown]`) in an empty folder and writes the notebook with what it
printed and drew. Needs the extra `docs`.
"""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).parent / "examples"
NOTEBOOKS = Path(__file__).resolve().parents[2] / "docs" / "examples"


@dataclass(frozen=True)
class Cell:
    """One cell of a script: text for readers, or code."""

    kind: str
    source: str


def cells(script: Path) -> list[Cell]:
    """The cells of a script in order."""
    found = []
    for part in re.split(r"^# %%", script.read_text(encoding="utf-8"), flags=re.M)[1:]:
        head, _, body = part.partition("\n")
        if "[markdown]" in head:
            text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in body.splitlines())
            found.append(Cell("markdown", text.strip()))
        else:
            found.append(Cell("code", body.strip()))
    return found


def write(script: Path) -> Path:
    """Execute a script's cells and write its notebook. Raises nbclient's error of a cell."""
    import nbformat
    from nbclient import NotebookClient

    makers = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    made = [makers[cell.kind](cell.source) for cell in cells(script)]
    for number, cell in enumerate(made):
        cell["id"] = f"{script.stem}-{number}"  # the same cells give the same file
    notebook = nbformat.v4.new_notebook(cells=made)
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}}).execute()
        for cell in notebook.cells:
            cell.metadata.pop("execution", None)
            for output in cell.get("outputs", ()):
                if output.get("output_type") == "stream":
                    output["text"] = output["text"].replace(os.path.realpath(folder), ".")
    target = NOTEBOOKS / f"{script.stem}.ipynb"
    nbformat.write(notebook, target)
    return target


def main() -> None:
    NOTEBOOKS.mkdir(parents=True, exist_ok=True)
    for script in sorted(SCRIPTS.glob("*.py")):
        print(write(script).name)


if __name__ == "__main__":
    main()
