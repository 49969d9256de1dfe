"""Finance: Treasuries, currencies and the dollar system."""
