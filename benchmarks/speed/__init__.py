"""kgan's speed beside that of others, in turns on one machine: ``python -m benchmarks``."""
