"""Cost against size: does a step's time grow with its work, and no faster?

``python -m benchmarks.cost_against_size`` times steps of one thread at growing image sides, batches and
numbers of replicas, and the phases of PGGAN with and without XLA. CPU seconds of the fastest of some steps;
the machine must do nothing else. "per unit" is relative to the first row: 1 is linear. For pools see
``benchmarks/scale.py``.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import click

#: What is measured, in this order.
PARTS = ("images", "batches", "replicas", "phases", "xla")


@click.command(help=__doc__)
@click.option("--only", type=click.Choice(PARTS), multiple=True)
@click.option("--steps", default=3, show_default=True, help="Timed, of each row.")
def main(only: tuple[str, ...], steps: int) -> None:
    from kgan.training.arithmetic import configure
    from kgan.training.tensorflow_import import import_tensorflow

    configure({"threads": 1})
    import_tensorflow()
    import tensorflow as tf

    # As many devices as there can be replicas.
    configure({"threads": 1})
    processors = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(processors[0], [tf.config.LogicalDeviceConfiguration()] * 2)
    for part in only or PARTS:
        globals()[f"_{part}"](steps)


def _images(steps: int) -> None:
    sides = (64, 128, 192, 256)
    _table(
        "ResNet-50, batch 8: side, per pixel",
        ((side, side**2, _of("resnet50", side, 8)) for side in sides),
        steps,
    )
    _table(
        "SimGAN, batch 1: side, per pixel", ((side, side**2, _of("simgan", side, 1)) for side in sides), steps
    )
    _table(
        "PGGAN, last phase, batch 4: side, per operation",
        (
            (side, _pggan_operations(side), _of("noise_to_image", "pggan", side, 4, "wgan_gp"))
            for side in (64, 128, 256)
        ),
        steps,
    )


def _batches(steps: int) -> None:
    for title, make in {
        "DCGAN zoo 64, DRAGAN": lambda batch: _of(
            "noise_to_image", "dcgan", 64, batch, "dragan", {"architecture": "zoo"}
        ),
        "ResNet-50 at 64": lambda batch: _of("resnet50", 64, batch),
        "PGGAN 32, last phase": lambda batch: _of("noise_to_image", "pggan", 32, batch, "wgan_gp"),
    }.items():
        _table(
            f"{title}: batch, per image", ((batch, batch, make(batch)) for batch in (4, 8, 16, 32, 64)), steps
        )


def _replicas(steps: int) -> None:
    for title, arguments in {
        "DCGAN zoo 64, DRAGAN, batch 32": (
            "noise_to_image",
            "dcgan",
            64,
            32,
            "dragan",
            {"architecture": "zoo"},
        ),
        "ResNet-50 at 64, batch 32": ("resnet50", 64, 32),
    }.items():
        rows = ((count, 1, _of(*arguments, replicas=count)) for count in (1, 2))
        _table(f"{title}: replicas, the same batch", rows, steps)


def _phases(steps: int) -> None:
    """Time each phase of PGGAN at full width, and a paper-scale run's total."""
    from kgan import recipe

    loaded = recipe.load("two_step", profile="paper", needs_data=False)
    settings = loaded.gans["pggan"]
    batch, whole = settings.train.batch_size, 100_000
    click.echo(f"\nPGGAN 256, the paper's widths, batch {batch}: CPU seconds\n")
    _print_phases(_phase_times(settings.parameters, 256, batch, False, steps, whole), whole)


def _xla(steps: int) -> None:
    """Time compilation of each phase with and without XLA: graphs of full depth, narrow."""
    channels = {4: 64, 8: 64, 16: 48, 32: 32, 64: 16, 128: 16, 256: 16}
    for jit in (False, True):
        click.echo(f"\nPGGAN 256, narrow ({channels}), batch 4, XLA {'on' if jit else 'off'}: CPU seconds\n")
        _print_phases(_phase_times({"channels": channels}, 256, 4, jit, steps, 1000), None)


