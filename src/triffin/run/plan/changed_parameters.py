"""A scenario's changed parameters stand in for the registry's while it runs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from triffin.scenario.parameter_changes import changed
from triffin.scenario.schema import Scenario
from triffin.trade.parameter_draws import trade_changes
from triffin.world.base.own_tables_in_place import PRIOR, active, checksum, using
from triffin.world.data.own.priors import Priors
from triffin.world.registry.registry import Parameter, parameter


@contextlib.contextmanager
def with_changes(scenario: Scenario) -> Iterator[None]:
    """Put `changes:` in place of the registry's entries, on top of the user's own priors.

    Parameters of the trade model are left to `run.draws`, which draws them itself; it raises
    InputError for those that a run fixes by its choice of models.
    """
    trade = trade_changes(scenario)
    entries: dict[str, Parameter] = {
        name: changed(parameter(name), change)
        for name, change in (scenario.changes or {}).items()
        if name not in trade
    }
    if not entries:
        yield
        return
    own = active(PRIOR)
    below = dict(own.entries) if own is not None else {}
    both = below | entries
    content = {name: entry.content() for name, entry in both.items()}
    file = scenario.source_file or scenario.scenario
    # What is read counts for the user's priors too, so that those of no use can be named.
    notes, read = (own.notes, own.read) if own is not None else ((), set())
    with using(prior=Priors(file, both, notes, checksum(content), read)):
        yield
