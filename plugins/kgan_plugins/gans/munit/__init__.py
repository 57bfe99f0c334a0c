"""MUNIT and UNIT: image-to-image translation between two domains."""
