"""Who can threaten with a sale of Treasuries, and how much of them its government holds (H.1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triffin.finance.treasuries.market import ISSUER, START_MONTH
from triffin.finance.treasuries.own_holdings import OwnHoldings
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.base.own_tables_in_place import HOLDINGS, active
from triffin.world.data.blocs import EU
from triffin.world.data.holdings import TicHoldings, tic_holdings
from triffin.world.registry.parameter_set import ParameterSet

OFFICIAL_SHARES = {
    "JPN": "japan_official_share",
    "CHN": "china_official_share",
    "GBR": "united_kingdom_official_share",
}
OTHERS = "foreign_official_share"


@dataclass(frozen=True)
class Creditor:
    """A partner and its Treasuries (bn) at the end of `month`, those of its members added up.

    listed: code -> bn of the members that the table lists; empty where it lists none, and the
    partner then has nothing to threaten with that anybody could know of. share_entry: registry
    entry of the official share, "" where the user's own table states it as `own_share`.
    currency: whether a daily exchange rate ships, so that the loss on it can be told.
    """

    code: str
    month: str
    listed: dict[str, float]
    share_entry: str
    own_share: float | None = None
    source: str = ""

    @property
    def total_bn(self) -> float:
        return float(sum(self.listed.values()))

    @property
    def currency(self) -> bool:
        return self.code == "JPN"

    def official_share(self, u: Array | float, *, parameters: ParameterSet) -> Array:
        """Official share at probabilities u (n,)."""
        if self.own_share is not None:
            return np.full(np.shape(u), self.own_share)
        return np.asarray(parameters[self.share_entry].quantile(np.asarray(u)))

    def stock_bn(self, official_share: Array | float) -> Array:
        """What the government can sell, bn: private holders do not threaten (H.1)."""
        return self.total_bn * np.asarray(official_share, dtype=np.float64)


def find_creditor(
    code: str,
    *,
    month: str = START_MONTH,
    holdings: TicHoldings | None = None,
    own: OwnHoldings | None = None,
) -> Creditor:
    """The creditor behind the code of a partner ("EU": its members added up).

    A partner that the table does not list holds nothing that can be told: `listed` is empty. own:
    the user's table; the one in place (`world.active`) if left out.
    Raises InputError for the issuer and for a month without data.
    """
    wanted = code.strip().upper()
    if wanted == ISSUER:
        raise InputError(
            "the United States issue Treasuries: they cannot threaten to sell them.",
            value=code,
            valid="the code of a partner",
        )
    members = EU if wanted == "EU" else (wanted,)
    entry = OFFICIAL_SHARES.get(wanted, OTHERS)
    own = active(HOLDINGS) if own is None else own
    if own is not None:
        return _from_own(own, wanted, members, entry)
    tic = holdings or tic_holdings()
    listed = {}
    for member in members:
        if member not in tic.codes:
            continue
        amount = float(tic.series(member).values[_place(tic, month)])
        if np.isfinite(amount):
            listed[member] = amount
    return Creditor(wanted, month, listed, entry, source=tic.source)


def _place(tic: TicHoldings, month: str) -> int:
    tic.of("Grand Total", month)  # refuses a month without data
    return tic.months.index(month)


def _from_own(own: OwnHoldings, code: str, members: tuple[str, ...], entry: str) -> Creditor:
    latest = {}
    for row in sorted(own.rows, key=lambda row: row.month):
        if row.code in members or (code == "EU" and row.name == "European Union"):
            latest[row.code or code] = row
    listed = {member: row.usd_bn for member, row in latest.items()}
    shares = {row.official_share for row in latest.values()}
    stated = shares.pop() if len(shares) == 1 else None
    month = max((row.month for row in latest.values()), default=START_MONTH)
    return Creditor(code, month, listed, entry, stated, f"holdings: {own.file}")
