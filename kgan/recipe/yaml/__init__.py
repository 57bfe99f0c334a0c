"""YAML text to plain values that know their line and the override that set them."""
