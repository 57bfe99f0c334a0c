"""Files that appear whole or not at all, digests, and the one strict reader of tables."""
