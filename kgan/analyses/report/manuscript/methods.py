"""The methods of a run in one paragraph."""

from collections.abc import Iterator

from kgan import registry
from kgan.analyses.comparison.settings import ComparisonSettings
from kgan.analyses.report.manuscript.contents import Manuscript
from kgan.analyses.report.resolved_recipe import ShownModel, ShownTraining
from kgan.analyses.report.sections.question import sources_text
from kgan.data.cohort.split import FURTHER, SPLITS
from kgan.report.formatting import count, listing, number_of
from kgan.steps.facts import TrainingFacts
from kgan.steps.settings.prepare import PrepareSettings


def methods(manuscript: Manuscript) -> str:
    """Return the paragraph."""
    return " ".join(
        [
            *_data(manuscript),
            *_generators(manuscript),
            *_classifiers(manuscript),
            *_statistics(manuscript),
            *_software(manuscript),
        ]
    )


def classes_text(manuscript: Manuscript) -> str:
    """Say where the classes of the images come from; empty where they have none."""
    settings = manuscript.prepare.settings if manuscript.prepare else None
    if settings is None or settings.labels is None:
        return ""
    if not manuscript.masks:
        return f"The classes are those that the reader “{settings.reader.plugin}” gives."
    least, margin = settings.labels.min_tumor_area, settings.labels.margin
    amount = f"at least {least:g} mm² of tumour" if least else "any tumour"
    mask = "computed mask of the phantom" if manuscript.phantom else "segmentation mask"
    doubtful = [f"with some but less than {least:g} mm²"] if least else []
    doubtful += [f"without tumour but within {number_of(margin, 'slice')} of some"] if margin else []
    text = f"A slice was positive with {amount} in the {mask}, and negative without any."
    if doubtful:
        text += f" Slices {' or '.join(doubtful)} were left out: they are in neither class."
    return text


def partitions_text(manuscript: Manuscript) -> str:
    """Return how many patients are in each part of the split; empty where this was not recorded."""
    patients = manuscript.data.patients
    parts = [f"{count(len(patients[split]))} for {split}" for split in SPLITS if patients.get(split)]
    if patients.get(FURTHER):
        parts.append(f"{count(len(patients[FURTHER]))} held back for positive controls")
    splits = len(manuscript.steps.of(PrepareSettings))
    several = f" (the first of {splits} splits, each with other test patients)" if splits > 1 else ""
    return f"{listing(parts)}{several}" if parts else ""


def versions_text(manuscript: Manuscript) -> str:
    """Return the software that the steps ran with, with all versions of what differed between them."""
    used: dict[str, list[str]] = {}
    for step in manuscript.steps:
        for name, version in step.versions.items():
            used.setdefault(name, []).append(version)
    texts = [f"{name} {' or '.join(dict.fromkeys(versions))}" for name, versions in used.items()]
    mixed = any(len(set(versions)) > 1 for versions in used.values())
    return listing(texts) + (" (versions differ between steps)" if mixed else "")


def levels_text(manuscript: Manuscript) -> str:
    """Return the levels of the intervals: that of differences is the comparison's, all others are 95 %."""
    alpha = manuscript.comparison.settings.alpha if manuscript.comparison else 0.05
    differences = f"{100 * (1 - alpha):g} %"
    return "95 %" if differences == "95 %" else f"{differences} of differences, 95 % of all else"


def _data(manuscript: Manuscript) -> Iterator[str]:
    prepare, facts = manuscript.prepare, manuscript.data
    if prepare is None:
        return
    settings: PrepareSettings = prepare.settings
    request, shape = settings.request, facts.image_shape
    if facts.pictures:
        yield f"Images were read from files ({listing(list(request.sequences))})."
    else:
        slices = request.words(f"{request.plane} slices")
        yield f"From each volume ({listing(list(request.sequences))}), {slices} were extracted."
    if len(shape) > 1:
        yield f"Images had {shape[0]} × {shape[1]} pixels."
    if text := classes_text(manuscript):
        yield text
    if text := partitions_text(manuscript):
        yield f"Patients, not slices, were assigned to the partitions at random: {text}."
    yield from (f"{note.removesuffix('.')}." for note in facts.notes)


