"""Effect of a moving average of the generator's weights, and of WGAN-GP's drift, on the demo's PGGAN.

Run from the repository root: ``python benchmarks/average.py [--seeds 3] [--steps 1650]``. The demo's PGGAN is
trained on tumour slices of its phantom cohort, with and without drift, once per seed. An average does not
influence the training, so each run keeps several. The table has the kernel distance (KID, fixed random
features) between 350 generated images and the training images, for the generator as trained and for each
average, at points of the last phase: mean and range over the seeds. A training run takes minutes on one
    thread.

- ``phase``: decay min(0.999, (1 + t) / (10 + t)), with t restarted in each phase;
- ``run``: the same with t counted from the first training step;
- ``plain 0.99`` and ``plain 0.999``: constant decay, from the initial weights (Karras et al. 2018 use 0.999
  over hundreds of thousands of steps).
"""

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from kernel_distance import ArrayImages

from kgan import recipe as recipes
from kgan.analyses.fidelity.metrics.kernel_distance import squared_mmd
from kgan.data.store.gan_view import PaddedView, gan_view
from kgan.data.store.store import ImageStore
from kgan.features.extraction import extract_features
from kgan.features.feature_set import FeatureSet
from kgan.features.fixed import RandomFeatures
from kgan.features.image_set import ImageSubset
from kgan.pipeline.context import StepContext
from kgan.plan import plan
from kgan.steps import prepare
from kgan.steps.settings.prepare import PrepareSettings
from kgan.steps.settings.training import TrainGanSettings

DECAYS: dict[str, Callable[[int, int], float]] = {
    "phase": lambda in_phase, step: min(0.999, (1 + in_phase) / (10 + in_phase)),
    "run": lambda in_phase, step: min(0.999, (1 + step) / (10 + step)),
    "plain 0.99": lambda in_phase, step: 0.99,
    "plain 0.999": lambda in_phase, step: 0.999,
}
TRAINED = "as trained"
POINTS = 3
IMAGES = 350


def value_of(variable: Any) -> np.ndarray:
    return variable.value.numpy().copy()


class Averages:
    """Moving averages of a GAN's generator, updated after each step and swapped in for evaluation."""

    def __init__(self, gan: Any) -> None:
        self.variables = gan.averaged_variables()
        self.kept = {name: [value_of(v) for v in self.variables] for name in DECAYS}

    def move(self, gan: Any, step: int) -> None:
        trained = {id(variable) for variable in gan.generator.variables}
        values = [value_of(v) for v in self.variables]
        in_phase = step - gan.phase_start
        for name, decay in DECAYS.items():
            share = decay(in_phase, step)
            for place, (variable, value) in enumerate(zip(self.variables, values, strict=True)):
                if id(variable) in trained:
                    self.kept[name][place] = share * self.kept[name][place] + (1 - share) * value

    def evaluated(self, measure: Callable[[], float]) -> dict[str, float]:
        """Measure the generator as trained and with each average in its place."""
        trained = [value_of(v) for v in self.variables]
        distances = {TRAINED: measure()}
        for name, kept in self.kept.items():
            self._assign(kept)
            distances[name] = measure()
        self._assign(trained)
        return distances

    def _assign(self, values: list[np.ndarray]) -> None:
        for variable, value in zip(self.variables, values, strict=True):
            variable.assign(value)


def settings_of(steps: int, drift: float, size: int) -> tuple[PrepareSettings, TrainGanSettings]:
    """Return the settings of the demo's preparation and of its PGGAN of the tumour class."""
    changes = [f"gans.pggan.train.steps={steps}", f"gans.pggan.loss.parameters.drift={drift}"]
    if size < 64:
        sides = [side for side in (4, 8, 16, 32) if side <= size]
        channels = dict(zip(sides, (64, 64, 48, 32), strict=False))
        changes += [f"gans.pggan.canvas={size}", f"gans.pggan.parameters.channels={channels}"]
        changes += ["gans.pggan.parameters.phase_share=null", "data.image_size=36", "data.center_crop=30"]
    steps = {step.name: step for step in plan(recipes.load("two_step", overrides=changes))}
    prepared, trained = steps["prepare"], steps["train-pggan-tumor"]
    return prepared.settings, trained.settings


