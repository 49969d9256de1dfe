"""What US tariffs by law do at the till and in the Treasury's account: docs/trade.md, section 8."""
