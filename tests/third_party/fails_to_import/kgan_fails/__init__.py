"""Its reader imports what nobody has."""
