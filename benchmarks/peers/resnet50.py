"""ResNet-50 with the head of the two-step protocol."""

import torch
import torch.nn.functional as F
from torch import nn

from benchmarks.peers.layers import BatchNorm, Conv, Dense, FeatureNorm

STAGES = ((64, 3), (128, 4), (256, 6), (512, 3))


class ResNet50(nn.Module):
    def __init__(self, momentum: float) -> None:
        super().__init__()
        self.blocks = []
        layers = _normed("conv1", 1, 64, 7, 2, momentum, same=False)
        filters = 64
        for stage, (width, blocks) in enumerate(STAGES, 2):
            for block in range(1, blocks + 1):
                name, stride = f"conv{stage}_block{block}", 2 if block == 1 and stage > 2 else 1
                if block == 1:
                    layers |= _normed(f"{name}_0", filters, 4 * width, 1, stride, momentum, same=False)
                layers |= _normed(f"{name}_1", filters, width, 1, stride, momentum, same=False)
                layers |= _normed(f"{name}_2", width, width, 3, 1, momentum)
                layers |= _normed(f"{name}_3", width, 4 * width, 1, 1, momentum)
                self.blocks.append((name, block == 1))
                filters = 4 * width
        layers |= {"logits": Dense(filters, 2), "logits_bn": FeatureNorm(2, momentum, 1e-3)}
        self.layers = nn.ModuleDict(layers)

    def forward(self, images: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
        x = F.relu(self._normed("conv1", F.pad(images, (3, 3, 3, 3))))
        x = F.max_pool2d(x, 3, 2)
        for name, projected in self.blocks:
            shortcut = self._normed(f"{name}_0", x) if projected else x
            x = F.relu(self._normed(f"{name}_1", x))
            x = F.relu(self._normed(f"{name}_2", x))
            x = F.relu(shortcut + self._normed(f"{name}_3", x))
        features = x.mean(dim=(2, 3)) * kept
        return self.layers["logits_bn"](self.layers["logits"](features))

    def _normed(self, name: str, x: torch.Tensor) -> torch.Tensor:
        return self.layers[f"{name}_bn"](self.layers[f"{name}_conv"](x))


def _normed(name, inputs, outputs, size, stride, momentum, same=True) -> dict:
    return {
        f"{name}_conv": Conv(inputs, outputs, size, stride, same),
        f"{name}_bn": BatchNorm(outputs, momentum, 1.001e-5),
    }
