"""The tariffs in force at the end of each draw, as the talks left them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from triffin.world.base.arrays import Array


@dataclass(frozen=True, eq=False)
class EndTariffs:
    """Tariffs at the end of D draws. before (N, N) : among everybody else. columns (D, N) : the
    hegemon's rates. retaliates (D, N) : economies that answer with the rate that they pay; an
    answer never lowers a rate that is set already."""

    hegemon: int
    before: Array
    columns: Array
    retaliates: Array

    def schedules(self, draws: Array, answer: bool) -> Array:
        """(d, N exporter, N importer) tariffs of some draws; with answers if `answer`."""
        columns = self.columns[draws]
        rates = np.tile(self.before, (len(columns), 1, 1))
        rates[:, :, self.hegemon] = columns
        if answer:
            own = np.where(self.retaliates[draws], columns, 0.0)
            rates[:, self.hegemon] = np.maximum(rates[:, self.hegemon], own)
        rates[:, self.hegemon, self.hegemon] = 0.0
        return rates

    def middle(self) -> EndTariffs:
        """One draw: the median rates, with the answers that most draws have."""
        return replace(
            self,
            columns=np.median(self.columns, axis=0)[None],
            retaliates=(self.retaliates.mean(axis=0) > 0.5)[None],
        )


def joined(tariffs: list[EndTariffs]) -> EndTariffs:
    """The tariffs of several blocks."""
    return replace(
        tariffs[0],
        columns=np.concatenate([one.columns for one in tariffs]),
        retaliates=np.concatenate([one.retaliates for one in tariffs]),
    )
