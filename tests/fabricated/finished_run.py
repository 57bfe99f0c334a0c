import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from kgan.data.cohort.limits_table import LIMITS, LimitRow, Outcome
from kgan.data.cohort.tables import (
    COUNTS,
    EXCLUSIONS,
    PATIENTS,
    CountRow,
    ExclusionRow,
    PatientRow,
)
from kgan.pipeline.context import StepContext
from kgan.pipeline.records import manifest
from kgan.pipeline.settings import type_name

RECIPE = Path(__file__).parents[2] / "recipes" / "two_step.yaml"
CLASSES = ("non_tumor", "tumor")


def slices(count, size, label, noise, seed):
    """Draw heads with ventricles and, for label 1, a bright spot: (count, size, size, 1) uint8."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    images = []
    for _ in range(count):
        high, wide = generator.uniform(0.75, 0.9), generator.uniform(0.6, 0.75)
        head = (y / high) ** 2 + (x / wide) ** 2 < 1
        image = np.where(head, 0.45 + 0.1 * np.cos(9 * np.hypot(x, y)), 0.0)
        image[((y / 0.3) ** 2 + ((np.abs(x) - 0.13) / 0.09) ** 2 < 1) & head] = 0.15
        if label:
            at = generator.uniform(-0.4, 0.4, 2)
            image += 0.5 * head * np.exp(-((y - at[0]) ** 2 + (x - at[1]) ** 2) / 0.02)
        image += head * generator.normal(0, noise, image.shape)
        images.append(image)
    return (255 * np.clip(images, 0, 1)).astype(np.uint8)[..., None]


def write_csv(path, columns, lines):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *lines])


class Fabricator:
    """Writes what each step of a plan would leave, in next to no time."""

    def __init__(self, root, size=12, images=10, test_patients=3):
        self.root, self.size, self.images, self.test_patients = root, size, images, test_patients
        self.inputs, self.settings = {}, {}

    def finish(self, step, facts, publish=()):
        folder = self.inputs[step.name]
        values = {
            "step": step.name,
            "kind": step.kind,
            "settings_type": type_name(step.settings),
            "settings": step.settings.to_json(),
            "facts": facts,
            "seconds": 12.5,
            "peak_memory_mb": 1500,
            "versions": {"kgan": "0.1.0", "tensorflow": "2.21.0"},
            "publish": dict(publish)
            if isinstance(publish, dict)
            else {p: p.rpartition("/")[2] for p in publish},
            "outputs": manifest.outputs(folder),
        }
        manifest.write(folder, values)

    def make(self, step):
        self.inputs[step.name] = self.root / "steps" / step.name
        self.inputs[step.name].mkdir(parents=True)
        self.settings[step.name] = step.settings
        getattr(self, step.kind)(step, self.inputs[step.name])

    def store(self, path, noise, provenance, seed, shape=None, classless=False, owner="patient"):
        from kgan.data.store.store import StoreWriter

        shape = tuple(shape or (self.size, self.size, 1))
        with StoreWriter(path, image_shape=shape, classes=CLASSES, provenance=provenance) as store:
            for label in (0, 1):
                n = self.images
                patients = [f"{owner}-{i % 3}" for i in range(n)]
                images = np.repeat(slices(n, shape[0], label, noise, seed + label), shape[2], axis=-1)
                store.append(images, [-1 if classless else label] * n, patients, [30] * n)

    def prepare(self, step, folder):
        from kgan.report.figures.image_grid import rows

        sequences = step.settings.request.sequences
        self.sequences = sequences
        shape = (self.size, self.size, len(sequences))
        for seed, split in ((0, "train"), (3, "test")):
            classless = step.settings.labels is None
            self.store(folder / f"{split}.h5", 0.02, {"sequences": sequences}, seed, shape, classless, split)
        named = {kind: slices(8, self.size, label, 0.02, 9) for label, kind in enumerate(CLASSES)}
        rows(named, 8, folder / "contact_sheet.png")
        splits = {"train": 6, "validation": 2, "test": self.test_patients}
        counts = [
            CountRow(split=split, class_name=name, images=24 * number, patients=number)
            for split, number in splits.items()
            for name in CLASSES
        ]
        COUNTS.write(folder, counts)
        patients = [
            PatientRow(patient=f"patient-{number}", split="train", usable=True, reason="")
            for number in range(6)
        ]
        reason = "unusable: t1c is all zeros"
        patients.append(PatientRow(patient="patient-<9>", split="", usable=False, reason=reason))
        PATIENTS.write(folder, patients)
        reasons = ["borderline: 12 mm² of tumour", "borderline: near a tumour", "incomplete: area 0.1"]
        exclusions = [ExclusionRow(patient="patient-<9>", slice=None, reason="unusable")]
        for number, reason in enumerate(reasons, 40):
            exclusions.append(ExclusionRow(patient="patient-1", slice=number, reason=reason))
        EXCLUSIONS.write(folder, exclusions)
        names = {s: [f"{s}-{i}" for i in range(max(n, 3))] for s, n in splits.items()}
        facts = {
            "counts": {s: dict.fromkeys(CLASSES, 24 * n) for s, n in splits.items()},
            "patients": names,
            "synthetic": True,
            "image_shape": [self.size, self.size, 1],
        }
        self.finish(step, facts, ["results/exclusions.csv", "figures/contact_sheet.png"])

    def check_cohort(self, step, folder):
        text = "10 real images instead of 200"
        LIMITS.write(folder, [LimitRow(step="train-simgan-tumor", outcome=Outcome.REDUCED, text=text)])
        self.finish(step, {})

    def train_gan(self, step, folder):
        from kgan.report.figures.image_grid import grid

        self.log(folder / "log.csv", ("critic_loss", "generator_loss"), ("4", "4-8", "8"))
        grid(slices(9, self.size, 1, 0.1, 7), 9, folder / "interpolation.png")
        facts = {"patients": ["train-0"], "images": 144, "steps": 700, "images_seen": 11200}
        self.finish(step, {**facts, "notes": [f"A note of {step.settings.gan.plugin}."]})

    def train_refiner(self, step, folder):
        self.log(folder / "log.csv", ("regularisation", "realism"), ("refiner alone", "adversarial"))
        for place in (folder, *(folder / "snapshots" / str(n) for n in step.settings.snapshots)):
            (place / "networks").mkdir(parents=True)
            (place / "config.json").write_text("{}")
        self.finish(step, {"patients": ["train-0"], "images": 20, "steps": 100, "images_seen": 6000})

    def log(self, path, losses, phases):
        lines = [
            (step, phases[step * len(phases) // 401], *(np.exp(-step / 200) + i for i in range(len(losses))))
            for step in range(20, 401, 20)
        ]
        write_csv(path, ("step", "phase", *losses), lines)

    def generate(self, step, folder):
        model = step.settings.models[0]
        training = self.settings[model.step]
        view = training.view
        channels = 1 if view.concat else len(view.sequences or self.sequences)
        shape, noise = (*training.canvas, channels), 0.1 + 0.02 * (len(self.inputs) % 7)
        self.store(folder / "pool.h5", noise, {"gan": "pggan"}, 50, shape, model.label is None)
        self.finish(step, {"images": 2 * self.images, "patients": ["train-0"]})

    def measure(self, step, folder):
        from kgan.analyses.fidelity import step as measure

        settings = step.settings.model_copy(update={"components": 4, "distances": None})
        facts = measure.run(StepContext(step.name, settings, self.inputs, folder))
        self.finish(step, {}, facts["publish"])

    def embed(self, step, folder):
        from kgan.analyses.tsne.settings import figure_files
        from kgan.report.figures.image_grid import grid

        for file in figure_files(step.settings):
            grid(slices(4, 16, 1, 0.1, 3), 4, folder / file)
        self.finish(step, {"points": 80})

    def refine(self, step, folder):
        from kgan.report.figures.image_grid import pairs

        training = self.settings[step.settings.models[0].step]
        self.store(folder / "pool.h5", 0.06, {"gan": "simgan"}, 50, (*training.image_size, 1))
        pairs(*(slices(6, self.size, 1, noise, 51) for noise in (0.15, 0.06)), folder / "pairs.png")
        self.finish(step, {"images": 2 * self.images, "patients": ["train-0"]})

    def curate(self, step, folder):
        self.store(folder / "pool.h5", 0.1, {"gan": "pggan"}, 50, (*step.settings.canvas, 1))
        counts = {name: {"images": self.images, "kept": self.images} for name in step.settings.classes}
        kept = {"images": 2 * self.images, "kept": 2 * self.images, "discarded": 0, "rule": "by rule"}
        self.finish(step, {**kept, "classes": counts, "patients": ["train-0"]})

    def privacy(self, step, folder):
        from kgan.analyses.memorization.tables import POOLS, PoolResult, pairs_file
        from kgan.report.figures.image_grid import rows

        near = {"nearer": 0.52, "nearer_low": 0.4, "nearer_high": 0.63, "auc": 0.55, "low": 0.4, "high": 0.7}
        near |= {"distance_training": 7.21, "distance_held_out": 7.4, "synthetic_images": 2 * self.images}
        near |= {
            "training_images": 144,
            "training_patients": 6,
            "held_out_images": 60,
            "held_out_patients": 5,
        }
        pools = [pool.name for pool in step.settings.pools]
        POOLS.write(
            folder,
            [
                PoolResult(pool=pool, class_name=name, features="pixels at 32x32", **near)
                for pool in pools
                for name in CLASSES
            ],
        )
        kinds = ("generated", "nearest training image", "nearest held-out image")
        named = {
            f"{kind}, {name}": slices(6, self.size, label, 0.1, 40 + place)
            for label, name in enumerate(CLASSES)
            for place, kind in enumerate(kinds)
        }
        for pool in pools:
            rows(named, 6, folder / pairs_file(pool))
        self.finish(step, {"pools": len(step.settings.pools), "closed": []})

    def turing(self, step, folder):
        self.finish(step, {"tests": []})

    def choose(self, step, folder):
        from kgan.analyses.checkpoint_selection import step as choose

        facts = choose.run(StepContext(step.name, step.settings, self.inputs, folder))
        self.finish(step, {key: value for key, value in facts.items() if key != "publish"}, facts["publish"])

    def classify(self, step, folder):
        generator = np.random.default_rng(len(self.inputs))
        truth = np.arange(240) % 2
        skill = 0.25 + 0.12 * len(step.settings.sources)
        scores = np.clip(0.5 + (truth - 0.5) * skill + generator.normal(0, 0.2, 240), 0, 1)
        owners = np.arange(240) * self.test_patients // 240
        lines = [
            (f"test-{o}", i, t, s) for i, (o, t, s) in enumerate(zip(owners, truth, scores, strict=True))
        ]
        write_csv(folder / "predictions.csv", ("patient", "slice", "truth", "score"), lines)
        tried = [(f"validation-{number // 80}", number, *more) for _, number, *more in lines]
        write_csv(folder / "validation.csv", ("patient", "slice", "truth", "score"), tried)
        epochs = [(50 * (e + 1), e, 0.7 - skill * e / 9, 0.5 + skill * e / 9) for e in range(6)]
        columns = ("step", "phase", "validation_loss", "validation_accuracy")
        write_csv(folder / "epochs.csv", columns, epochs)
        (folder / "networks").mkdir()
        (folder / "config.json").write_text("{}")
        self.finish(
            step,
            {
                "patients": ["train-0"],
                "epochs": 6,
                "best_epoch": 5,
                "images_seen": 2400,
                "sources": {"real": 144},
            },
        )

    def compare(self, step, folder):
        from kgan.analyses.comparison import step as compare

        facts = compare.run(StepContext(step.name, step.settings, self.inputs, folder))
        self.finish(step, {}, facts["publish"])

    def export(self, step, folder):
        (folder / "1").mkdir()
        (folder / "1" / "saved_model.pb").write_text("a model")
        self.finish(step, {}, [f"models/{model.name}/1" for model in step.settings.models])


def report_context(recipe, root, size=12, **numbers):
    """Fabricate the run of a recipe's plan in a folder; return its report step's context."""
    from kgan.plan import plan

    shutil.rmtree(root, ignore_errors=True)
    fabricator = Fabricator(root, size, **numbers)
    *before, report = plan(recipe)
    for step in before:
        fabricator.make(step)
    out = root / "steps" / "report"
    out.mkdir(parents=True)
    inputs = {name: fabricator.inputs[name] for name in report.needs}
    return StepContext("report", report.settings, inputs, out)


@pytest.fixture
def fabricated(tmp_path):
    """Return ``make(recipe, size=12)``: a report step's context on the fabricated run of a recipe's plan."""
    return lambda recipe, size=12: report_context(recipe, tmp_path / "run", size)
