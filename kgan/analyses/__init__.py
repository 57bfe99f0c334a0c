"""One folder for each question that is asked of a run."""