def _phase_times(
    parameters: Mapping[str, Any], side: int, batch: int, jit: bool, steps: int, whole: int
) -> Iterator[tuple[str, int, float, float]]:
    import tensorflow as tf

    from kgan import registry
    from kgan.random import tensors
    from kgan.training.fit import compiled_step
    from kgan.training.strategy import devices

    loss = registry.configure("losses", "wgan_gp", {}).build()
    gan = registry.configure("gans", "pggan", dict(parameters)).build((side, side, 1), loss)
    gan.begin(seed=0, jit=jit)
    images = tensors.uniform((batch, side, side, 1), tf.constant([1, 2], tf.int64), -1.0, 1.0)
    place, start = devices({"strategy": "one", "xla": "on" if jit else "off"}), 0
    for number, phase in enumerate(gan.phases(whole)):
        gan.enter(number, start, phase.steps)
        step = compiled_step(gan, place)
        first, *later = (_seconds(partial(step, images)) for _ in range(1 + steps))
        yield phase.name, phase.steps, first - min(later), min(later)
        start += phase.steps


def _print_phases(rows: Iterator[tuple[str, int, float, float]], whole: int | None) -> None:
    click.echo("| phase | tracing and compiling | a step |\n| --- | ---: | ---: |")
    total = compiling = 0.0
    for name, count, first, each in rows:
        total, compiling = total + count * each, compiling + first
        click.echo(f"| {name} | {first:.1f} | {each:.2f} |")
    click.echo(f"| all | {compiling:.0f} | |")
    if whole:
        click.echo(f"\n{whole:,} steps in the phases' shares: {total / 3600:,.0f} CPU hours")


def _of(function: str, *arguments: Any, replicas: int = 1) -> Callable[[], Callable[[], None]]:
    """Return what makes a training and returns what does a step of it."""

    def make() -> Callable[[], None]:
        import tensorflow as tf

        from benchmarks.speed import kgan_training
        from kgan.training.fit import compiled_step, distributed
        from kgan.training.strategy import devices

        # Two logical devices share every batch that can be divided by two.
        place = devices({"strategy": "mirrored" if replicas > 1 else "one"}, batch=2)
        with place.strategy.scope():
            training = getattr(kgan_training, function)(*arguments)
        step = compiled_step(training.model, place)
        data = tf.data.Dataset.from_tensors(training.batch).repeat()
        batches = iter(distributed(data, training.model, place))
        return lambda: step(next(batches))

    return make


def _table(
    title: str, rows: Iterator[tuple[int, float, Callable[[], Callable[[], None]]]], steps: int
) -> None:
    click.echo(f"\n{title}\n\n| size | CPU s a step | wall s | per unit |\n| ---: | ---: | ---: | ---: |")
    base = None
    for size, amount, make in rows:
        step = make()
        step()
        walls, processors = [], []
        for _ in range(steps):
            begun = time.perf_counter()
            processors.append(_seconds(step))
            walls.append(time.perf_counter() - begun)
        per_unit = min(processors) / amount
        base = base or per_unit
        click.echo(f"| {size} | {min(processors):.3g} | {min(walls):.3g} | {per_unit / base:.2f} |")


def _pggan_operations(side: int) -> float:
    """Return multiplications of an image in the last phase's 3x3 convolutions, alike in both networks."""
    from kgan_plugins.gans.pggan.growth import CHANNELS

    sides = [resolution for resolution in CHANNELS if 4 < resolution <= side]
    both = ((CHANNELS[at // 2] + CHANNELS[at]) * CHANNELS[at] * at**2 for at in sides)
    return float(sum(both))


def _seconds(work: Callable[[], object]) -> float:
    begun = _processor()
    work()
    return _processor() - begun


def _processor() -> float:
    times = os.times()
    return times.user + times.system


if __name__ == "__main__":
    main()
