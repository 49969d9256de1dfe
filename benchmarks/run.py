"""Run all benchmarks and print one table: `make bench`.

    python benchmarks/run.py [NAME ...]

A benchmark is a file of this folder with a function main() that returns Measurements. Files
without one print reports of their own and are named below the table.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterable
from pathlib import Path

from measurement import Measurement, use_one_thread

FOLDER = Path(__file__).parent
OTHERS = ("run", "measurement")


def has_main(path: Path) -> bool:
    """Whether a file defines main(), found without running it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body)


def number(value: float | None, unit: str = "") -> str:
    """Three significant digits, or a dash where nothing was measured."""
    return "-" if value is None else f"{value:.3g} {unit}".rstrip()


def show(figures: Iterable[Measurement]) -> bool:
    """Print the table; whether every target was met."""
    figures = list(figures)
    width = max(len(figure.name) for figure in figures)
    print(f"{'':{width}}  {'measured':>12}  {'target':>12}  {'ratio':>8}  met")
    for figure in figures:
        sign = ">=" if figure.at_least else "<="
        print(
            f"{figure.name:{width}}  {number(figure.measured, figure.unit):>12}  "
            f"{sign + ' ' + number(figure.target, figure.unit):>12}  "
            f"{number(figure.ratio):>8}  {'yes' if figure.met else 'no'}"
            + (f"   ({figure.note})" if figure.note else "")
        )
    print("ratio: how many times better than the target; 1 just meets it.")
    return all(figure.met for figure in figures)


def main(names: list[str]) -> int:
    """Exit code 0 if every target is met, 1 if one is missed, 2 for an unknown name."""
    files = {path.stem: path for path in sorted(FOLDER.glob("*.py")) if path.stem not in OTHERS}
    unknown = [name for name in names if name not in files]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(files)}", file=sys.stderr)
        return 2
    chosen = {name: path for name, path in files.items() if not names or name in names}
    figures: list[Measurement] = []
    reports = []
    for name, path in chosen.items():
        if has_main(path):
            figures += importlib.import_module(name).main()
        else:
            reports.append(name)
    met = show(figures) if figures else True
    for name in reports:
        print(f"a report of its own: python benchmarks/{name}.py")
    return 0 if met else 1


if __name__ == "__main__":
    use_one_thread()
    sys.exit(main(sys.argv[1:]))
