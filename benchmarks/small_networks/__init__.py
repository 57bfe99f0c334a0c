"""Plugins that cost almost nothing at 224x224 pixels: a GAN, a refiner and a classifier, for `scale.py`."""
