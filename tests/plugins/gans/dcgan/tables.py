"""The tables of three papers, layer by layer, and how a network is laid beside one.

A row is (kind, kernel, activation, output shape). The sigmoid of the last rows belongs to the loss.
"""

import math

import keras

# Tables 1 and 2 of the zoo paper.
ZOO_GENERATOR = [
    ("dense", 0, "BN+ReLU", (8, 8, 256)),
    ("up", 5, "BN+ReLU", (16, 16, 256)),
    ("up", 5, "BN+ReLU", (16, 16, 256)),
    ("up", 5, "BN+ReLU", (32, 32, 256)),
    ("up", 5, "BN+ReLU", (32, 32, 256)),
    ("up", 5, "BN+ReLU", (64, 64, 256)),
    ("up", 5, "BN+ReLU", (64, 64, 256)),
    ("up", 5, "BN+ReLU", (128, 128, 128)),
    ("up", 5, "BN+ReLU", (256, 256, 64)),
    ("up", 5, "tanh", (256, 256, 1)),
]
ZOO_CRITIC = [
    ("conv", 5, "LeakyReLU", (128, 128, 64)),
    ("conv", 5, "BN+LeakyReLU", (64, 64, 128)),
    ("conv", 5, "BN+LeakyReLU", (32, 32, 256)),
    ("conv", 5, "BN+LeakyReLU", (16, 16, 512)),
    ("conv", 5, "BN+LeakyReLU", (8, 8, 1024)),
    ("similarity", 0, "linear", (8, 8, 1025)),
    ("dense", 0, "LeakyReLU", (1024,)),
    ("dense", 0, "linear", (1,)),
]

# Figure 1 of Radford et al. and its mirror, at 64 px.
RADFORD_GENERATOR = [
    ("dense", 0, "BN+ReLU", (4, 4, 1024)),
    ("up", 5, "BN+ReLU", (8, 8, 512)),
    ("up", 5, "BN+ReLU", (16, 16, 256)),
    ("up", 5, "BN+ReLU", (32, 32, 128)),
    ("up", 5, "tanh", (64, 64, 3)),
]
RADFORD_CRITIC = [
    ("conv", 5, "LeakyReLU", (32, 32, 128)),
    ("conv", 5, "BN+LeakyReLU", (16, 16, 256)),
    ("conv", 5, "BN+LeakyReLU", (8, 8, 512)),
    ("conv", 5, "BN+LeakyReLU", (4, 4, 1024)),
    ("dense", 0, "linear", (1,)),
]

# The multi-sequence paper: Radford's with half the channels, 4x4 filters, ELU in the critic and no tanh. At
# 128 px half of 128, 256, 512, 1024, 1024 is 64, 128, 256, 512, 512. Size -> (generator, critic).
MULTI_SEQUENCE = {
    64: (
        [
            ("dense", 0, "BN+ReLU", (4, 4, 512)),
            ("up", 4, "BN+ReLU", (8, 8, 256)),
            ("up", 4, "BN+ReLU", (16, 16, 128)),
            ("up", 4, "BN+ReLU", (32, 32, 64)),
            ("up", 4, "linear", (64, 64, 1)),
        ],
        [
            ("conv", 4, "ELU", (32, 32, 64)),
            ("conv", 4, "BN+ELU", (16, 16, 128)),
            ("conv", 4, "BN+ELU", (8, 8, 256)),
            ("conv", 4, "BN+ELU", (4, 4, 512)),
            ("dense", 0, "linear", (1,)),
        ],
    ),
    128: (
        [
            ("dense", 0, "BN+ReLU", (4, 4, 512)),
            ("up", 4, "BN+ReLU", (8, 8, 512)),
            ("up", 4, "BN+ReLU", (16, 16, 256)),
            ("up", 4, "BN+ReLU", (32, 32, 128)),
            ("up", 4, "BN+ReLU", (64, 64, 64)),
            ("up", 4, "linear", (128, 128, 1)),
        ],
        [
            ("conv", 4, "ELU", (64, 64, 64)),
            ("conv", 4, "BN+ELU", (32, 32, 128)),
            ("conv", 4, "BN+ELU", (16, 16, 256)),
            ("conv", 4, "BN+ELU", (8, 8, 512)),
            ("conv", 4, "BN+ELU", (4, 4, 512)),
            ("dense", 0, "linear", (1,)),
        ],
    ),
}

_NAMES = {"Dense": "dense", "Conv2DTranspose": "up", "Conv2D": "conv", "MinibatchStddev": "similarity"}
_SILENT = (keras.layers.InputLayer, keras.layers.Reshape, keras.layers.Flatten)


def listed(table, inputs):
    """Yield (kind, kernel, output shape, parameters) of each layer, computed from the table alone."""
    for kind, kernel, activation, shape in table:
        normed = activation.startswith("BN+")
        units = math.prod(shape) if kind == "dense" else shape[-1]
        fan_in = {"dense": math.prod(inputs), "similarity": 0}.get(kind, kernel**2 * inputs[-1])
        bias = 0 if normed or kind == "similarity" else units
        yield kind, kernel, (units,) if kind == "dense" else shape, fan_in * units + bias
        if normed:
            yield "BN", 0, shape, 4 * shape[-1]  # gain, offset and two moving statistics
        if activation not in ("tanh", "linear"):
            yield activation.removeprefix("BN+"), 0, shape, 0
        inputs = shape


def built(network):
    """Yield the same of a network's layers."""
    for layer in network.layers:
        if not isinstance(layer, _SILENT):
            name = type(layer).__name__
            kernel = layer.kernel_size[0] if hasattr(layer, "kernel_size") else 0
            name = _NAMES.get(name, "BN" if name == "BatchNorm" else name)
            yield name, kernel, tuple(layer.output.shape[1:]), layer.count_params()
