"""A training in PyTorch: updates of networks, one after the other, and their comparison with kgan's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from benchmarks.peers.layers import parameters

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Update:
    """One update of some networks.

    Args:
        networks: that are trained.
        optimizer: of all of them.
        losses: what an update takes -> the terms of its loss, (n,) each.
        inputs: draws or picks what an update takes.
        after: called after the optimiser's step.
    """

    networks: Mapping[str, nn.Module]
    optimizer: torch.optim.Optimizer
    losses: Callable[[Tensors], Tensors]
    inputs: Callable[[], Tensors]
    after: Callable[[], None] | None = None

    def objective(self, inputs: Tensors) -> tuple[torch.Tensor, Tensors]:
        terms = self.losses(inputs)
        return sum(values.mean() for values in terms.values()), terms

    def run(self) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        objective, _ = self.objective(self.inputs())
        objective.backward(inputs=[p for group in self.optimizer.param_groups for p in group["params"]])
        self.optimizer.step()
        if self.after is not None:
            self.after()


@dataclass(frozen=True)
class PeerTraining:
    """What a benchmark times.

    Args:
        networks: all of them, by kgan's names.
        updates: by name.
        schedule: names of the updates of a step.
        turned: whether the networks see turned images (`benchmarks.peers.layers`).
    """

    networks: Mapping[str, nn.Module]
    updates: Mapping[str, Update]
    schedule: Sequence[str]
    turned: bool = False

    def run(self, steps: int) -> None:
        for _ in range(steps):
            for name in self.schedule:
                self.updates[name].run()

    def operations(self) -> int:
        """Count multiplications and additions of matrix products and convolutions in a step."""
        from torch.utils.flop_counter import FlopCounterMode

        counter = FlopCounterMode(display=False)
        counter.mod_tracker = _NoModules()
        with counter:
            self.run(1)
        return counter.get_total_flops()

    def compare(self, probe: Mapping[str, np.ndarray]) -> tuple[float, float]:
        """Compute losses and gradients from kgan's weights and inputs.

        Args:
            probe: ``weights/network/layer/name``, ``update/inputs/...``, ``update/losses/...`` and
                ``update/gradients/network/layer/name``, in kgan's layout.

        Returns:
            the largest difference of a loss, as a share of the largest loss of an image, and of a weight's
            gradient, as a share of the norm of the whole gradient.
        """
        self.copy_weights(probe)
        pairs = [self._difference(name, update, probe) for name, update in self.updates.items()]
        return max(loss for loss, _ in pairs), max(gradient for _, gradient in pairs)

    def copy_weights(self, probe: Mapping[str, np.ndarray]) -> None:
        for network_name, network in self.networks.items():
            for name, layer, own, parameter in parameters(network):
                values = layer.from_kgan(own, probe[f"weights/{network_name}/{name}"], self.turned)
                with torch.no_grad():
                    parameter.copy_(torch.from_numpy(values.copy()))

    def _difference(
        self, update_name: str, update: Update, probe: Mapping[str, np.ndarray]
    ) -> tuple[float, float]:
        start = f"{update_name}/inputs/"
        inputs = {key[len(start) :]: self._tensor(probe[key]) for key in probe if key.startswith(start)}
        trained = {
            f"{network_name}/{name}": (layer, own, parameter)
            for network_name, network in update.networks.items()
            for name, layer, own, parameter in parameters(network)
        }
        objective, terms = update.objective(inputs)
        gradients = torch.autograd.grad(objective, [parameter for *_, parameter in trained.values()])
        losses = [
            _apart(values.detach().cpu().numpy(), probe[f"{update_name}/losses/{name}"])
            for name, values in terms.items()
        ]
        expected = {key for key in probe if key.startswith(f"{update_name}/gradients/")}
        apart = []
        whole = np.sqrt(sum(np.square(probe[key]).sum() for key in expected))
        for (name, (layer, own, _)), gradient in zip(trained.items(), gradients, strict=True):
            key = f"{update_name}/gradients/{name}"
            expected.remove(key)
            values = layer.to_kgan(own, gradient.cpu().numpy(), self.turned)
            apart.append(np.linalg.norm((values - probe[key]).ravel()) / whole)
        assert not expected, f"no such weights in PyTorch: {sorted(expected)}"
        return max(losses), float(max(apart))

    def _tensor(self, values: np.ndarray) -> torch.Tensor:
        if values.ndim != 4:
            return torch.from_numpy(values).to(torch.get_default_device())
        values = np.flip(values, (1, 2)) if self.turned else values
        tensor = torch.from_numpy(values.copy()).to(torch.get_default_device())
        return tensor.permute(0, 3, 1, 2)


class _NoModules:
    """In place of the counter's record of modules, which a gradient inside of a loss breaks."""

    parents = frozenset({"Global"})

    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


def channels_last(networks: Mapping[str, nn.Module]) -> dict[str, nn.Module]:
    """Return the networks with kernels in the layout in which oneDNN is fastest."""
    return {name: network.train().to(memory_format=torch.channels_last) for name, network in networks.items()}


def noise_images(count: int, side: int, channels: int = 1) -> torch.Tensor:
    return (torch.rand(count, channels, side, side) * 2 - 1).contiguous(memory_format=torch.channels_last)


def adam(networks: Sequence[nn.Module], rate: float, betas: tuple[float, float]) -> torch.optim.Optimizer:
    weights = [parameter for network in networks for parameter in network.parameters()]
    return torch.optim.Adam(weights, rate, betas, eps=1e-8, fused=True)


def _apart(values: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.abs(values.ravel() - wanted.ravel()).max() / max(np.abs(wanted).max(), 1e-12))
