"""Find, read, merge and check a scenario; every refusal names file, line and field.

The order is: file, `extends:` parents below it, `--set` on top, schema, world. What is loaded is
complete: its `resolved` content decides a run by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from triffin.scenario.checks import check_scenario
from triffin.scenario.content_hash import resolved_content
from triffin.scenario.overrides import append_final_tariffs, apply_override, split_overrides
from triffin.scenario.phases import change_dates
from triffin.scenario.schema import Scenario
from triffin.scenario.schema_errors import readable, validated
from triffin.world.base.errors import Place, Problems
from triffin.world.base.own_tables_in_place import WORLD, active
from triffin.world.base.yaml_files import Tree, read_tree
from triffin.world.data.own.reader import read_text
from triffin.world.loading import load_world

LARGEST_FILE = 1_000_000
SHIPPED = Path(__file__).parent / "files"


def load_scenario(name_or_path: str | Path, overrides: Iterable[str] = ()) -> Scenario:
    """A scenario by the name it ships under, or from a YAML file, with `PATH=VALUE` overrides.

    `overrides` are those of `triffin.scenario.overrides`; later ones win. A path in `extends:` or
    `file:` is relative to the file it stands in, `world:` is a name or a path from here.

    >>> scenario = load_scenario("japan-2025", ["days=30"])
    >>> scenario.focus, scenario.days, str(scenario.start)
    ('JPN', 30, '2025-04-02')

    Raises
    ------
    InputError naming file, line, field, value, what would be valid and the nearest match.
    """
    path, shown = _find(str(name_or_path), Path("."), Place(field="scenario"))
    tree, folders = _read(path, shown, ())
    plain, final = split_overrides(overrides)
    own = active(WORLD)
    if own is not None and not any(key == "world" for key, _ in plain):
        plain.append(("world", own.file))
    for key, value in plain:
        apply_override(tree, key, value)
    _name(tree, path)
    problems = Problems()
    scenario, wrong = readable(tree, Scenario, problems)
    if final and not problems.found:
        entries = scenario.tariffs or []
        since = change_dates(entries, scenario.start, scenario.end)[-1]
        append_final_tariffs(tree, final, since.isoformat())
        scenario, wrong = readable(tree, Scenario, problems)
    scenario._source_file = shown
    scenario._tree = tree
    scenario._folders = tuple(
        folders.get(tree.here(("tariffs", position, "file")).file or "", ".")
        for position in range(len(scenario.tariffs or ()))
    )
    with problems.collected(), tree.at(("world",)):
        world = load_world(scenario.world)
        scenario = check_scenario(scenario, world, tree, problems, wrong)
    problems.refuse()
    scenario._resolved = resolved_content(scenario)
    return scenario


def list_scenarios() -> list[dict[str, Any]]:
    """The scenarios that ship, by name: name, title, world, start, days, hegemon, focus."""
    found = []
    for name in shipped_names():
        path = SHIPPED / f"{name}.yaml"
        tree = _read(path, path.name, ())[0]
        _name(tree, path)
        scenario = validated(tree, Scenario)
        found.append(
            {
                "name": name,
                "title": scenario.title,
                "world": scenario.world,
                "start": scenario.start.isoformat(),
                "days": scenario.days,
                "hegemon": scenario.hegemon,
                "focus": scenario.focus,
            }
        )
    return found


def _own_name(tree: Tree, path: Path) -> None:
    """A scenario without a name has that of its file."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("-._")[:80] or "scenario"
    tree.data.setdefault("scenario", stem)


def _name(tree: Tree, path: Path) -> None:
    """Name and title; a scenario without a title has its name as one."""
    _own_name(tree, path)
    tree.data.setdefault("title", tree.data["scenario"])


def shipped_names() -> tuple[str, ...]:
    """Names of the scenarios that ship with the package."""
    return tuple(
        sorted(
            entry.name.removesuffix(".yaml")
            for entry in SHIPPED.iterdir()
            if entry.name.endswith(".yaml")
        )
    )


def _find(name: str, folder: Path, asked_by: Place) -> tuple[Path, str]:
    """File of a scenario and the name to show for it; `folder` is where a path starts."""
    shipped = shipped_names()
    if name in shipped:
        return SHIPPED / f"{name}.yaml", f"{name}.yaml"
    path = folder / name
    if name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name or _exists(path):
        return path, str(path)
    raise asked_by.error(
        f"there is no scenario {name!r}.",
        value=name,
        valid=(*shipped, "or the path of a YAML file"),
        among=shipped,
    )


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _read(path: Path, shown: str, chain: tuple[str, ...]) -> tuple[Tree, dict[str, str]]:
    """Tree of a file merged over its parents, and the folder of every file that entered."""
    tree = read_tree(read_text(path, what="a scenario (YAML)", largest=LARGEST_FILE), shown)
    folders = {shown: str(path.parent)}
    chain = (*chain, str(path.resolve()))
    if "extends" not in tree.data:
        return tree, folders
    parent = tree.data.pop("extends")
    place = tree.places.pop(("extends",))._replace(field="extends")
    valid = "the name of a shipped scenario or the path of a YAML file"
    if not isinstance(parent, str) or not parent.strip():
        raise place.error(f"{parent!r} is not the name of a scenario.", value=parent, valid=valid)
    _own_name(tree, path)
    parent_path, parent_shown = _find(parent.strip(), path.parent, place)
    if str(parent_path.resolve()) in chain:
        names = " -> ".join([*(Path(link).stem for link in chain), parent_path.stem])
        raise place.error(
            f"the scenarios extend each other in a circle: {names}.",
            value=parent,
            valid="a parent that does not lead back here",
        )
    if not _exists(parent_path):
        raise place.error(
            f"there is no file {parent_shown}.", value=parent, valid=valid, among=shipped_names()
        )
    below, more = _read(parent_path, parent_shown, chain)
    return tree.over(below), {**more, **folders}
