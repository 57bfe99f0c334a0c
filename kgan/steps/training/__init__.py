"""The steps that train GANs and refiners."""
