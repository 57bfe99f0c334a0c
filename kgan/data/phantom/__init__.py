"""The phantom cohort: simulated brains with tumours."""
