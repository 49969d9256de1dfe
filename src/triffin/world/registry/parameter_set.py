"""The parameters of one computation, as a value: what ships, own priors and a scenario's changes.

A set is resolved once, when a run is prepared or a question is asked, and handed down as the
argument `parameters`; its checksum is part of what names a run. Only `in_place` looks at the own
priors that a `with triffin.own_data(...)` block or the command line has put in place, and only the
functions that begin a computation call it.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

import numpy as np

from triffin.world.base.arrays import Array
from triffin.world.base.errors import one_of
from triffin.world.base.own_tables_in_place import PRIOR, active, active_own_data, checksum
from triffin.world.registry.registry import Parameter, quantile, shipped_parameters
from triffin.world.registry.sampling import plausible

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class ParameterSet(Mapping[str, Parameter]):
    """Entries of the registry by name; two sets with the same own entries are equal.

    entries : name -> entry. own : those that do not ship: priors of the user's and changes of a
    scenario. asked : names that a computation has asked for, so that a prior without effect can be
    named; sets made from one another share it. file : where the user's priors were read, "" without
    any.

    >>> ours = shipped().with_changes({"trade_elasticity": {"value": 5.0}})
    >>> ours["trade_elasticity"].value, shipped().value("trade_elasticity")
    (5.0, 4.0)
    """

    entries: Mapping[str, Parameter]
    own: Mapping[str, Parameter] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    file: str = ""

    def __getitem__(self, name: str) -> Parameter:
        """One entry. Raises InputError with the nearest match if there is none."""
        one_of(name, self.entries, f"there is no parameter {name!r}.")
        self.asked.add(name)
        return self.entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, name: object) -> bool:
        return name in self.entries

    def __hash__(self) -> int:
        return hash(self.checksum)

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process has what ships; it needs the own entries alone.
        return _rebuilt, (dict(self.own),)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ParameterSet) and other.checksum == self.checksum

    @functools.cached_property
    def checksum(self) -> str:
        """SHA-256 of the own entries, "" without any: what ships is part of the code."""
        if not self.own:
            return ""
        return checksum({name: entry.content() for name, entry in self.own.items()})

    def value(self, name: str) -> float:
        """Central value of an entry."""
        return self[name].value

    def quantile(self, name: str, u: Array) -> Array:
        """Values of an entry at probabilities `u` of any shape (see `Parameter.quantile`)."""
        return self[name].quantile(u)

    def draw(self, names: Sequence[str], u: Mapping[str, Array]) -> dict[str, Array]:
        """Entries by name at their own columns of `u` (see `plausible`)."""
        return {name: plausible(self[name], u[name]) for name in names}

    def with_prior(self, prior: Mapping[str, Parameter]) -> ParameterSet:
        """These parameters with complete entries in place of those of the same names."""
        if not prior:
            return self
        return dataclasses.replace(
            self, entries={**self.entries, **prior}, own={**self.own, **prior}
        )

    def with_changes(self, changes: Mapping[str, Mapping[str, Any]]) -> ParameterSet:
        """These parameters with another value ({"value": 2}) or distribution by name.

        Raises InputError for a name that the registry does not have, and for values and draws
        beyond the domain of a quantity.
        """
        return self.with_prior(
            {name: _changed(self[name], change) for name, change in changes.items()}
        )


def _rebuilt(own: dict[str, Parameter]) -> ParameterSet:
    return shipped().with_prior(own)


@functools.cache
def shipped() -> ParameterSet:
    """The parameters as they ship, whatever is in place."""
    return ParameterSet(shipped_parameters(), {})


def in_place() -> ParameterSet:
    """What ships, with the user's own priors where some are in place: where a computation begins
    that was given no parameters."""
    prior = active(PRIOR)
    if prior is None:
        return shipped()
    found = shipped().with_prior(prior.entries)
    return dataclasses.replace(found, asked=prior.read, file=prior.file)


def own_checksums(parameters: ParameterSet) -> dict[str, str]:
    """Kind -> checksum of all that a computation uses and that does not ship: its parameters, and
    the other own tables in place. A run adds this to what its hash is made of."""
    tables = active_own_data()
    tables.pop(PRIOR, None)
    return tables | ({PRIOR: parameters.checksum} if parameters.own else {})


def kept_by_parameters(function: Callable[P, T]) -> Callable[P, T]:
    """`functools.lru_cache` for a function of hashable arguments, one of them a set of parameters:
    one answer for each set and for the other own tables in place."""
    plain: Callable[..., T] = function

    @functools.lru_cache(maxsize=256)
    def kept(
        tables: tuple[tuple[str, str], ...], first: ParameterSet, /, *args: Any, **kwargs: Any
    ) -> tuple[T, set[str]]:
        return plain(*args, **kwargs), first.asked

    @functools.wraps(function)
    def found(*args: P.args, **kwargs: P.kwargs) -> T:
        given = (*args, *kwargs.values())
        parameters = next(one for one in given if isinstance(one, ParameterSet))
        tables = tuple(own_checksums(parameters).items())
        options: dict[str, Any] = dict(kwargs)
        value, asked = kept(tables, parameters, *args, **options)
        # Whoever finds an answer kept has asked for what it was made of.
        parameters.asked.update(asked)
        return value

    return found


def _changed(entry: Parameter, change: Mapping[str, Any]) -> Parameter:
    """`entry` with another value or distribution, graded as the user's own."""
    given = {key: value for key, value in change.items() if value is not None}
    source = str(given.pop("source", "")) or "set in the scenario"
    distribution: Mapping[str, Any] | None = given if "dist" in given else None
    entry.refuse_beyond(given.get("value"), distribution)
    if distribution is None:
        value = float(given["value"])
        low = high = value
    else:
        value, low, high = (
            float(v) for v in quantile(distribution, np.array([0.5, 0.05, 0.95]), name=entry.name)
        )
    return dataclasses.replace(
        entry,
        value=value,
        low=low,
        high=high,
        distribution=dict(distribution) if distribution is not None else None,
        source=source,
        grade="judgement",
        note="changed by the scenario; the registry has " + f"{entry.value:g} ({entry.source})",
    )
