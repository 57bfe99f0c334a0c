"""Commands on the folder of a run."""
