"""Building blocks of pages and figures; independent of the analyses."""
