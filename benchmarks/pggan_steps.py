"""CPU seconds per training step of PGGAN in each phase, and in total for a recipe.

Run from the repository root: ``python benchmarks/pggan_steps.py [--profile small]``. CPU seconds are summed
    over
the cores, so that other processes have little influence; on two idle cores the elapsed time is slightly more
than half of them. The images are noise, which takes as long as brains.
"""

import argparse
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

from kgan import recipe, registry
from kgan.contracts.trainable import Trainable
from kgan.contracts.training_options import NAMES
from kgan.random import tensors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--recipe", default="two_step")
    parser.add_argument("--profile", default="demo")
    parser.add_argument("--gan", default="pggan")
    parser.add_argument("--turns", type=int, default=5, help="timed steps per phase")
    chosen = parser.parse_args()
    loaded = recipe.load(chosen.recipe, profile=chosen.profile, needs_data=False)
    settings = loaded.gans[chosen.gan]
    steps = settings.train.steps or parser.error("this profile counts epochs, not steps")
    model = build(settings, len(loaded.data.sequences))
    print(f"{'phase':>8} {'steps':>6} {'first, s':>9} {'step, s':>9} {'all, s':>7}")
    total, start = 0.0, 0
    for number, phase in enumerate(model.phases(steps)):
        if phase.steps:
            first, each = timed(model, number, start, phase.steps, settings.train.batch_size, chosen.turns)
            seconds = first + each * (phase.steps - 1)
            print(f"{phase.name:>8} {phase.steps:6d} {first:9.2f} {each:9.3f} {seconds:7.0f}", flush=True)
            total += seconds
        start += phase.steps
    print(f"{'':>8} {steps:6d} {'':>9} {'':>9} {total:7.0f} CPU seconds")


def build(settings, channels: int) -> Trainable:
    loss = registry.configure("losses", settings.loss.plugin, settings.loss.parameters).build()
    height, width = settings.canvas
    config = registry.configure("gans", settings.plugin, settings.parameters)
    model = config.build((height, width, channels), loss)
    model.train_as(**{name: getattr(settings.train, name) for name in NAMES})
    model.begin(seed=0)
    return model


def timed(
    model: Trainable, number: int, start: int, steps: int, batch: int, turns: int
) -> tuple[float, float]:
    model.enter(number, start, steps)
    shape = (batch * model.batch_factor, *model.image_shape)
    images = tensors.uniform(shape, tf.constant([1, 2], tf.int64), -1.0, 1.0)

    @tf.function(autograph=False)
    def step() -> None:
        model.train_step(images)
        model.advance()

    seconds = []
    for _ in range(turns + 1):
        begun = time.process_time()
        step()
        seconds.append(time.process_time() - begun)
    return seconds[0], min(seconds[1:])


if __name__ == "__main__":
    main()
