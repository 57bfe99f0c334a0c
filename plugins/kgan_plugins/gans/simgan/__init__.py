"""SimGAN: a refiner of synthetic images."""
