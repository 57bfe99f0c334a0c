"""Layers of the PyTorch networks. Each bears the name of kgan's layer, so that weights are copied by name.

Where TensorFlow pads one pixel more at the end of an image, PyTorch pads it at the beginning. A network
that is *turned* sees every image turned by 180 degrees, and computes the same from turned kernels without a
padding of its own.
"""

import math
from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

SLOPE = 0.2


class Layer(nn.Module):
    """Base: knows what kgan calls its parameters, and how they are laid out there."""

    #: PyTorch's name of a parameter -> kgan's.
    names = {"weight": "kernel", "bias": "bias"}
    #: kgan's name of the layer, where it is not that of the module.
    title = ""
    #: Axes of kgan's kernel in PyTorch's order.
    axes: tuple[int, ...] = (3, 2, 0, 1)
    #: Axes of kgan's kernel along which a turned network's is reversed.
    turning: tuple[int, ...] = (0, 1)

    def from_kgan(self, name: str, values: np.ndarray, turned: bool) -> np.ndarray:
        if name != "weight":
            return values
        values = np.flip(values, self.turning) if turned else values
        return np.transpose(values, self.axes)

    def to_kgan(self, name: str, values: np.ndarray, turned: bool) -> np.ndarray:
        if name != "weight":
            return values
        values = np.transpose(values, np.argsort(self.axes))
        return np.flip(values, self.turning) if turned else values


class Conv(Layer):
    """Convolution; ``same`` as TensorFlow's for sides that the stride divides."""

    def __init__(self, inputs: int, outputs: int, size: int, stride: int = 1, same=True, bias=True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, size, size) * 0.02)
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None
        self.stride = stride
        self.padding = math.ceil((size - stride) / 2) if same else 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.conv2d(x, self.weight, self.bias, self.stride, self.padding)


class EvenConv(Layer):
    """Convolution by a kernel of even size that keeps the size of the image."""

    def __init__(self, inputs: int, outputs: int, size: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, size, size) * 0.02)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.conv2d(x, self.weight, self.bias, padding="same")


class ReflectedConv(Conv):
    """Convolution with reflected borders."""

    def __init__(self, inputs: int, outputs: int, size: int, stride: int = 1, bias=True) -> None:
        super().__init__(inputs, outputs, size, stride, same=False, bias=bias)
        self.border = (size - 1) // 2

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(F.pad(x, (self.border,) * 4, mode="reflect"))


class ShuffledConv(Conv):
    """Convolution of which groups of four features become 2x2 pixels."""

    def from_kgan(self, name: str, values: np.ndarray, turned: bool) -> np.ndarray:
        values = super().from_kgan(name, values, turned)
        parts = values.reshape(4, -1, *values.shape[1:])
        return np.swapaxes(parts[::-1] if turned else parts, 0, 1).reshape(values.shape)

    def to_kgan(self, name: str, values: np.ndarray, turned: bool) -> np.ndarray:
        parts = np.swapaxes(values.reshape(-1, 4, *values.shape[1:]), 0, 1)
        values = (parts[::-1] if turned else parts).reshape(values.shape)
        return super().to_kgan(name, values, turned)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.pixel_shuffle(super().forward(x), 2)


class TransposedConv(Layer):
    """Transposed convolution that multiplies the sides by the stride."""

    def __init__(self, inputs: int, outputs: int, size: int, stride: int, bias=True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(inputs, outputs, size, size) * 0.02)
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None
        self.stride = stride
        self.padding = math.ceil((size - stride) / 2)
        self.more = stride - size + 2 * self.padding

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.conv_transpose2d(x, self.weight, self.bias, self.stride, self.padding, self.more)


class Dense(Layer):
    """Dense layer; ``grid`` is the (rows, columns) of the image that its inputs or outputs are."""

    axes = (1, 0)

    def __init__(self, inputs: int, outputs: int, bias=True, reads=None, makes=None) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) * 0.02)
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None
        self.reads, self.makes = reads, makes

    def from_kgan(self, name: str, values: np.ndarray, turned: bool) -> np.ndarray:
        return np.ascontiguousarray(self._turned(name, values, turned).T)

    def to_kgan(self, name: str, values: np.ndarray, turned: bool) -> np.ndarray:
        return self._turned(name, values.T, turned)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self.weight, self.bias)

    def _turned(self, name: str, values: np.ndarray, turned: bool) -> np.ndarray:
        """Reverse the pixels among inputs or outputs; kgan's kernel is (inputs, outputs)."""
        if not turned:
            return values
        if self.reads and values.ndim > 1:
            return values.reshape(*self.reads, -1, *values.shape[1:])[::-1, ::-1].reshape(values.shape)
        if self.makes:
            parts = values.reshape(*values.shape[:-1], *self.makes, -1)
            return np.flip(parts, (-3, -2)).reshape(values.shape)
        return values


