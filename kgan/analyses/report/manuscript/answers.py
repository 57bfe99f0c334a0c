"""What a run can say to the items of reporting checklists, and the file that proves it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kgan.analyses.comparison.comparisons_section import level
from kgan.analyses.comparison.settings import ComparisonSettings
from kgan.analyses.report.manuscript.contents import Manuscript
from kgan.analyses.report.manuscript.methods import classes_text
from kgan.data.cohort.split import SPLITS
from kgan.report.formatting import count, listing, number_of


@dataclass(frozen=True)
class Answer:
    """The answer to an item.

    Args:
        text: in words.
        file: that proves it, in the run's folder.
    """

    text: str
    file: str


def answers(manuscript: Manuscript) -> dict[str, Answer]:
    """Return the answers by topic; topics that the run says nothing of, or has no file for, are missing."""
    made = {topic: make(manuscript) for topic, make in TOPICS.items()}
    return {topic: answer for topic, answer in made.items() if answer.text and answer.file}


def _technology(run: Manuscript) -> Answer:
    models = listing([run.labels[name] for name in (*run.recipe.gans, *run.recipe.refiners)])
    return Answer(f"deep learning: {models} and a classifier" if models else "", _record(run))


def _objective(run: Manuscript) -> Answer:
    planned = run.comparison.settings.planned if run.comparison else ()
    text = f"{number_of(len(planned), 'planned comparison')} of setups of training images" if planned else ""
    return Answer(text, _record(run))


def _source(run: Manuscript) -> Answer:
    settings = run.prepare.settings if run.prepare else None
    text = (
        f"read by {settings.reader.plugin}" + (": computed phantoms" if run.phantom else "") if settings else ""
    )
    return Answer(text, run.manifest(run.prepare))


def _eligibility(run: Manuscript) -> Answer:
    return Answer("each excluded patient and slice with its reason", run.existing("results/exclusions.csv"))


def _preprocessing(run: Manuscript) -> Answer:
    request = run.prepare.settings.request if run.prepare else None
    shape = run.data.image_shape
    size = f"; {shape[0]} × {shape[1]} pixels" if len(shape) > 1 else ""
    slices = request.words(f"{request.plane} slices") if request and not run.data.pictures else "images of files"
    text = f"{slices}{size}" if request else ""
    return Answer(text, run.manifest(run.prepare))


def _reference(run: Manuscript) -> Answer:
    return Answer(classes_text(run), run.manifest(run.prepare))


def _partitions(run: Manuscript) -> Answer:
    patients = run.data.patients
    parts = [f"{split} {count(len(patients[split]))}" for split in SPLITS if patients.get(split)]
    return Answer(f"patients, at random: {listing(parts)}" if parts else "", run.manifest(run.prepare))


def _level(run: Manuscript) -> Answer:
    return Answer("patients: no patient is in two partitions", run.manifest(run.prepare))


def _sample_size(run: Manuscript) -> Answer:
    sizes = sorted(
        difference.detectable
        for pair in run.pairs
        if (difference := pair.planned) and difference.detectable is not None
    )
    if not sizes or run.comparison is None:
        return Answer("", "")
    metric = run.comparison.settings.metric
    low, high = (level(metric, size).replace("%", "points") for size in (sizes[0], sizes[-1]))
    text = f"differences of {low} to {high} are detected with 80 % power (computed after the test)"
    return Answer(text, run.existing("results/significance.csv"))


def _model(run: Manuscript) -> Answer:
    return Answer("all parameters in the resolved recipe" if run.recipe.classifier else "", _record(run))


def _software(run: Manuscript) -> Answer:
    versions = run.prepare.versions if run.prepare else {}
    return Answer(
        listing([f"{name} {version}" for name, version in versions.items()]), run.manifest(run.prepare)
    )


def _initial(run: Manuscript) -> Answer:
    variants = run.recipe.classifier.variants if run.recipe.classifier else {}
    texts = [f"{name}: {(values or {}).get('weights') or 'random'}" for name, values in variants.items()]
    return Answer(f"initial weights of the classifier: {', '.join(texts)}" if texts else "", _record(run))


def _training(run: Manuscript) -> Answer:
    text = "batch sizes, lengths, optimisers and augmentation in the resolved recipe"
    return Answer(text if run.recipe.classifier or run.recipe.gans else "", _record(run))


def _selection(run: Manuscript) -> Answer:
    text = "the epoch with the best result on validation patients" if run.results else ""
    return Answer(text, _first_cell(run))


def _metrics(run: Manuscript) -> Answer:
    text = "accuracy (primary: {}), sensitivity, specificity, AUROC"
    primary = run.comparison.settings.metric if run.comparison else ""
    return Answer(text.format(primary) if primary else "", run.existing("results/classification.csv"))


def _uncertainty(run: Manuscript) -> Answer:
    if run.comparison is None:
        return Answer("", "")
    settings: ComparisonSettings = run.comparison.settings
    text = f"intervals and tests with patients as units, Holm–Bonferroni at {settings.alpha:g}"
    return Answer(text, run.existing("results/significance.csv"))


def _robustness(run: Manuscript) -> Answer:
    runs = max((result.row.runs for result in run.results), default=1)
    text = f"{runs} runs of each classifier, with other seeds or splits"
    return Answer(text if runs > 1 else "", run.existing("results/repeats.csv"))


def _internal(run: Manuscript) -> Answer:
    row = run.results[0].row if run.results else None
    text = f"{number_of(row.n, 'image')} of {number_of(row.patients, 'patient')}" if row else ""
    return Answer(
        f"test on {text} of the same cohort" if text else "", run.existing("results/classification.csv")
    )


def _flow(run: Manuscript) -> Answer:
    images = run.data.images
    text = (
        f"{number_of(images, 'image')} used; what was excluded is in results/exclusions.csv" if images else ""
    )
    return Answer(text, run.manifest(run.prepare))


def _performance(run: Manuscript) -> Answer:
    text = f"{number_of(len(run.results), 'classifier')}, each with intervals" if run.results else ""
    return Answer(text, run.existing("results/classification.csv"))


def _limitations(run: Manuscript) -> Answer:
    limits, deviations = (run.existing(f"results/{name}.csv") for name in ("limits", "deviations"))
    text = "what the cohort is too small for" if limits else "departures from the published protocol"
    return Answer(text, limits or deviations)


def _protocol(run: Manuscript) -> Answer:
    return Answer(
        f"the resolved recipe{f'; after {run.recipe.cite}' if run.recipe.cite else ''}", _record(run)
    )


def _imbalance(run: Manuscript) -> Answer:
    train = run.data.counts.get("train", {})
    parts = [f"{count(images)} {name}" for name, images in train.items() if name]
    text = f"training images: {listing(parts)}" if parts else ""
    return Answer(text, run.manifest(run.prepare))


def _output(run: Manuscript) -> Answer:
    text = "a probability; classes at one threshold, 0.5" if run.results else ""
    return Answer(text, _first_cell(run))


def _missing(run: Manuscript) -> Answer:
    return Answer("patients without a usable scan are left out", run.existing("results/exclusions.csv"))


def _record(run: Manuscript) -> str:
    return run.existing("run.json")


def _first_cell(run: Manuscript) -> str:
    step = run.comparison.settings.cells[0].step if run.comparison else ""
    return run.manifest(run.steps.named(step))


#: Who answers each topic.
TOPICS: Mapping[str, Callable[[Manuscript], Answer]] = {
    "technology": _technology,
    "objective": _objective,
    "source": _source,
    "eligibility": _eligibility,
    "preprocessing": _preprocessing,
    "reference": _reference,
    "partitions": _partitions,
    "level": _level,
    "sample size": _sample_size,
    "model": _model,
    "software": _software,
    "initial": _initial,
    "training": _training,
    "selection": _selection,
    "metrics": _metrics,
    "uncertainty": _uncertainty,
    "robustness": _robustness,
    "internal": _internal,
    "flow": _flow,
    "performance": _performance,
    "limitations": _limitations,
    "protocol": _protocol,
    "imbalance": _imbalance,
    "output": _output,
    "missing": _missing,
}
