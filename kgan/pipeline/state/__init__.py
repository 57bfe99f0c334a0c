"""Which steps are finished: identity, code, and reasons of change."""
