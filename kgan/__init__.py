"""kgan: do GAN-made training images help a medical-image classifier?

Importing this package loads nothing heavy: TensorFlow is imported by the step that needs it.
"""

__version__ = "0.1.0"
