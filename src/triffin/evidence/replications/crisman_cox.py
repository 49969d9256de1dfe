"""The threat game of Crisman-Cox and Gibilisco (2021): their estimates, and a score out of sample.

The published numbers are in `papers/crisman-cox-2021.yaml`, the game in `threat_game`.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from triffin.evidence.replications import threat_game as game
from triffin.evidence.replications.paper import Paper, Row, beside, compare
from triffin.world.base.arrays import Array


class ThreatGame(Paper):
    """The entry of `replicate`."""

    @cached_property
    def games(self) -> game.Games:
        """The 418 games."""
        return game.shipped_games()

    @cached_property
    def nested(self) -> game.Estimate:
        """The nested pseudo-likelihood estimate."""
        return game.nested_pseudo_likelihood(self.games)

    @cached_property
    def constrained(self) -> game.Estimate:
        """Maximum likelihood subject to equilibrium."""
        return game.maximum_likelihood(self.games, self.nested)

    def rows(self) -> list[Row]:
        """Log-likelihoods, chances and the 20 coefficients with standard errors in their names."""
        games, nested = self.games, self.nested
        theirs = games.start("PRnpl", "PFnpl")
        found = {
            "nested": nested.log_likelihood,
            "constrained": self.constrained.log_likelihood,
        }
        rows = [
            compare(f"log-likelihood, {name}", said["published"], found[name], 2, said["note"])
            for name, said in self.published["likelihoods"].items()
        ]
        distance = float(np.max(np.abs(nested.chances - theirs)))
        note = self.published["chances_note"].strip()
        rows.append(compare("chances, largest distance", 0.0, distance, 5, note))
        implied = game.pseudo_likelihood(games, theirs, np.zeros(len(nested.theta)))
        note = self.published["coefficients_note"].strip()
        each = zip(game.labels(), implied, nested.theta, nested.errors, strict=True)
        return rows + [
            compare(f"{label} (s.e. {error:.3f})", float(published), computed, 2, note)
            for label, published, computed, error in each
        ]

    def artefacts(self) -> list[Row]:
        """The likelihoods of the other two estimators, and why ours are higher."""
        games, start = self.games, self.games.start()
        theta = game.pseudo_likelihood(games, start, self.nested.theta)
        ends = game.respond(games.utilities(theta), start)[0]
        said = self.published
        return [
            beside(
                "log-likelihood, pseudo-likelihood",
                said["pseudo"]["published"],
                game.log_likelihood(games, ends),
                said["pseudo"]["why"],
            ),
            beside(
                "log-likelihood, traditional maximum likelihood",
                said["traditional"]["published"],
                self.constrained.log_likelihood,
                said["traditional"]["why"],
            ),
        ]

    def comparisons(self) -> list[Row]:
        """Negative log score a event, fitted before 1990 and scored on the 1990s."""
        early = self.games.columns["tenyear"] < self.published["before"]
        past, later = self.games.chosen(early), self.games.chosen(~early)
        fitted = game.nested_pseudo_likelihood(past)
        resist, firm = game.equilibrium(later.utilities(fitted.theta), later.start())
        rows = []
        for what, chance, yes, no in (
            ("concede", 1 - resist, (1,), (2, 3)),
            ("firm", firm, (2,), (3,)),
        ):
            base = _share(past.counts, yes, no)
            score = _score(later.counts, chance, yes, no)
            why = self.published[f"{what}_why"].format(rival=_score(later.counts, base, yes, no))
            rows.append(beside(f"log score out of sample, {what}", None, score, why))
        return rows


def _share(counts: Array, yes: tuple[int, ...], no: tuple[int, ...]) -> Array:
    happened, all_of_them = counts[:, yes].sum(), counts[:, (*yes, *no)].sum()
    return np.asarray(happened / all_of_them)


def _score(counts: Array, chance: Array, yes: tuple[int, ...], no: tuple[int, ...]) -> float:
    """Negative log score per event of `chance` of the ends `yes` against `no`."""
    right = counts[:, yes].sum(axis=1) * np.log(chance)
    wrong = counts[:, no].sum(axis=1) * np.log(1 - chance)
    return -float((right + wrong).sum() / counts[:, (*yes, *no)].sum())
