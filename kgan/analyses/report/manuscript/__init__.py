"""A run in the words of a paper: methods, results, and the checklists that journals ask for."""
