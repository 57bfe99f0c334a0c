"""Imported by the server of which processes of steps are forks: what nearly every step imports.

Nothing here computes: a fork of a process with threads of TensorFlow would hang.
"""

import cv2  # noqa: F401
import h5py  # noqa: F401
import sklearn.cluster
import sklearn.decomposition
import sklearn.metrics  # noqa: F401

from kgan.training.tensorflow_import import import_tensorflow

import_tensorflow()
