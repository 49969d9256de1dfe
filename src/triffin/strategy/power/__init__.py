"""Power: what one side can do to another by withholding trade (models I)."""
