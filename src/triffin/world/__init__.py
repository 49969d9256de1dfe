"""World: economies, datasets and their provenance, cited parameters, variables."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triffin.world.base.errors import InputError, NoEquilibrium, NotConverged, TriffinError
    from triffin.world.data.catalogue import Variable, variable, variables
    from triffin.world.data.schedules import (
        ScheduleData,
        list_schedules,
        named_schedule,
        realized_path,
    )
    from triffin.world.data.shipped import load_boundaries
    from triffin.world.groups import Group, group, group_members, group_names
    from triffin.world.loading import list_worlds, load_world
    from triffin.world.model import World
    from triffin.world.registry.registry import Parameter, all_parameters, parameter

_HOMES = {
    "data.shipped": ("load_boundaries",),
    "data.catalogue": ("Variable", "variable", "variables"),
    "base.errors": ("InputError", "NoEquilibrium", "NotConverged", "TriffinError"),
    "groups": ("Group", "group", "group_members", "group_names"),
    "registry.registry": ("Parameter", "all_parameters", "parameter"),
    "data.schedules": ("ScheduleData", "list_schedules", "named_schedule", "realized_path"),
    "loading": ("list_worlds", "load_world"),
    "model": ("World",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Group",
    "InputError",
    "NoEquilibrium",
    "NotConverged",
    "Parameter",
    "ScheduleData",
    "TriffinError",
    "Variable",
    "World",
    "all_parameters",
    "group",
    "group_members",
    "group_names",
    "list_schedules",
    "list_worlds",
    "load_boundaries",
    "load_world",
    "named_schedule",
    "parameter",
    "realized_path",
    "variable",
    "variables",
]


def __getattr__(name: str) -> Any:
    # `triffin --help` needs the error classes only: numpy and the readers load on first use.
    if name in _HOME_OF:
        found = getattr(import_module(f"triffin.world.{_HOME_OF[name]}"), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
