"""Settings of the core steps, typed; light, as plans are made of them."""
