"""Its reader imports a package that does not exist."""
