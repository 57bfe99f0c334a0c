"""The same trainings in PyTorch, as one would write them for speed: what kgan is compared with."""
