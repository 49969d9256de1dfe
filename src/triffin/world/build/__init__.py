"""Scripts that build the shipped datasets from public sources (not used at run time)."""
