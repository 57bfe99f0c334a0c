"""What the comparison of classifiers found, at a glance: sentences and figures that open the report."""
