"""What a run can say to the items of reporting checklists, and the files that prove it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kgan.analyses.comparison.comparisons_section import level
from kgan.analyses.comparison.settings import ComparisonSettings
from kgan.analyses.report.manuscript.contents import Manuscript
from kgan.analyses.report.manuscript.methods import classes_text, partitions_text, versions_text
from kgan.data.cohort.tables import EXCLUSIONS
from kgan.pipeline.records.run_folder import FinishedStep
from kgan.report.formatting import count, listing, number_of
from kgan.stats.predictions import TEST_FILE
from kgan.steps.settings.prepare import PrepareSettings

_EXCLUSIONS = f"results/{EXCLUSIONS.file}"


@dataclass(frozen=True)
class Answer:
    """The answer to an item.

    Args:
        text: in words.
        files: that prove it, in the run's folder.
    """

    text: str
    files: tuple[str, ...]


def answers(manuscript: Manuscript) -> dict[str, Answer]:
    """Return the answers by topic; topics that the run says nothing of, or lacks a file of, are missing."""
    made = {topic: make(manuscript) for topic, make in TOPICS.items()}
    return {
        topic: answer for topic, answer in made.items() if answer.text and answer.files and all(answer.files)
    }


def _technology(run: Manuscript) -> Answer:
    models = [run.labels[name] for name in (*run.recipe.gans, *run.recipe.refiners)]
    models += ["a classifier"] if run.recipe.classifier else []
    return Answer(f"deep learning: {listing(models)}" if models else "", _record(run))


def _objective(run: Manuscript) -> Answer:
    planned = run.comparison.settings.planned if run.comparison else ()
    text = f"{number_of(len(planned), 'planned comparison')} of setups of training images" if planned else ""
    return Answer(text, _compared(run))


def _source(run: Manuscript) -> Answer:
    settings = run.prepare.settings if run.prepare else None
    phantom = ": computed phantoms" if run.phantom else ""
    return Answer(f"read by {settings.reader.plugin}{phantom}" if settings else "", _prepared(run))


def _eligibility(run: Manuscript) -> Answer:
    text = f"left out, each with its reason: {_left_out(run)}"
    return Answer(text, (run.existing(_EXCLUSIONS),))


def _preprocessing(run: Manuscript) -> Answer:
    request = run.prepare.settings.request if run.prepare else None
    shape = run.data.image_shape
    size = f"; {shape[0]} × {shape[1]} pixels" if len(shape) > 1 else ""
    slices = "images of files"
    if request and not run.data.pictures:
        slices = request.words(f"{request.plane} slices")
    return Answer(f"{slices}{size}" if request else "", _prepared(run))


def _reference(run: Manuscript) -> Answer:
    return Answer(classes_text(run), _prepared(run))


def _partitions(run: Manuscript) -> Answer:
    text = partitions_text(run)
    return Answer(f"patients, at random: {text}" if text else "", _splits(run))


def _level(run: Manuscript) -> Answer:
    several = "; no patient is in the test sets of two splits" if len(_splits(run)) > 1 else ""
    return Answer(f"patients: no patient is in two partitions{several}", _splits(run))


def _sample_size(run: Manuscript) -> Answer:
    sizes = sorted(
        difference.detectable
        for pair in run.pairs
        if (difference := pair.planned) and difference.detectable is not None
    )
    if not sizes or run.comparison is None:
        return Answer("", ())
    metric = run.comparison.settings.metric
    low, high = (level(metric, size).replace("%", "points") for size in (sizes[0], sizes[-1]))
    text = f"differences of {low} to {high} are detected with 80 % power (computed after the test)"
    return Answer(text, (run.existing("results/significance.csv"),))


def _model(run: Manuscript) -> Answer:
    text = "the resolved recipe has the parameters that it sets; others are the plugins’ defaults"
    return Answer(text if run.recipe.classifier or run.recipe.gans else "", _record(run))


def _software(run: Manuscript) -> Answer:
    first = {tuple(step.versions.items()): step for step in reversed(run.steps) if step.versions}
    return Answer(versions_text(run), tuple(run.manifest(step) for step in reversed(first.values())))


def _initial(run: Manuscript) -> Answer:
    variants: Mapping[str, Any] = run.recipe.classifier.variants if run.recipe.classifier else {}
    if not all(isinstance(values, Mapping) and "weights" in values for values in variants.values()):
        return Answer("", ())
    texts = [f"{name}: {values['weights'] or 'random'}" for name, values in variants.items()]
    return Answer(f"initial weights of the classifier: {', '.join(texts)}" if texts else "", _record(run))


def _training(run: Manuscript) -> Answer:
    text = "batch sizes, lengths and augmentation in the resolved recipe"
    return Answer(text if run.recipe.classifier or run.recipe.gans else "", _record(run))


def _selection(run: Manuscript) -> Answer:
    text = "the epoch with the lowest loss on validation patients" if run.results else ""
    return Answer(text, (run.manifest(_first_cell(run)),))


def _metrics(run: Manuscript) -> Answer:
    primary = run.comparison.settings.metric if run.comparison else ""
    text = f"accuracy, sensitivity, specificity, AUROC; primary: {primary}" if primary else ""
    return Answer(text, (*_compared(run), run.existing("results/classification.csv")))


def _uncertainty(run: Manuscript) -> Answer:
    if run.comparison is None or not run.comparison.settings.planned:
        return Answer("", ())
    settings: ComparisonSettings = run.comparison.settings
    planned = number_of(len(settings.planned), "planned comparison")
    text = f"intervals and tests with patients as units; Holm–Bonferroni over {planned} at {settings.alpha:g}"
    return Answer(text, (*_compared(run), run.existing("results/significance.csv")))


def _robustness(run: Manuscript) -> Answer:
    runs = max((result.row.runs for result in run.results), default=1)
    text = f"{runs} runs of each classifier, with other seeds or splits"
    return Answer(text if runs > 1 else "", (run.existing("results/repeats.csv"),))


def _internal(run: Manuscript) -> Answer:
    row = run.results[0].row if run.results else None
    text = f"{number_of(row.n, 'image')} of {number_of(row.patients, 'patient')}" if row else ""
    return Answer(
        f"test on {text} of the same cohort" if text else "", (run.existing("results/classification.csv"),)
    )


def _flow(run: Manuscript) -> Answer:
    if not run.data.images:
        return Answer("", ())
    patients = sum(len(members) for members in run.data.patients.values())
    used = f"{number_of(run.data.images, 'image')} of {number_of(patients, 'patient')} used"
    return Answer(f"{used}; left out: {_left_out(run)}", (*_prepared(run), run.existing(_EXCLUSIONS)))


def _performance(run: Manuscript) -> Answer:
    text = f"{number_of(len(run.results), 'classifier')}, with intervals where patients are enough for them"
    return Answer(text if run.results else "", (run.existing("results/classification.csv"),))


def _limitations(run: Manuscript) -> Answer:
    limits, deviations = (run.existing(f"results/{name}.csv") for name in ("limits", "deviations"))
    text = "what the cohort is too small for" if limits else "departures from the published protocol"
    return Answer(text, (limits or deviations,))


def _protocol(run: Manuscript) -> Answer:
    return Answer(
        f"the resolved recipe{f'; after {run.recipe.cite}' if run.recipe.cite else ''}", _record(run)
    )


def _imbalance(run: Manuscript) -> Answer:
    train = run.data.counts.get("train", {})
    parts = [f"{count(images)} {name}" for name, images in train.items() if name]
    return Answer(f"training images: {listing(parts)}" if parts else "", _prepared(run))


def _output(run: Manuscript) -> Answer:
    step = _first_cell(run)
    place = (step.folder / TEST_FILE).relative_to(run.run.folder).as_posix() if step else ""
    return Answer("a score of each test image" if run.results else "", (run.existing(place),))


def _missing(run: Manuscript) -> Answer:
    rows = EXCLUSIONS.read(run.run.folder / "results")
    unusable = sum(row.slice is None and row.reason.startswith("unusable") for row in rows)
    text = f"{number_of(unusable, 'patient')} without a usable scan left out"
    return Answer(text, (run.existing(_EXCLUSIONS),))


def _left_out(run: Manuscript) -> str:
    rows = EXCLUSIONS.read(run.run.folder / "results")
    patients = sum(row.slice is None for row in rows)
    return f"{number_of(patients, 'patient')} and {number_of(len(rows) - patients, 'slice')} of others"


def _record(run: Manuscript) -> tuple[str, ...]:
    return (run.existing("run.json"),)


def _prepared(run: Manuscript) -> tuple[str, ...]:
    return (run.manifest(run.prepare),)


def _splits(run: Manuscript) -> tuple[str, ...]:
    return tuple(run.manifest(step) for step in run.steps.of(PrepareSettings))


def _compared(run: Manuscript) -> tuple[str, ...]:
    return (run.manifest(run.comparison),)


def _first_cell(run: Manuscript) -> FinishedStep[Any] | None:
    return run.steps.named(run.comparison.settings.cells[0].step) if run.comparison else None


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
