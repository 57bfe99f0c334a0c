"""The recipes that ship with kgan, so that ``kgan run two_step`` works from any folder."""