def run(
    train: ImageStore, settings: TrainGanSettings, seed: int, folder: Path
) -> dict[int, dict[str, float]]:
    """Train once; return the kernel distances at points of the last phase."""
    import tensorflow as tf

    from kgan.data.sampling.batches import own_errors, stream
    from kgan.data.store import padding
    from kgan.data.store.pixels import to_model
    from kgan.progress import Silent
    from kgan.training import model_files
    from kgan.training.fit import Fit, Hook, fit
    from kgan.training.generation import generate_images
    from kgan.training.strategy import devices

    seen = gan_view(train, settings.view)
    chosen = seen.of_class(settings.label)
    size, crop = settings.canvas, settings.crop
    batch, steps = settings.train.batch_size, settings.train.steps
    placed = PaddedView(seen, settings.canvas, 0, seed)
    features = RandomFeatures()
    patients = np.asarray(seen.patients)[chosen]
    real = FeatureSet.of(extract_features(ImageSubset(placed, chosen), features), patients)
    # Averages of every kind are kept here, so the GAN keeps none.
    model_recipe = {**settings.built_from(channels=1), "training_options": {}}
    gan = model_files.build(model_recipe, seed)
    averages = Averages(gan)
    last = gan.phases(steps)[-1].steps
    points = {steps - last + last * number // POINTS for number in range(1, POINTS + 1)}
    distances: dict[int, dict[str, float]] = {}

    def distance() -> float:
        images = ArrayImages(np.concatenate(list(generate_images(gan, IMAGES, seed, "average"))))
        return squared_mmd(real, FeatureSet.of(extract_features(images, features)))

    def watch(_: Any, step: int) -> bool:
        averages.move(gan, step)
        if step in points:
            distances[step] = averages.evaluated(distance)
        return False

    def batches(first: int) -> tf.data.Dataset:
        def augment(arrays: tuple[np.ndarray, ...], step: int) -> tuple[np.ndarray]:
            return (
                to_model(
                    padding.pad_images(
                        arrays[0], size, padding.padding_offsets(batch, crop, seed, "canvas", step)
                    )
                ),
            )

        def fetch(indices: np.ndarray) -> tuple[np.ndarray]:
            return (seen.images(chosen[indices]),)

        data = stream(fetch, len(chosen), batch, seed, first, [((*size, 1), "float32")], augment)
        return data.map(lambda images: images)

    how = Fit(
        steps,
        seed,
        folder,
        devices({"strategy": "one", "xla": "off"}),
        "pggan",
        checkpoint_minutes=1e9,
        hooks=(Hook(1, watch),),
    )
    with own_errors():
        fit(gan, batches, how, Silent())
    return distances


def main() -> None:
    """Train, measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=1650, help="training steps; the demo has 1650")
    parser.add_argument("--size", type=int, default=64, help="image size in pixels; the demo has 64")
    parser.add_argument("--out", type=Path, default=Path("build/average"), help="output folder")
    chosen = parser.parse_args()
    from kgan.training.tensorflow_import import import_tensorflow

    import_tensorflow()
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    prepared, _ = settings_of(chosen.steps, 0.0, chosen.size)
    chosen.out.mkdir(parents=True, exist_ok=True)
    prepare.run(StepContext("prepare", prepared, {}, chosen.out))
    train = ImageStore(chosen.out / "train.h5")
    for drift in (0.0, 1e-3):
        _, settings = settings_of(chosen.steps, drift, chosen.size)
        runs = [
            run(train, settings, seed, chosen.out / f"drift-{drift:g}-seed-{seed}")
            for seed in range(chosen.seeds)
        ]
        print(f"drift {drift:g}, {chosen.seeds} seeds: KID at steps of the last phase, mean (min to max)")
        for name in (TRAINED, *DECAYS):
            cells = []
            for step in runs[0]:
                values = [of[step][name] for of in runs]
                cells.append(f"{step}: {np.mean(values):.4f} ({min(values):.4f} to {max(values):.4f})")
            print(f"  {name:<12} {'  '.join(cells)}", flush=True)


if __name__ == "__main__":
    main()
