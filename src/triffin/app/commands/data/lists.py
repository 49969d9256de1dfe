"""`triffin worlds`, `scenarios`, `models` and `parameters`: what there is."""

from __future__ import annotations

from typing import Annotated, Any

from typer import Argument

from triffin.app.declare import command
from triffin.app.show import Column, table, text
from triffin.app.terminal import print_table

_OF_PARAMETERS = (
    "name",
    "value",
    "unit",
    "distribution",
    "low",
    "high",
    "source",
    "grade",
    "description",
    "note",
    "room",
    "domain",
)


def print_worlds(found: dict[str, Any]) -> None:
    for world in found["worlds"]:
        size = (
            f"{world['economies']} economies, {world['sectors']} sectors, "
            f"{world['bytes'] / 1e3:,.0f} kB"
        )
        print_table(
            "",
            [world["name"], world["title"]],
            [
                ["year", world["year"]],
                ["size", size],
                ["source", world["source"]],
                ["terms", world["licence"]],
            ],
        )


@command(listing=print_worlds, example="triffin worlds")
def worlds() -> dict[str, Any]:
    """The worlds that ship with Triffin."""
    from triffin.world.loading import list_worlds

    return {"worlds": list_worlds()}


def print_scenarios(found: dict[str, Any]) -> None:
    table(
        "",
        found["scenarios"],
        text("scenario", "name"),
        *(text(key, key) for key in ("title", "start", "days")),
        text("players", lambda row: f"{row['hegemon']}, {row['focus']}"),
    )


@command(listing=print_scenarios, example="triffin scenarios --json")
def scenarios() -> dict[str, Any]:
    """The scenarios that ship with Triffin."""
    from triffin.scenario.loading import list_scenarios

    return {"scenarios": list_scenarios()}


def print_models(found: dict[str, Any]) -> None:
    table(
        "",
        found["models"],
        text("model", "name"),
        text("what it is", "title"),
        text("source", "citation"),
    )


@command(listing=print_models, example="triffin models")
def models() -> dict[str, Any]:
    """The published models, choices of parameters of one kernel."""
    from dataclasses import asdict

    from triffin.trade.models import MODELS

    return {"models": [asdict(model) for model in MODELS.values()]}


def print_parameters(found: dict[str, Any]) -> None:
    entries = found["parameters"]
    if len(entries) == 1:
        rows = [[key, _written(value)] for key, value in entries[0].items()]
        print_table("", ["", entries[0]["name"]], rows)
        return
    table(
        "",
        entries,
        text("parameter", "name"),
        text("unit", "unit"),
        text("grade", "grade"),
        *(Column(key, key, "{:g}".format) for key in ("value", "low", "high")),
    )


@command(own=("prior",), listing=print_parameters, example="triffin parameters trade_elasticity")
def parameters(
    name: Annotated[str | None, Argument(help="One parameter; all if left out.")] = None,
) -> dict[str, Any]:
    """The registry of parameters: value, range, source, grade."""
    from triffin.world.registry.registry import all_parameters, parameter

    found = [parameter(name)] if name else list(all_parameters().values())
    rows = [{key: getattr(p, key) for key in _OF_PARAMETERS} for p in found]
    return {"parameters": [row | {"domain": str(row["domain"])} for row in rows]}


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    return "—" if value is None else str(value)
