"""Groups of economies: who is in them, who is missing, and how their figures are weighted.

Group figures are means of the members' percentages weighted by baseline spending, as in
Ignatenko et al. (2025); their Table 4 weights by GDP instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from triffin.world.base.errors import InputError
from triffin.world.data.blocs import EU, EU_PAPER

if TYPE_CHECKING:
    from triffin.world.model import World

Weight = Literal["baseline spending", "gdp_usd"]


# name -> (title, members, source)
_SHIPPED: dict[str, tuple[str, tuple[str, ...], str]] = {
    "EU-paper": (
        "European Union as in the paper's tables (25 members, without Czechia and Slovakia)",
        EU_PAPER,
        "Ignatenko, Macedoni, Lashkaripour and Simonovska (2025), Tables 2 and 4",
    ),
    "EU": (
        "European Union (27 members since 2020)",
        EU,
        "Treaty on European Union, membership since 1 February 2020",
    ),
}
RESERVED_GROUPS = (*_SHIPPED, "world")


@dataclass(frozen=True)
class Group:
    """A group as it exists in one world.

    members: codes in the order of the world's economies. missing: members by definition that the
    world does not have. weight: what a mean over the group is weighted by.
    """

    name: str
    title: str
    members: tuple[str, ...]
    missing: tuple[str, ...]
    weight: Weight
    source: str

    @property
    def note(self) -> str:
        """One sentence for the foot of a table."""
        weights = {
            "baseline spending": "baseline spending",
            "gdp_usd": "GDP in current USD",
        }[self.weight]
        text = f"{self.title}: mean of {len(self.members)} economies weighted by {weights}"
        if self.missing:
            text += f"; not in this world: {', '.join(self.missing)}"
        return text + "."


def group_names(world: World) -> tuple[str, ...]:
    """Names of the groups that have members in a world ("non-CODE" works for every economy)."""
    shipped = (
        name
        for name, (_, members, _) in _SHIPPED.items()
        if name not in world.economies and set(members) & set(world.economies)
    )
    non_us = ("non-USA",) if "USA" in world.economies else ()
    return (*world.groups, *shipped, *non_us, "world")


def group(world: World, name: str, weight: Weight = "baseline spending") -> Group:
    """A group of a world: own groups, EU, EU-paper, world, non-X (all but X), or one economy.

    X is an economy or a group. Names that the world itself uses win: an economy called EU is
    that economy. Raises InputError with the nearest match for an unknown name, and when no
    member is in the world.
    """
    if name in world.groups:
        own = world.groups[name]
        return _present(world, name, name, own, weight, str(world.provenance.get("source", "")))
    if name in world.economies:
        title = world.names[world.economies.index(name)]
        return _present(world, name, title, (name,), weight, world.title)
    if name == "world":
        return _present(world, name, "World", world.economies, weight, world.title)
    if name in _SHIPPED:
        title, members, source = _SHIPPED[name]
        return _present(world, name, title, members, weight, source)
    if name.startswith("non-"):
        out = name.removeprefix("non-")
        if out in (*world.economies, *world.groups, *_SHIPPED):
            without = group(world, out, weight)
            members = tuple(code for code in world.economies if code not in without.members)
            title = f"All economies but {without.title}"
            return _present(world, name, title, members, weight, without.source)
    choices = (*group_names(world), *world.economies)
    raise InputError(
        f"{name!r} is not a group of {world.name}.",
        value=name,
        among=choices,
        valid=(*group_names(world), "non-CODE", "an economy"),
    )


def group_members(world: World, name: str) -> tuple[str, ...]:
    """Codes of the members of a group that the world has, in the world's order (see `group`)."""
    return group(world, name).members


def _present(
    world: World, name: str, title: str, members: tuple[str, ...], weight: Weight, source: str
) -> Group:
    wanted = set(members)
    found = tuple(code for code in world.economies if code in wanted)
    if not found:
        raise InputError(
            f"the group {name!r} has no member in {world.name}.",
            value=name,
            valid=group_names(world),
        )
    missing = tuple(code for code in members if code not in world.economies)
    return Group(name, title, found, missing, weight, source)
