"""What a plugin implements: readers, GANs, losses, classifiers.

``reader`` needs NumPy alone; ``gan``, ``loss`` and ``classifier`` import TensorFlow, so import them by
module, and late.
"""