class BatchNorm(Layer, nn.BatchNorm2d):
    names = {"weight": "gamma", "bias": "beta"}

    def __init__(self, features: int, momentum: float, epsilon: float) -> None:
        nn.BatchNorm2d.__init__(self, features, epsilon, 1 - momentum)

    from_kgan = to_kgan = lambda self, name, values, turned: values


class FeatureNorm(BatchNorm):
    """Batch normalisation of (n, features)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x[:, :, None, None])[:, :, 0, 0]


class LayerNorm(Layer, nn.GroupNorm):
    """Normalisation of each image over rows, columns and features."""

    names = {"weight": "gain", "bias": "bias"}

    def __init__(self, features: int) -> None:
        nn.GroupNorm.__init__(self, 1, features, 1e-5)

    from_kgan = to_kgan = lambda self, name, values, turned: values


class Equalized(Layer):
    """Weights of N(0, 1), scaled when they are used; bias and leaky ReLU."""

    def __init__(self, shape: tuple[int, ...], fan_in: int, bias: int, linear: bool = False) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(*shape))
        self.bias = nn.Parameter(torch.zeros(bias))
        self.linear = linear
        self.scale = math.sqrt((1.0 if linear else 2.0) / fan_in)

    def activated(self, x: torch.Tensor) -> torch.Tensor:
        return x if self.linear else F.leaky_relu(x, SLOPE)


class EqualizedConv(Equalized):
    def __init__(self, inputs: int, outputs: int, size: int, same: bool = True, linear: bool = False) -> None:
        super().__init__((outputs, inputs, size, size), size**2 * inputs, outputs, linear)
        self.padding = size // 2 if same else 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.activated(F.conv2d(x, self.weight * self.scale, self.bias, padding=self.padding))


class EqualizedDense(Equalized):
    axes = (1, 0)
    turning = ()

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__((outputs, inputs), inputs, outputs, linear=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self.weight * self.scale, self.bias)


class LatentToGrid(Equalized):
    axes = (2, 0, 1, 3)

    def __init__(self, latent: int, outputs: int, size: int) -> None:
        super().__init__((latent, size, size, outputs), size**2 * latent, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        grid = torch.einsum("nl,lhwf->nhwf", x, self.weight * self.scale) + self.bias
        return self.activated(grid.permute(0, 3, 1, 2))


def pixel_norm(x: torch.Tensor) -> torch.Tensor:
    return x * torch.rsqrt(x.square().mean(dim=1, keepdim=True) + 1e-8)


def with_deviation(x: torch.Tensor, group: int = 4) -> torch.Tensor:
    """Append one channel that says how much the images of a group differ."""
    count, channels, height, width = x.shape
    group = min(group, count)
    grouped = x.reshape(-1, group, channels, height, width)
    mean = torch.sqrt(grouped.var(dim=1, unbiased=False) + 1e-8).mean(dim=(1, 2, 3))
    spread = mean.repeat_interleave(group)[:, None, None, None].expand(count, 1, height, width)
    return torch.cat([x, spread], dim=1)


def flattened(x: torch.Tensor) -> torch.Tensor:
    """Return features in the order rows, columns, channels: a view of an image whose channels are last."""
    return x.permute(0, 2, 3, 1).flatten(1)


def as_grid(x: torch.Tensor, side: int) -> torch.Tensor:
    """Return (n, rows * columns * channels) as images."""
    return x.view(x.shape[0], side, side, -1).permute(0, 3, 1, 2)


def parameters(network: nn.Module) -> Iterator[tuple[str, Layer, str, nn.Parameter]]:
    """Yield kgan's name, the layer, PyTorch's name and the parameter of each weight."""
    for name, layer in network.named_modules():
        if isinstance(layer, Layer):
            for own, parameter in layer.named_parameters(recurse=False):
                title = layer.title or name.rpartition(".")[2]
                yield f"{title}/{layer.names[own]}", layer, own, parameter
