"""Visual Turing Tests: pages for raters, and their scores."""
