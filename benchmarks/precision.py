"""Does bfloat16 cost quality? The demo's networks, trained in float32 and in bfloat16, from the same seeds.

Run from the repository root: ``python benchmarks/precision.py [--seeds 3]``. With each seed, steps of the
two_step demo run as ``kgan run`` runs them, on tumour slices of its phantom cohort: PGGAN in both
precisions; both refiners in both precisions, all on images of the PGGAN trained in float32; and the
classifier on real images. GANs and refiners are compared by the kernel distance (KID, fixed random features)
between 400 of their images and the real training images, the classifier by its accuracy on the test images.

The table has mean and range over the seeds, and the mean difference of a seed's two precisions with its 95 %
interval (Student's t). An interrupted command goes on.
"""

import json
import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from kernel_distance import ArrayImages, kernel_distance
from scipy import stats

from kgan import recipe as recipes
from kgan.cli.options import compute_of, local_backend
from kgan.cli.progress_bars import RunBars
from kgan.data.resize import resize
from kgan.data.store.gan_view import PaddedView, gan_view
from kgan.data.store.store import ImageStore
from kgan.features.fixed import RandomFeatures
from kgan.pipeline import run
from kgan.pipeline.step import Step
from kgan.plan import plan
from kgan.stats.predictions import TEST_FILE, read_predictions

PRECISIONS = ("float32", "bfloat16")
CLASSIFIER, POOL = "classify-1-real-scratch", "generate-pggan"
#: Network -> the step that trains it, and the step that makes its images.
NETWORKS = {
    "pggan": ("train-pggan-tumor", POOL),
    "munit": ("train-munit-tumor", "refine-munit"),
    "simgan": ("train-simgan-tumor", "refine-simgan"),
    "resnet50": (CLASSIFIER, CLASSIFIER),
}
REFINERS = {"munit", "simgan"}
#: The demo's numbers of training steps.
STEPS = {"gans.pggan": 1650, "refiners.munit": 500, "refiners.simgan": 100}
#: Of a pool; as many real images as there are of the class are compared with them.
IMAGES = 400


@dataclass(frozen=True)
class Trained:
    """A network that is trained with a seed in a precision."""

    network: str
    precision: str
    seed: int

    def name(self, step: str) -> str:
        """Return the name of one of its steps."""
        return f"{step}-{self.precision}-seed{self.seed}"

    @property
    def source(self) -> str:
        """The pool of the float32 PGGAN."""
        return Trained("pggan", PRECISIONS[0], self.seed).name(POOL)

    def steps(self, settings: Mapping[str, Any]) -> Iterator[Step[Any]]:
        """Yield the steps that train it and make its images.

        Args:
            settings: of the demo's steps, by name.
        """
        training, making = NETWORKS[self.network]
        refined = {"source": self.source} if self.network in REFINERS else {}
        needs = ("prepare", *refined.values())
        train = settings[training].train.model_copy(update={"precision": self.precision})
        changes = {"seed": settings[training].seed + self.seed, "train": train, **refined}
        yield Step(self.name(training), settings[training].model_copy(update=changes), needs)
        if making != training:
            (model,) = (model for model in settings[making].models if model.step == training)
            models = (model.model_copy(update={"step": self.name(training), "count": IMAGES}),)
            changes = {"seed": settings[making].seed + self.seed, "models": models, **refined}
            needs = ("prepare", self.name(training), *refined.values())
            yield Step(self.name(making), settings[making].model_copy(update=changes), needs)


