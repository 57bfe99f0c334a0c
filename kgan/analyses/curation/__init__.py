"""Which images of a pool are kept, by a rule or by people."""
