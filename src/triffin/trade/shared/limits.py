"""What both kinds of tariff games share: tolerances, bounds and what has no well-posed solution."""

from __future__ import annotations

from triffin.world.base.errors import InputError

TOLERANCE = 1e-9
LOWEST, HIGHEST = -0.9, 10.0


DEVIATIONS = 20


# First-order conditions met this closely count as solved; what was reached is reported.
ACCEPTED = 1e-7


def refuse_ill_posed(deficits: str) -> None:
    """Raise InputError for closures under which a game of tariffs has no meaning."""
    if deficits == "fixed":
        raise InputError(
            "with deficits fixed in nominal terms a player's tariffs change the real value of "
            "the transfer it receives, so the game has no well-posed solution.",
            field="deficits",
            value="fixed",
            valid="balanced (deficits are purged first) or world-share",
        )
