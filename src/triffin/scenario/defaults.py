"""Who plays in a scenario that does not say so: chosen from its tariffs, and said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from triffin.scenario.phases import entry_layers
from triffin.world.base.errors import InputError
from triffin.world.model import World

if TYPE_CHECKING:
    from triffin.scenario.schema import Scenario


def with_players(scenario: Scenario, world: World) -> Scenario:
    """The scenario with a hegemon and a focus, and a note on each that it left open.

    The hegemon is the importer with the most tariffs set; of equals the largest. The focus is, of
    the economies on which the hegemon sets tariffs, its rival aside, the one that sells most to it.

    Raises
    ------
    InputError where no tariffs say who the hegemon is.
    """
    if scenario.hegemon and scenario.focus:
        return scenario
    n = world.n_economies
    named = np.zeros((n, n), dtype=bool)  # exporter, importer
    for position, entry in enumerate(scenario.tariffs or ()):
        for layer in entry_layers(entry, scenario.entry_folder(position), world):
            named |= layer.named.any(axis=0)
    notes: list[str] = []
    hegemon = scenario.hegemon
    if not hegemon:
        if not named.any():
            raise InputError(
                "the key 'hegemon' is missing, and no tariffs say who it is.",
                field="hegemon",
                valid="hegemon: CODE, or tariffs: of one economy",
            )
        counts = named.sum(axis=0)
        chosen = int(np.argmax(np.where(counts == counts.max(), world.gdp, -1.0)))
        hegemon = world.economies[chosen]
        notes.append(
            f"hegemon is not stated: {world.names[chosen]} ({hegemon}), which sets the most "
            "tariffs, is taken."
        )
    focus = scenario.focus
    if not focus:
        home = world.index(hegemon)
        sales = world.trade[:, :, home].sum(axis=0)
        barred = [home] + ([world.index(scenario.rival)] if scenario.rival else [])
        sales = np.where(np.isin(np.arange(n), barred), -1.0, sales)
        taxed = np.where(named[:, home], sales, -1.0)
        chosen = int(np.argmax(taxed if taxed.max() >= 0 else sales))
        focus = world.economies[chosen]
        notes.append(
            f"focus is not stated: {world.names[chosen]} ({focus}), which sells most to {hegemon} "
            "of those on which it sets tariffs, is taken."
        )
    found = scenario.model_copy(update={"hegemon": hegemon, "focus": focus})
    found._notes = (*scenario.notes, *notes)
    return found
