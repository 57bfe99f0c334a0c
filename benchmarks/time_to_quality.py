"""Time to quality: how good are images after so many CPU-minutes, of kgan's PGGAN and of the same in PyTorch?

``python -m benchmarks.time_to_quality`` trains PGGAN's networks at 64x64 (widths of the demo, from the first
step on at full resolution) on phantoms, with kgan and with PyTorch, from the same initial weights and with
the same images in each step; latents are drawn by each in its own way. ``--costs`` then draws KID against
CPU-minutes, with the seconds of a step that ``python -m benchmarks --only "PGGAN narrow"`` measured in turns
on a machine that did nothing else.
"""

import csv
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.speed.training_jobs import NARROW
from kgan.data.sampling.batches import batch_indices
from kgan.data.store.pixels import to_model, to_store
from kgan.data.store.store import ImageStore

#: Steps after which images are compared.
EVALUATED = (0, 50, 100, 150, 200, 300, 450, 600)
IMAGES, AVERAGE = 512, 0.999
SIDES = ("kgan", "PyTorch")
_PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--out", type=_PATH, default=Path("build/time_to_quality"), show_default=True)
@click.option("--seeds", default=3, show_default=True)
@click.option("--costs", type=_PATH, help="performance.csv with a step's time: draw the figure.")
@click.option("--one", nargs=2, hidden=True)
def main(out: Path, seeds: int, costs: Path | None, one: tuple[str, str] | None) -> None:
    out.mkdir(parents=True, exist_ok=True)
    if costs:
        draw(out, costs)
        return
    if one:
        side, seed = one[0], int(one[1])
        path = out / f"{side}-{seed}.json"
        path.write_text(json.dumps([{"step": step, "kid": kid} for step, kid in train(side, seed, out)]))
        return
    for seed in range(seeds):
        # kgan first: it writes the initial weights.
        for side in SIDES:
            command = [sys.executable, "-m", "benchmarks.time_to_quality", "--out", str(out)]
            subprocess.run([*command, "--one", side, str(seed)], check=True)
            click.echo(f"{side}, seed {seed}: {(out / f'{side}-{seed}.json').read_text()}")


def train(side: str, seed: int, out: Path) -> Iterator[tuple[int, float]]:
    """Train one side, and yield steps and the KID of its images after them."""
    sys.path.insert(0, str(Path(__file__).parent))
    from learns import cohort

    images = cohort(out)
    training = _kgan(seed, images, out) if side == "kgan" else _pytorch(seed, images, out)
    step, generate = training
    for number in range(EVALUATED[-1] + 1):
        if number in EVALUATED:
            yield number, distance(images, generate())
        step(to_model(images.images(batch_indices(len(images), NARROW["batch"], seed, number))))


def distance(real: ImageStore, generated: np.ndarray) -> float:
    """Return the KID, by fixed random features."""
    from kernel_distance import ArrayImages, kernel_distance

    from kgan.features.fixed import RandomFeatures

    return kernel_distance(real, real.patients, ArrayImages(generated), RandomFeatures())[0]


Step, Generate = Callable[[np.ndarray], None], Callable[[], np.ndarray]


def _kgan(seed: int, images: ImageStore, out: Path) -> tuple[Step, Generate]:
    from benchmarks.speed.kgan_training import narrow_pggan, weights_of
    from kgan.training.fit import compiled_step
    from kgan.training.generation import generate_images
    from kgan.training.strategy import devices

    place = devices({})
    gan = narrow_pggan(seed, AVERAGE)
    np.savez(out / f"weights-{seed}.npz", **weights_of(gan.networks))
    step = compiled_step(gan, place)
    variables = gan.averaged_variables()

    def generate() -> np.ndarray:
        kept = [variable.numpy() for variable in variables]
        gan.finish()
        made = np.concatenate(list(generate_images(gan, IMAGES, seed, "quality")))
        for variable, values in zip(variables, kept, strict=True):
            variable.assign(values)
        return made

    import tensorflow as tf

    return lambda batch: step(tf.constant(batch)), generate


def _pytorch(seed: int, images: ImageStore, out: Path) -> tuple[Step, Generate]:
    import torch

    from benchmarks.peers import models
    from benchmarks.peers.noise_to_image import PGGANGenerator

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    batches: list[torch.Tensor] = []
    training = models.growing_gan(
        NARROW["side"],
        batches.pop,
        NARROW["batch"],
        latent=NARROW["latent"],
        features=NARROW["channels"],
        rate=NARROW["learning_rate"],
    )
    with np.load(out / f"weights-{seed}.npz") as weights:
        training.copy_weights(weights)
    generator = training.networks["generator"]
    averaged = PGGANGenerator(NARROW["side"], NARROW["latent"], NARROW["channels"])
    averaged.load_state_dict(generator.state_dict())
    done = 0

    def step(batch: np.ndarray) -> None:
        nonlocal done
        batches.append(torch.from_numpy(batch).permute(0, 3, 1, 2))
        training.run(1)
        done += 1
        share = 1 - min(AVERAGE, (1 + done) / (10 + done))
        with torch.no_grad():
            torch._foreach_lerp_(list(averaged.parameters()), list(generator.parameters()), share)

    def generate() -> np.ndarray:
        with torch.inference_mode():
            made = averaged(torch.randn(IMAGES, NARROW["latent"])).clamp(-1, 1)
        return to_store(made.permute(0, 2, 3, 1).numpy())

    return step, generate


def draw(out: Path, costs: Path) -> None:
    """Draw KID against CPU-minutes; print when each side reaches some values."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    with costs.open() as lines:
        rows = [row for row in csv.DictReader(lines) if row["job"] == NARROW["job"] and row["cpu_s"]]
    seconds = {row["side"]: float(row["cpu_s"]) for row in rows}
    if missing := [side for side in SIDES if side not in seconds]:
        raise click.UsageError(f"{costs} has no time of {NARROW['job']} for {', '.join(missing)}")
    figure, axes = plt.subplots(figsize=(7, 4))
    for side, color in zip(SIDES, ("tab:blue", "tab:orange"), strict=True):
        curves = [_curve(path) for path in sorted(out.glob(f"{side}-*.json"))]
        steps = np.array(sorted(set.intersection(*(set(curve) for curve in curves))))
        values = np.array([[curve[step] for step in steps] for curve in curves])
        minutes = steps * seconds[side] / 60
        for curve in values:
            axes.plot(minutes, curve, color=color, alpha=0.35, linewidth=1)
        axes.plot(
            minutes, np.median(values, axis=0), color=color, linewidth=2, label=f"{side}, {len(values)} seeds"
        )
        _print(side, minutes, values)
    axes.set(yscale="log", xlabel="CPU-minutes", ylabel="KID (random features)")
    axes.legend()
    figure.tight_layout()
    figure.savefig(out / "time_to_quality.png", dpi=120)
    figure.savefig(out / "time_to_quality.svg")


def _curve(path: Path) -> dict[int, float]:
    return {point["step"]: point["kid"] for point in json.loads(path.read_text())}


def _print(side: str, minutes: np.ndarray, values: np.ndarray) -> None:
    rows: list[Any] = [f"{side}: minutes " + " ".join(f"{value:.2f}" for value in minutes)]
    rows += ["  KID " + " ".join(f"{value:.4f}" for value in curve) for curve in values]
    click.echo("\n".join(rows))


if __name__ == "__main__":
    main()
