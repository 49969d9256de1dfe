"""Measure the house: sizes, import circles, and the exceptions that are left.

`python -m tools.house` checks what house rules say and exits with 1 where one is broken;
`--write` also renews the table in docs/architecture.md. The list of exceptions stands in
pyproject.toml under [tool.house] and may only shrink: an entry that is no longer needed is an
error, too.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
MOST_LINES, MOST_FILES, MOST_BODY, MOST_ARGUMENTS = 450, 15, 80, 8
START, END = "<!-- house: begin -->", "<!-- house: end -->"


@dataclass(frozen=True)
class Function:
    """A function: where it stands, lines of its body without the docstring, its arguments."""

    place: str
    body: int
    arguments: int


@dataclass(frozen=True)
class House:
    """What was measured of one package."""

    files: int
    lines: int
    circles: tuple[tuple[str, ...], ...]
    folders: dict[str, int]
    lengths: dict[str, int]
    functions: tuple[Function, ...]

    @property
    def long_files(self) -> list[str]:
        return [f"{name}: {n} lines" for name, n in self.lengths.items() if n > MOST_LINES]

    @property
    def full_folders(self) -> list[str]:
        return [f"{name}: {n} files" for name, n in self.folders.items() if n > MOST_FILES]

    @property
    def long_functions(self) -> list[str]:
        return sorted(f.place for f in self.functions if f.body > MOST_BODY)

    @property
    def wide_functions(self) -> list[str]:
        return sorted(f.place for f in self.functions if f.arguments > MOST_ARGUMENTS)


def measure(source: Path) -> House:
    """Measure the package `triffin` under `source`."""
    package = source / "triffin"
    paths = sorted(package.rglob("*.py"))
    lengths, functions = {}, []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(package).as_posix()
        lengths[name] = len(text.splitlines())
        functions += _functions(ast.parse(text), name.removesuffix(".py").replace("/", "."))
    modules = {_module(path, source): path for path in paths}
    imports = {name: _imports(path, name, modules) for name, path in modules.items()}
    return House(
        files=len(paths),
        lines=sum(lengths.values()),
        circles=tuple(_circles(imports)),
        folders=dict(
            Counter(
                path.parent.relative_to(source).as_posix()
                for path in paths
                if path.name != "__init__.py"
            )
        ),
        lengths=lengths,
        functions=tuple(functions),
    )


def _functions(tree: ast.AST, module: str) -> Iterator[Function]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{module}.{node.name}")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            length = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            count = sum(one.arg not in ("self", "cls") for one in named)
            if any("command" in ast.dump(one) for one in node.decorator_list):
                count = 0  # each is an option of the command line
            yield Function(f"{module}.{node.name}", length, count)
            yield from _functions(node, f"{module}.{node.name}")


def _module(path: Path, source: Path) -> str:
    parts = path.relative_to(source).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path, name: str, modules: dict[str, Path]) -> set[str]:
    """Modules of the package that a module imports, in functions too, but not for types alone."""
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            waiting += node.orelse
            continue
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for one in node.names:
                inner = f"{node.module}.{one.name}"
                found.add(inner if inner in modules else node.module)
        waiting += ast.iter_child_nodes(node)
    return (found & modules.keys()) - {name}


def _circles(imports: dict[str, set[str]]) -> Iterator[tuple[str, ...]]:
    """Groups of modules that reach each other (Tarjan 1972, SIAM J. Comput. 1)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    for start in sorted(imports):
        work = [(start, iter(sorted(imports[start])))] if start not in order else []
        while work:
            name, rest = work[-1]
            if name not in order:
                order[name] = low[name] = len(order)
                stack.append(name)
            for other in rest:
                if other not in order:
                    work.append((other, iter(sorted(imports[other]))))
                    break
                if other in stack:
                    low[name] = min(low[name], order[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == order[name]:
                    group = tuple(stack[stack.index(name) :])
                    del stack[stack.index(name) :]
                    if len(group) > 1:
                        yield tuple(sorted(group))


def problems(house: House, allowed: dict[str, list[str]]) -> list[str]:
    """Every rule that is broken, and every exception that nothing needs any more."""
    found = [f"import circle: {', '.join(circle)}" for circle in house.circles]
    found += [f"file longer than {MOST_LINES} lines: {name}" for name in house.long_files]
    found += [f"folder with more than {MOST_FILES} files: {name}" for name in house.full_folders]
    for key, names, rule in (
        ("long_functions", house.long_functions, f"body longer than {MOST_BODY} lines"),
        ("wide_functions", house.wide_functions, f"more than {MOST_ARGUMENTS} arguments"),
    ):
        exceptions = allowed.get(key, [])
        found += [f"{rule}: {name}" for name in names if name not in exceptions]
        found += [f"exception not needed: {name}" for name in exceptions if name not in names]
    return found


def row(house: House, title: str) -> str:
    """One row of the table of docs/architecture.md."""
    folder = max(house.folders, key=lambda name: house.folders[name])
    file = max(house.lengths, key=lambda name: house.lengths[name])
    longest = max(house.functions, key=lambda one: one.body)
    cells = [
        title,
        f"{house.files}",
        f"{house.lines:,}",
        f"{len(house.circles)}",
        f"{house.folders[folder]} ({folder.removeprefix('triffin/')})",
        f"{house.lengths[file]} ({file})",
        f"{longest.body} ({longest.place})",
        f"{len(house.long_functions)}",
        f"{len(house.wide_functions)}",
    ]
    return f"| {' | '.join(cells)} |"


def main() -> int:
    house = measure(ROOT / "src")
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    allowed = settings["tool"]["house"]
    if "--write" in sys.argv[1:]:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(START)
        table, _, after = rest.partition(END)
        kept = [line for line in table.strip().splitlines() if not line.startswith("| today")]
        today = row(house, f"today ({date.today():%-d %B %Y})")
        body = "\n".join([*kept, today])
        PAGE.write_text(f"{before}{START}\n{body}\n{END}{after}", encoding="utf-8")
    print(row(house, "today"))
    found = problems(house, allowed)
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
