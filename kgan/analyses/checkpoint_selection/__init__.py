"""Which checkpoint of a refiner is used."""
