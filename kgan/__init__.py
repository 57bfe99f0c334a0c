"""kgan: do synthetic training images from a GAN improve a medical-image classifier?

Importing this package is fast: only steps that need TensorFlow import it.
"""

__version__ = "0.1.0"