@click.command(help=__doc__)
@click.option("--seeds", default=3, show_default=True, help="Of each network in each precision.")
@click.option("--share", default=1.0, show_default=True, help="Share of the demo's training steps.")
@click.option(
    "--network",
    "networks",
    type=click.Choice(tuple(NETWORKS)),
    multiple=True,
    default=tuple(NETWORKS),
    help="One of them; refiners bring PGGAN with them. May be repeated.  [default: all]",
)
@click.option("--jobs", default=1, show_default=True, help="Steps at once.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/precision"), show_default=True)
def main(seeds: int, share: float, networks: Sequence[str], jobs: int, out: Path) -> None:
    """Train, measure, print a Markdown table."""
    lengths = [f"{path}.train.steps={round(steps * share)}" for path, steps in STEPS.items()]
    lengths += [f"refiners.{name}.choose=null" for name in REFINERS]
    recipe = recipes.load("two_step", overrides=lengths)
    demo = {step.name: step for step in plan(recipe)}
    settings = {name: step.settings for name, step in demo.items()}
    chosen = [name for name in NETWORKS if name in networks or (name == "pggan" and REFINERS & {*networks})]
    keys = [(network, precision) for network in chosen for precision in PRECISIONS]
    trained = [Trained(*key, seed) for seed in range(seeds) for key in keys]
    steps = [demo["prepare"], *(step for each in trained for step in each.steps(settings))]
    with RunBars() as bars:
        run(steps, out, backend=local_backend(recipe, jobs), compute=compute_of(recipe), progress=bars)
    record = json.loads((out / "run.json").read_text())["steps"]
    folders = {name: out / "steps" / name / step["id"] for name, step in record.items()}
    click.echo("\n".join(table(trained, settings, folders)))


def table(
    trained: Sequence[Trained], settings: Mapping[str, Any], folders: Mapping[str, Path]
) -> Iterator[str]:
    """Yield the lines of a table, a row for each network."""
    yield "| network | seeds | measured | float32 | bfloat16 | difference | seconds |"
    yield "| --- | ---: | --- | ---: | ---: | ---: | ---: |"
    for network in dict.fromkeys(each.network for each in trained):
        training, _ = NETWORKS[network]
        values: dict[str, list[float]] = {}
        seconds: dict[str, list[float]] = {}
        for each in (each for each in trained if each.network == network):
            values.setdefault(each.precision, []).append(measured(each, settings, folders))
            manifest = json.loads((folders[each.name(training)] / "manifest.json").read_text())
            seconds.setdefault(each.precision, []).append(manifest["seconds"])
        wide, half = (values[precision] for precision in PRECISIONS)
        what = "accuracy, %" if network == "resnet50" else "KID x 10,000"
        differences = [b - a for a, b in zip(wide, half, strict=True)]
        times = " / ".join(f"{statistics.mean(seconds[precision]):.0f}" for precision in PRECISIONS)
        cells = (network, f"{len(wide)}", what, spread(wide), spread(half), interval(differences), times)
        yield f"| {' | '.join(cells)} |"


def measured(each: Trained, settings: Mapping[str, Any], folders: Mapping[str, Path]) -> float:
    """Return the classifier's accuracy in percent, or 10,000 times the kernel distance of a pool."""
    training, making = NETWORKS[each.network]
    folder = folders[each.name(making)]
    if each.network == "resnet50":
        predictions = read_predictions(folder / TEST_FILE)
        return 100 * float(predictions.right.mean())
    real, how = ImageStore(folders["prepare"] / "train.h5"), settings[training]
    chosen = np.flatnonzero(real.labels == how.label)
    if each.network == "pggan":
        images = PaddedView(gan_view(real), how.canvas, 0, 0).images(chosen)
    else:
        images = resize(real.images(chosen), how.image_size)
    patients = np.asarray(real.patients)[chosen]
    pool = ImageStore(folder / "pool.h5")
    return 10_000 * kernel_distance(ArrayImages(images), patients, pool, RandomFeatures())[0]


def spread(values: Sequence[float]) -> str:
    """Return mean and range."""
    return f"{statistics.mean(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def interval(differences: Sequence[float]) -> str:
    """Return the mean with its 95 % interval; without one where there is a single difference."""
    mean, count = statistics.mean(differences), len(differences)
    if count < 2:
        return f"{mean:+.1f}"
    half = stats.t.ppf(0.975, count - 1) * statistics.stdev(differences) / math.sqrt(count)
    return f"{mean:+.1f} ({mean - half:+.1f} to {mean + half:+.1f})"


if __name__ == "__main__":
    main()
