"""Networks and losses of the GANs that make images from noise."""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import nn

from benchmarks.peers.layers import (
    SLOPE,
    BatchNorm,
    Conv,
    Dense,
    EqualizedConv,
    EqualizedDense,
    LatentToGrid,
    LayerNorm,
    ShuffledConv,
    TransposedConv,
    as_grid,
    flattened,
    pixel_norm,
    with_deviation,
)

CHANNELS = {4: 512, 8: 512, 16: 256, 32: 128, 64: 64, 128: 32, 256: 16}


class PGGANGenerator(nn.Module):
    def __init__(self, size: int, latent: int = 512, features: Mapping[int, int] = CHANNELS) -> None:
        super().__init__()
        self.sides = [side for side in features if side <= size]
        layers = {
            "generator_4_latent": LatentToGrid(latent, features[4], 4),
            "generator_4_1": EqualizedConv(features[4], features[4], 3),
        }
        for side in self.sides[1:]:
            layers[f"generator_{side}_0"] = EqualizedConv(features[side // 2], features[side], 3)
            layers[f"generator_{side}_1"] = EqualizedConv(features[side], features[side], 3)
        layers[f"to_image_{size}"] = EqualizedConv(features[size], 1, 1, linear=True)
        self.layers = nn.ModuleDict(layers)

    def forward(self, latents: torch.Tensor) -> torch.Tensor:
        x = pixel_norm(latents)
        x = pixel_norm(self.layers["generator_4_latent"](x))
        x = pixel_norm(self.layers["generator_4_1"](x))
        for side in self.sides[1:]:
            x = F.interpolate(x, scale_factor=2, mode="nearest")
            x = pixel_norm(self.layers[f"generator_{side}_0"](x))
            x = pixel_norm(self.layers[f"generator_{side}_1"](x))
        return self.layers[f"to_image_{self.sides[-1]}"](x)


class PGGANCritic(nn.Module):
    def __init__(self, size: int, features: Mapping[int, int] = CHANNELS) -> None:
        super().__init__()
        self.sides = [side for side in features if 4 < side <= size][::-1]
        layers = {f"from_image_{size}": EqualizedConv(1, features[size], 1)}
        for side in self.sides:
            layers[f"critic_{side}_0"] = EqualizedConv(features[side], features[side], 3)
            layers[f"critic_{side}_1"] = EqualizedConv(features[side], features[side // 2], 3)
        layers["critic_4_0"] = EqualizedConv(features[4] + 1, features[4], 3)
        layers["critic_4_1"] = EqualizedConv(features[4], features[4], 4, same=False)
        layers["score"] = EqualizedDense(features[4], 1)
        self.layers = nn.ModuleDict(layers)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        x = self.layers[f"from_image_{self.sides[0]}"](images)
        for side in self.sides:
            x = self.layers[f"critic_{side}_1"](self.layers[f"critic_{side}_0"](x))
            x = F.avg_pool2d(x, 2)
        x = self.layers["critic_4_1"](self.layers["critic_4_0"](with_deviation(x)))
        return self.layers["score"](x.flatten(1))


class ConvolutionalGenerator(nn.Module):
    """Of DCGAN and WGAN.

    Args:
        latent: features of the latents.
        grid, projected: side and features of the first grid.
        ups: (filters, stride) of each further layer but the last.
        kernel: side of the kernels.
        last_stride: of the last layer.
        tanh: whether images go through it.
    """

    def __init__(self, latent, grid, projected, ups, kernel, last_stride, tanh) -> None:
        super().__init__()
        self.grid, self.tanh = grid, tanh
        layers = {
            "project": Dense(latent, grid**2 * projected, bias=False, makes=(grid, grid)),
            "project_bn": BatchNorm(projected, 0.9, 1e-5),
        }
        self.ups = [f"up{number}" for number in range(1, len(ups) + 1)]
        filters = projected
        for name, (more, stride) in zip(self.ups, ups, strict=True):
            layers[name] = TransposedConv(filters, more, kernel, stride, bias=False)
            layers[f"{name}_bn"] = BatchNorm(more, 0.9, 1e-5)
            filters = more
        layers["images"] = TransposedConv(filters, 1, kernel, last_stride)
        self.layers = nn.ModuleDict(layers)

    def forward(self, latents: torch.Tensor) -> torch.Tensor:
        x = as_grid(self.layers["project"](latents), self.grid)
        x = F.relu(self.layers["project_bn"](x))
        for name in self.ups:
            x = F.relu(self.layers[f"{name}_bn"](self.layers[name](x)))
        images = self.layers["images"](x)
        return torch.tanh(images) if self.tanh else images


class ConvolutionalCritic(nn.Module):
    """Of DCGAN and WGAN.

    Args:
        downs: filters of the convolutions of stride 2.
        kernel: side of their kernels.
        grid: side of the last one's output.
        norm: "layer" or "batch", after each but the first.
        elu: in place of a leaky ReLU.
        dense: units before the score, or 0.
        deviation: whether the minibatch standard deviation is appended.
    """

    def __init__(self, downs, kernel, grid, norm, elu, dense, deviation) -> None:
        super().__init__()
        self.elu, self.deviation, self.has_dense = elu, deviation, bool(dense)
        self.downs = [f"down{number}" for number in range(1, len(downs) + 1)]
        self.suffix = {"layer": "_ln", "batch": "_bn"}[norm]
        layers, filters = {}, 1
        for number, (name, more) in enumerate(zip(self.downs, downs, strict=True)):
            normed = number > 0
            layers[name] = Conv(filters, more, kernel, 2, bias=norm != "batch" or not normed)
            if normed:
                layers[name + self.suffix] = (
                    LayerNorm(more) if norm == "layer" else BatchNorm(more, 0.9, 1e-5)
                )
            filters = more
        features = grid**2 * (filters + deviation)
        if dense:
            layers["dense"] = Dense(features, dense, reads=(grid, grid))
        layers["score"] = Dense(dense or features, 1, reads=None if dense else (grid, grid))
        self.layers = nn.ModuleDict(layers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for name in self.downs:
            x = self.layers[name](x)
            if name + self.suffix in self.layers:
                x = self.layers[name + self.suffix](x)
            x = self._activated(x)
        x = flattened(with_deviation(x) if self.deviation else x)
        if self.has_dense:
            x = self._activated(self.layers["dense"](x))
        return self.layers["score"](x)

    def _activated(self, x: torch.Tensor) -> torch.Tensor:
        return F.elu(x) if self.elu else F.leaky_relu(x, SLOPE)


class SRResNetGenerator(nn.Module):
    def __init__(self, size: int, latent: int, width: int, blocks: int) -> None:
        super().__init__()
        self.blocks = range(blocks)
        self.ups = [f"up_{side}" for side in (32, 64, 128, 256, 512) if side <= size]
        layers = {
            "dense": Dense(latent, 256 * width, makes=(16, 16)),
            "dense_norm": _norm(width),
        }
        for number in self.blocks:
            for part in range(2):
                layers[f"block_{number}_{part}"] = Conv(width, width, 3, bias=False)
                layers[f"block_{number}_{part}_norm"] = _norm(width)
        layers["trunk_norm"] = _norm(width)
        for name in self.ups:
            layers[name] = ShuffledConv(width, 4 * width, 3, bias=False)
            layers[f"{name}_norm"] = _norm(width)
        layers["to_image"] = Conv(width, 1, 9)
        self.layers = nn.ModuleDict(layers)

    def forward(self, latents: torch.Tensor) -> torch.Tensor:
        layers = self.layers
        x = as_grid(layers["dense"](F.normalize(latents, dim=1)), 16)
        first = x = F.relu(layers["dense_norm"](x))
        for number in self.blocks:
            name = f"block_{number}"
            inner = F.relu(layers[f"{name}_0_norm"](layers[f"{name}_0"](x)))
            x = x + layers[f"{name}_1_norm"](layers[f"{name}_1"](inner))
        x = first + F.relu(layers["trunk_norm"](x))
        for name in self.ups:
            x = F.relu(layers[f"{name}_norm"](layers[name](x)))
        return torch.tanh(layers["to_image"](x))


class SRResNetCritic(nn.Module):
    def __init__(self, size: int, width: int, blocks: int) -> None:
        super().__init__()
        layers, filters, side, self.stages = {}, 1, size // 2, []
        while side >= 2:
            more, name = width * (size // 2 // side), f"down_{side}"
            layers[name] = Conv(filters, more, 3, 2)
            inner = [f"{name}_block_{number}" for number in range(blocks if side > 2 else 0)]
            for block in inner:
                layers[f"{block}_0"], layers[f"{block}_1"] = Conv(more, more, 3), Conv(more, more, 3)
            self.stages.append((name, inner))
            filters, side = more, side // 2
        layers["score"] = Dense(4 * filters, 1, reads=(2, 2))
        self.layers = nn.ModuleDict(layers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for name, blocks in self.stages:
            x = F.leaky_relu(self.layers[name](x), SLOPE)
            for block in blocks:
                inner = F.leaky_relu(self.layers[f"{block}_0"](x), SLOPE)
                x = F.leaky_relu(x + self.layers[f"{block}_1"](inner), SLOPE)
        return self.layers["score"](flattened(x))


def _norm(features: int) -> BatchNorm:
    return BatchNorm(features, 0.9, 1e-5)


class Loss:
    """An adversarial loss; one value an image.

    Args:
        name: "wgan_gp", "dragan" or "wgan".
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def critic(self, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        if self.name == "dragan":
            return F.softplus(-real) + F.softplus(fake)
        return fake - real

    def generator(self, fake: torch.Tensor) -> torch.Tensor:
        return F.softplus(-fake) if self.name == "dragan" else -fake

    def penalty(self, critic, real, fake, drawn) -> torch.Tensor | None:
        if self.name == "wgan":
            return None
        if self.name == "wgan_gp":
            at = real + drawn["share"] * (fake - real)
        else:
            noise = drawn["noise"] * 0.5 * real.std(dim=(1, 2, 3), keepdim=True, unbiased=False)
            at = drawn["share"] * real + (1 - drawn["share"]) * noise
        at = at.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(critic(at).sum(), at, create_graph=True)
        norms = torch.sqrt(gradient.square().sum(dim=(1, 2, 3)) + 1e-12)
        return 10.0 * (norms - 1.0).square()

    def draw(self, real: torch.Tensor) -> dict[str, torch.Tensor]:
        share = torch.rand(real.shape[0], 1, 1, 1)
        return {"share": share, "noise": torch.rand_like(real)} if self.name == "dragan" else {"share": share}
