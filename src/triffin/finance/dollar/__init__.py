"""The dollar system: safety, currency choice, coercion and the privilege (models F)."""
