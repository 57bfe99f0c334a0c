"""A finished run with a comparison, as the text of a paper is made from it."""

from fabricated.comparison_rows import RESULTS, differences
from fabricated.finished_steps import classified, prepared

from kgan.analyses.comparison.settings import ComparedCell, ComparisonSettings, PlannedPair
from kgan.analyses.comparison.tables import CLASSIFICATION, SIGNIFICANCE
from kgan.analyses.report.manuscript.contents import Manuscript
from kgan.pipeline.records.finished_run import FinishedRun
from kgan.pipeline.records.run_folder import FinishedStep, Steps

RECIPE = {
    "name": "mine",
    "title": "My experiment",
    "cite": "Somebody, 2019",
    "seed": 4,
    "gans": {"pggan": {"plugin": "pggan", "train": {"steps": 8, "batch_size": 4}}},
    "curations": {"kept": {"source": "pggan"}, "all": {"source": "pggan", "rule": "none"}},
    "refiners": {"simgan": {"plugin": "simgan"}},
    "classifier": {"plugin": "resnet50", "train": {"epochs": 2}, "variants": {"scratch": {"weights": None}}},
    "setups": {"real": {"real": "all"}, "+pggan": {"real": "all", "pggan": 2000}},
}
FACTS = {
    "patients": {"test": ["c"], "train": ["a", "b"]},
    "counts": {"train": {"non_tumor": 30, "tumor": 10}},
    "image_shape": [30, 30, 1],
    "synthetic": True,
}


def manuscript(root, recipe=RECIPE, facts=FACTS, runs=1, compared=True):
    """Write the files of a run that proofs name; return what its text is made from."""

    def folder(name):
        place = root / "steps" / name / "0"
        place.mkdir(parents=True)
        (place / "manifest.json").write_text("{}")
        return place

    steps = [
        prepared(folder("prepare"), facts, versions={"kgan": "0.1.0"}),
        classified("a", folder("classify-a")),
    ]
    (root / "steps/classify-a/0/predictions.csv").write_text("")
    (root / "results").mkdir()
    (root / "run.json").write_text("{}")
    if compared:
        settings = ComparisonSettings(
            seed=0, alpha=0.05, metric="accuracy", involving=None,
            planned=(PlannedPair(first="real", second="+pggan", variant="scratch"),),
            cells=(ComparedCell(setup="real", step="classify-a"),),
        )  # fmt: skip
        place = folder("compare")
        for table, rows in ((CLASSIFICATION, [row.model_copy(update={"runs": runs}) for row in RESULTS]),
                            (SIGNIFICANCE, differences())):  # fmt: skip
            table.write(place, rows)
            table.write(root / "results", rows)
        steps.append(FinishedStep("compare", place, settings))
    return Manuscript(FinishedRun(root, recipe, Steps(steps)))
