"""The phantom cohort: computed brains with tumours."""
