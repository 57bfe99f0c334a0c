"""Memory, speed and disk of the steps that handle a pool, at growing numbers of images of 224x224 pixels.

    python benchmarks/scale.py
    python benchmarks/scale.py --counts 2000 20000 --limit 4

For each number a pool is generated, curated (clusters of a classifier's features), used to train a refiner,
refined, and a classifier is trained for one epoch on the real images and the refined ones. Each step is the
one of ``kgan run``, in a process of its own; the networks are plugins (`small_networks`) that cost next to
nothing, so that what surrounds them is measured. Peak memory is that process's; "waited" is the share of a
training's time in which it waited for images. The exit status is 1 if a process takes more than ``--limit``
GB, or if memory grows from the first number to the last by more than 100 MB and ``--growth`` bytes an image.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
POINTS = """
[kgan.gans]
small_gan = small_networks.config:SmallGANConfig
small_refiner = small_networks.config:SmallRefinerConfig
[kgan.classifiers]
small_classifier = small_networks.config:SmallClassifierConfig
"""
RECIPE = """
name: scale
title: A pool of {count} images
seed: 1
data:
  reader: {{plugin: phantom, parameters: {{patients: 8}}}}
  sequences: [t1c]
  slices: {{first: 40, last: 120, step: 2}}
  image_size: {size}
  labels: {{min_tumor_area: 100}}
  split: {{train: 4, validation: 2, test: 2}}
gans:
  base:
    plugin: small_gan
    loss: {{plugin: original}}
    canvas: {size}
    train: {{batch_size: 16, steps: 30}}
curations:
  curated:
    source: base
    clusters: 40
    discard: 0.25
    features: {{network: null, classifier: real}}
refiners:
  refined:
    plugin: small_refiner
    source: curated
    images_per_class: {refined_of_class}
    image_size: {size}
    train: {{batch_size: 32, steps: 200}}
classifier:
  plugin: small_classifier
  image_size: {size}
  train: {{batch_size: 50, epochs: 1, patience: 1}}
  variants: {{small: {{}}}}
setups:
  real: {{real: all}}
  augmented: {{real: all, refined: {refined}}}
"""
STEPS = ("generate-base", "curate-curated", "train-refined", "refine-refined", "classify-augmented-small")

#: Megabytes by which a process may exceed another of the same step whatever it does: one of the C library's
#: heaps, in which threads prepare batches.
SLACK = 100


@dataclass(frozen=True)
class Measured:
    """What a step took.

    Args:
        megabytes: peak memory of its process.
        seconds: from the start of its process to its end.
        images: made, or shown to the model.
        stored: bytes of its files.
        waited: share of the training's time without images; ``None`` where nothing is trained.
    """

    megabytes: float
    seconds: float
    images: int
    stored: int
    waited: float | None


def recipe(count: int, size: int) -> str:
    """Return the recipe whose pool has so many images; a quarter of them may be discarded."""
    refined = count * 3 // 4 // 2 * 2
    return RECIPE.format(count=count, size=size, refined=refined, refined_of_class=refined // 2)


def environment(folder: Path) -> dict[str, str]:
    """Make the plugins visible, as an installed distribution is."""
    info = folder / "kgan_small_networks-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: kgan-small-networks\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS)
    paths = [str(folder), str(HERE), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def run(count: int, size: int, folder: Path) -> dict[str, Measured]:
    """Run the recipe and read the manifests of `STEPS`; what does not depend on the number is run once."""
    path = folder / "recipe.yaml"
    path.write_text(recipe(count, size))
    command = [sys.executable, "-m", "kgan", "run", str(path), "--out", str(folder / "run")]
    command += ["--until", STEPS[-1], "--jobs", "1"]
    subprocess.run(command, check=True, env=environment(folder))
    record = json.loads((folder / "run" / "run.json").read_text())
    return {
        name: measured(folder / "run" / "steps" / name / step["id"] / "manifest.json")
        for name, step in record["steps"].items()
        if name.startswith(STEPS)
    }


def measured(path: Path) -> Measured:
    manifest = json.loads(path.read_text())
    facts = manifest["facts"]
    decided = facts.get("kept", 0) + facts.get("discarded", 0)
    return Measured(
        megabytes=manifest["peak_memory_mb"],
        seconds=manifest["seconds"],
        images=facts.get("images_seen") or decided or facts["images"],
        stored=sum(output["bytes"] for output in manifest["outputs"].values()),
        waited=facts.get("input_wait"),
    )


def table(of: dict[int, dict[str, Measured]]) -> None:
    print("| step | pool | peak memory, MB | images/s | seconds | MB on disk | waited for images |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for step in next(iter(of.values())):
        for count, steps in of.items():
            row = steps[step]
            waited = "" if row.waited is None else f"{row.waited:.1%}"
            print(
                f"| {step} | {count:,} | {row.megabytes:,.0f} | {row.images / row.seconds:,.0f} | "
                f"{row.seconds:,.0f} | {row.stored / 1e6:,.1f} | {waited} |"
            )


def faults(of: dict[int, dict[str, Measured]], limit: float, growth: float) -> list[str]:
    """Name the steps that took too much memory, or whose memory grew too much with the pool."""
    few, many = min(of), max(of)
    lines = []
    for step, row in of[many].items():
        if row.megabytes > 1000 * limit:
            lines.append(f"{step}: {row.megabytes:,.0f} MB; expected at most {limit:g} GB")
        grown, allowed = row.megabytes - of[few][step].megabytes, SLACK + growth * (many - few) / 1e6
        if grown > allowed:
            lines.append(f"{step}: {grown:,.0f} MB more; expected at most {allowed:,.0f}")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", type=int, nargs="+", default=[2_000, 20_000, 200_000])
    parser.add_argument("--size", type=int, default=224, help="Height and width; a multiple of 32.")
    parser.add_argument("--limit", type=float, default=4.0, help="GB in any process.")
    parser.add_argument("--growth", type=float, default=500.0, help="Bytes of memory an image.")
    chosen = parser.parse_args()
    of = {}
    with tempfile.TemporaryDirectory() as folder:
        for count in sorted(chosen.counts):
            of[count] = run(count, chosen.size, Path(folder))
    table(of)
    wrong = faults(of, chosen.limit, chosen.growth)
    print(*wrong, sep="\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
