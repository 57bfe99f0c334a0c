"""Networks and losses of SimGAN and of MUNIT with the UNIT loss."""

import torch
import torch.nn.functional as F
from torch import nn

from benchmarks.peers.layers import SLOPE, BatchNorm, Conv, EvenConv, Layer, ReflectedConv

PIXELS, LOCATIONS = 224 * 224, 49


class SimGANRefiner(nn.Module):
    def __init__(self, blocks: int) -> None:
        super().__init__()
        self.blocks = range(1, blocks + 1)
        layers = {**_normed("first", 1, 64, 9)}
        for number in self.blocks:
            layers |= _normed(f"block{number}_1", 64, 64, 3) | _normed(f"block{number}_2", 64, 64, 3)
        layers["refined"] = Conv(64, 1, 1)
        self.layers = nn.ModuleDict(layers)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        x = F.relu(self._normed("first", images))
        for number in self.blocks:
            inner = F.relu(self._normed(f"block{number}_1", x))
            x = x + self._normed(f"block{number}_2", inner)
        return torch.tanh(self.layers["refined"](x))

    def _normed(self, name: str, x: torch.Tensor) -> torch.Tensor:
        return self.layers[f"{name}_bn"](self.layers[name](x))


class SimGANCritic(nn.Module):
    def __init__(self, stride: int) -> None:
        super().__init__()
        layers = _normed("conv1", 1, 96, 9, stride, same=False) | _normed("conv2", 96, 64, 5, same=False)
        layers |= _normed("conv3", 64, 64, 5, 2, same=False) | _normed("conv4", 64, 32, 3, same=False)
        layers |= _normed("conv5", 32, 32, 1)
        layers["logits"] = Conv(32, 2, 1)
        self.layers = nn.ModuleDict(layers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for name in ("conv1", "conv2", "conv3", "conv4", "conv5"):
            x = F.relu(self.layers[f"{name}_bn"](self.layers[name](x)))
            if name in ("conv2", "conv4"):
                odd = x.shape[2] % 2
                x = F.max_pool2d(x, 3, 2, padding=odd, ceil_mode=not odd)
        return self.layers["logits"](x)


def patch_entropy(logits: torch.Tensor, kind: int) -> torch.Tensor:
    return -LOCATIONS * F.log_softmax(logits, dim=1)[:, kind].mean(dim=(1, 2))


def self_regularisation(refined: torch.Tensor, source: torch.Tensor) -> torch.Tensor:
    return PIXELS * (refined - source).abs().mean(dim=(1, 2, 3))


class Encoder(nn.Module):
    def __init__(self, blocks: int) -> None:
        super().__init__()
        self.blocks = range(1, blocks + 1)
        layers, filters = {}, 3
        for number, (size, more, stride) in enumerate(((7, 64, 1), (4, 128, 2), (4, 256, 2)), 1):
            layers[f"conv{number}"] = ReflectedConv(filters, more, size, stride, bias=False)
            filters = more
        layers |= _block_layers(self.blocks)
        self.layers = nn.ModuleDict(layers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for number in (1, 2, 3):
            x = F.relu(_instance_norm(self.layers[f"conv{number}"](x)))
        for number in self.blocks:
            inner = F.relu(_instance_norm(self.layers[f"block{number}_1"](x)))
            x = x + _instance_norm(self.layers[f"block{number}_2"](inner))
        return x


class Learnt(Layer):
    """Scales and shifts of a decoder's normalisations."""

    names, title = {"values": "parameters"}, "parameters"

    def __init__(self, size: int) -> None:
        super().__init__()
        self.values = nn.Parameter(torch.zeros(size))

    def pairs(self, features: list[int]) -> list[torch.Tensor]:
        """Return scale and shift of each normalisation, one after the other."""
        return list(torch.split(self.values, [number for many in features for number in (many, many)]))


class Decoder(nn.Module):
    def __init__(self, blocks: int) -> None:
        super().__init__()
        self.blocks = range(1, blocks + 1)
        self.features = [256] * (2 * blocks) + [128, 64]
        layers = {"learnt": Learnt(2 * sum(self.features)), **_block_layers(self.blocks)}
        layers["conv1"] = ReflectedConv(256, 128, 5, bias=False)
        layers["conv2"] = ReflectedConv(128, 64, 5, bias=False)
        layers["images"] = ReflectedConv(64, 3, 7)
        self.layers = nn.ModuleDict(layers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        values = iter(self.layers["learnt"].pairs(self.features))

        def norm(x: torch.Tensor) -> torch.Tensor:
            scale, shift = (next(values)[None, :, None, None] for _ in range(2))
            return (1.0 + scale) * _instance_norm(x) + shift

        for number in self.blocks:
            inner = F.relu(norm(self.layers[f"block{number}_1"](x)))
            x = x + norm(self.layers[f"block{number}_2"](inner))
        for number in (1, 2):
            x = F.interpolate(x, scale_factor=2, mode="nearest")
            x = F.relu(norm(self.layers[f"conv{number}"](x)))
        return torch.tanh(self.layers["images"](x))


class MultiScaleCritic(nn.Module):
    def __init__(self, scales: int = 3) -> None:
        super().__init__()
        self.scales = range(1, scales + 1)
        layers = {}
        for scale in self.scales:
            filters = 3
            for number, more in enumerate((64, 128, 256, 512), 1):
                layers[f"scale{scale}_conv{number}"] = ReflectedConv(filters, more, 4, 2)
                filters = more
            layers[f"scale{scale}_scores"] = EvenConv(filters, 1, 4)
        self.layers = nn.ModuleDict(layers)

    def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
        maps = []
        for scale in self.scales:
            x = images
            for number in range(1, 5):
                x = F.leaky_relu(self.layers[f"scale{scale}_conv{number}"](x), SLOPE)
            maps.append(self.layers[f"scale{scale}_scores"](x))
            images = F.avg_pool2d(images, 3, 2, ceil_mode=True, count_include_pad=False)
        return maps


def least_squares(maps: list[torch.Tensor], wanted: float) -> torch.Tensor:
    return sum((scores - wanted).square().mean(dim=(1, 2, 3)) for scores in maps)


def absolute_error(first: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    return (first - other).abs().mean(dim=(1, 2, 3))


def _instance_norm(x: torch.Tensor) -> torch.Tensor:
    return F.instance_norm(x, eps=1e-5)


def _normed(name: str, inputs: int, outputs: int, size: int, stride: int = 1, same: bool = True) -> dict:
    convolution = Conv(inputs, outputs, size, stride, same, bias=False)
    return {name: convolution, f"{name}_bn": BatchNorm(outputs, 0.9, 1e-3)}


def _block_layers(blocks: range) -> dict[str, Layer]:
    return {
        f"block{number}_{part}": ReflectedConv(256, 256, 3, bias=False)
        for number in blocks
        for part in (1, 2)
    }
