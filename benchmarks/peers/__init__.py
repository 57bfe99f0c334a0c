"""The same training in PyTorch, as one would write them for speed: what kgan is compared with."""