def _generators(manuscript: Manuscript) -> Iterator[str]:
    recipe = manuscript.recipe
    for name, gan in recipe.gans.items():
        yield f"{manuscript.labels[name]} was trained on the training images alone{_length(gan)}."
    for curation in recipe.curations.values():
        source = manuscript.labels.get(curation.source, curation.source)
        if curation.rule != "none":
            yield f"Clusters of the images of {source} were discarded by the rule “{curation.rule}”."
    for name, refiner in recipe.refiners.items():
        yield f"{manuscript.labels[name]} refined generated images{_length(refiner)}."


def _length(model: ShownModel) -> str:
    text = _training(model.train)
    return f" for {text}" if text else ""


def _training(training: ShownTraining) -> str:
    length = number_of(training.epochs, "epoch") if training.epochs else ""
    length = number_of(training.steps, "step") if training.steps and not length else length
    batch = f" with batches of {count(training.batch_size)}" if training.batch_size else ""
    return f"{length}{batch}" if length else ""


def _classifiers(manuscript: Manuscript) -> Iterator[str]:
    recipe = manuscript.recipe
    if recipe.classifier is None or not recipe.setups:
        return
    sums = [
        f"“{registry.setup_name(name, manuscript.labels)}” ({sources_text(sources, manuscript.labels)})"
        for name, sources in recipe.setups.items()
    ]
    variants = recipe.variants
    text = _training(recipe.classifier.train)
    yield (
        f"A classifier ({manuscript.run.recipe['classifier'].get('plugin', '')}) was trained"
        + (f" for at most {text}" if text else "")
        + f" on each of {count(len(sums))} setups: {'; '.join(sums)}."
    )
    if len(variants) > 1:
        yield f"Each was trained in {len(variants)} variants: {listing(variants)}."
    yield "The epoch with the lowest loss on validation patients was kept; no test patient had a say."


def _statistics(manuscript: Manuscript) -> Iterator[str]:
    if manuscript.comparison is None or not manuscript.results:
        return
    settings: ComparisonSettings = manuscript.comparison.settings
    runs = max(result.row.runs for result in manuscript.results)
    yield f"The primary metric was {settings.metric}."
    if settings.planned:
        yield (
            f"Of {number_of(len(settings.planned), 'planned comparison')}, each was tested with patients as "
            "units, as slices of one patient are not independent, with Holm–Bonferroni adjustment at "
            f"{settings.alpha:g}; all other comparisons are exploratory."
        )
    else:
        yield "No comparison was planned: all are exploratory, and none has a conclusion."
    yield f"Intervals ({levels_text(manuscript)}) have patients as units and are not adjusted."
    yield (
        f"Each classifier was trained in {runs} runs, whose variation the tests count."
        if runs > 1
        else "Each classifier was trained once; the tests do not cover the variation between runs."
    )


def _software(manuscript: Manuscript) -> Iterator[str]:
    if text := versions_text(manuscript):
        yield f"Software: {text}."
    yield from _precision(manuscript)
    yield f"All random numbers derive from the seed {manuscript.recipe.seed}."


def _precision(manuscript: Manuscript) -> Iterator[str]:
    """Yield in which precision networks were trained, with the steps' names where there are several."""
    trained: dict[str, list[str]] = {}
    for step in manuscript.steps:
        words = TrainingFacts.model_validate(step.facts).precision
        if words:
            trained.setdefault(words.partition(" ")[0], []).append(step.name)
    if len(trained) == 1:
        yield f"Networks were trained in {next(iter(trained))}."
    elif trained:
        each = [f"{name} ({listing(steps)})" for name, steps in trained.items()]
        yield f"Networks were trained in {listing(each)}."
