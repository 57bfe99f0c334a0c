"""Comparison of a run with the published protocol: main parameters, and every setting that differs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from kgan.analyses.checkpoint_selection.settings import CheckpointSelectionSettings
from kgan.analyses.report.model_names import training_steps
from kgan.analyses.report.resolved_recipe import ResolvedRecipe, ShownClassifier, ShownModel, ShownTraining
from kgan.analyses.report.tables import ProtocolRow
from kgan.data.cohort.split import FURTHER, SPLITS
from kgan.pipeline.records.run_folder import Steps
from kgan.report.formatting import NOTHING, count
from kgan.report.html import Section, Table
from kgan.schema.sources import TITLES
from kgan.steps.facts import PreparationFacts, TrainingFacts
from kgan.steps.settings.classify import ClassifySettings
from kgan.steps.settings.prepare import PrepareSettings

#: Parameter, its value in this run, its value in the paper; empty where there is none.
_Row: TypeAlias = tuple[str, str, str]
_Labels: TypeAlias = Mapping[str, str]
_COLUMNS = ("Parameter", "This run", "Paper")
#: Settings that are names, text or locations, not parameters of the protocol.
_TEXTS = {
    "name",
    "title",
    "cite",
    "licence",
    "scale",
    "profile",
    "seed",
    "compute",
    "published",
    "export",
}
_PATHS = {"data.path", "data.exclude"}
_MAX_LENGTH = 60
_MAX_GANS = 3


def scale_section(
    recipe: ResolvedRecipe, paper: ResolvedRecipe | None, run: Steps, labels: _Labels
) -> Iterator[Section]:
    """Yield the section with the parameters beside those of the paper; none without a paper."""
    if paper is not None:
        yield Section(
            "scale",
            "How far from the published scale",
            paragraphs=["Parameters that limit the quality of images and classifiers, beside the paper’s."],
            tables=[protocol_table(protocol_rows(recipe, paper, run, labels))],
            closed=True,
        )


def protocol_rows(
    recipe: ResolvedRecipe, paper: ResolvedRecipe, run: Steps, labels: _Labels
) -> list[ProtocolRow]:
    """Return the parameters that limit the quality of a run.

    Args:
        recipe: of this run.
        paper: the same recipe as resolved for the published protocol.
        run: finished steps; they provide actual values where the recipe states only a limit.
        labels: display names of GANs and refiners.
    """
    rows = [*_data(recipe, paper, run), *_gans(recipe, paper, run, labels)]
    rows += [*_refiners(recipe, paper, run, labels), *_pools(recipe, paper, labels)]
    rows += _classifier(recipe, paper, run)
    return [
        ProtocolRow(parameter=name, this_run=actual or NOTHING, paper=published or NOTHING)
        for name, actual, published in rows
        if actual or published
    ]


def protocol_table(rows: Sequence[ProtocolRow]) -> Table:
    """Make the table of `protocol_rows`."""
    note = "Paper: the paper profile of the recipe, with the values of the published protocol."
    cells = [[row.parameter, row.this_run, row.paper] for row in rows]
    return Table(_COLUMNS, cells, numeric=False, note=note)


def differences(recipe: Mapping[str, Any], paper: Mapping[str, Any]) -> list[str]:
    """List every setting in which two resolved recipes differ, as ``path: this run, paper``."""
    actual, published = dict(_flat(recipe)), dict(_flat(paper))
    paths = [p for p in {**actual, **published} if p not in _PATHS and p.partition(".")[0] not in _TEXTS]
    return [
        f"{path}: {_short(actual.get(path))} here, {_short(published.get(path))} in the paper profile"
        for path in paths
        if actual.get(path) != published.get(path)
    ]


def missing_setups(recipe: ResolvedRecipe, paper: ResolvedRecipe) -> list[str]:
    """Return the setups and variants of the paper that this run omits."""
    setups = [f"setup “{name}”" for name in paper.setups if name not in recipe.setups]
    variants = [name for name in paper.variants if name not in recipe.variants]
    return [*setups, *(f"variant “{name}” of the classifier" for name in variants)]


def _data(recipe: ResolvedRecipe, paper: ResolvedRecipe, run: Steps) -> Iterator[_Row]:
    prepare = run.first_of(PrepareSettings)
    facts = PreparationFacts.model_validate(prepare.facts if prepare else {})
    numbers = (count(len(facts.patients.get(split, ()))) for split in SPLITS)
    patients = " / ".join(numbers) if facts.patients else _split(recipe)
    yield "Patients (training / validation / test)", patients, _split(paper)
    if further := facts.patients.get(FURTHER):
        yield "Further patients, for positive controls", count(len(further)), ""
    images = sum(facts.counts.get("train", {}).values())
    yield "Real training images", count(images) if images else "", ""
    stored = _size(facts.image_shape[:2] or recipe.data.stored_size)
    yield "Stored slices, pixels", stored, _size(paper.data.stored_size) or "as in the scans"
    yield "Slices per volume", _slices(recipe), _slices(paper)


def _gans(recipe: ResolvedRecipe, paper: ResolvedRecipe, run: Steps, labels: _Labels) -> Iterator[_Row]:
    names = _names(recipe.gans, paper.gans)
    if len(names) > _MAX_GANS:
        yield from _many_gans(recipe, paper, run, labels)
        return
    for name in names:
        actual, published = recipe.gans.get(name, ShownModel()), paper.gans.get(name, ShownModel())
        label = labels.get(name, name)
        yield f"{label}: image size, pixels", _size(actual.canvas), _size(published.canvas)
        yield f"{label}: training per model", _trained(actual, name, run), _length(published.train)
        yield f"{label}: batch size", _whole(actual.train.batch_size), _whole(published.train.batch_size)


def _many_gans(recipe: ResolvedRecipe, paper: ResolvedRecipe, run: Steps, labels: _Labels) -> Iterator[_Row]:
    """Yield one row for each group of GANs with equal values."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name in _names(recipe.gans, paper.gans):
        actual, published = recipe.gans.get(name, ShownModel()), paper.gans.get(name, ShownModel())
        sides = _in_short(actual, _trained(actual, name, run)), _in_short(published, _length(published.train))
        groups.setdefault(sides, []).append(labels.get(name, name))
    for (actual_text, published_text), names in groups.items():
        yield ", ".join(names), actual_text, published_text


def _in_short(gan: ShownModel, length: str) -> str:
    batch = f"batch {count(gan.train.batch_size)}" if gan.train.batch_size else ""
    return "; ".join(part for part in (_size(gan.canvas), length, batch) if part)


def _refiners(recipe: ResolvedRecipe, paper: ResolvedRecipe, run: Steps, labels: _Labels) -> Iterator[_Row]:
    selected = {
        step.settings.source: TrainingFacts.model_validate(step.facts).steps
        for step in run.first_split().of(CheckpointSelectionSettings)
    }
    for name in _names(recipe.refiners, paper.refiners):
        actual, published = recipe.refiners.get(name, ShownModel()), paper.refiners.get(name, ShownModel())
        label, length = labels.get(name, name), _length(actual.train)
        yield f"{label}: image size, pixels", _size(actual.image_size), _size(published.image_size)
        chosen = f", selected after {count(selected[name])}" if selected.get(name) else ""
        yield f"{label}: training per model", length and length + chosen, _length(published.train)
        yield f"{label}: batch size", _whole(actual.train.batch_size), _whole(published.train.batch_size)
        images = _whole(actual.images_per_class), _whole(published.images_per_class)
        yield (f"{label}: training images per class", *images)


def _pools(recipe: ResolvedRecipe, paper: ResolvedRecipe, labels: _Labels) -> Iterator[_Row]:
    actual, published = _largest(recipe), _largest(paper)
    for source in dict.fromkeys([*actual, *published]):
        if source != "real":
            name = "Classic DA" if source == "classic" else labels.get(source, TITLES.get(source, source))
            yield f"{name}: largest pool, images", _whole(actual.get(source)), _whole(published.get(source))


def _classifier(recipe: ResolvedRecipe, paper: ResolvedRecipe, run: Steps) -> Iterator[_Row]:
    actual, published = (side.classifier or ShownClassifier() for side in (recipe, paper))
    yield "Classifier: image size, pixels", _size(actual.image_size), _size(published.image_size)
    for name in _names(actual.parameters, published.parameters):
        values = actual.parameters.get(name), published.parameters.get(name)
        if values[0] != values[1]:
            texts = _or_default(values[0]), _or_default(values[1])
            yield (f"Classifier: {name.replace('_', ' ')}", *texts)
    limits = [_whole(side.train.epochs) for side in (actual, published)]
    yield "Classifier: epochs, maximum", limits[0] + _used(run), limits[1]
    if recipe.setups or paper.setups:
        pairs = [f"{len(side.setups)} × {len(side.variants)}" for side in (recipe, paper)]
        yield "DA setups × classifier variants", pairs[0], pairs[1]


def _used(run: Steps) -> str:
    """Return for how many epochs classifiers were trained."""
    facts = (TrainingFacts.model_validate(step.facts) for step in run.of(ClassifySettings))
    epochs = [classifier.epochs for classifier in facts if classifier.epochs]
    if not epochs:
        return ""
    return f", used: {min(epochs)} to {max(epochs)}" if len(set(epochs)) > 1 else f", used: {epochs[0]}"


def _trained(gan: ShownModel, name: str, run: Steps) -> str:
    """Return how long the models of a GAN were trained; of an untrained one, how long the recipe says."""
    facts = [
        TrainingFacts.model_validate(step.facts) for step, model, _ in training_steps(run) if model == name
    ]
    done = [training for training in facts if training.images]
    if not done:
        return _length(gan.train)
    epochs = sum(training.images_seen / training.images for training in done) / len(done)
    shown = sum(training.images_seen for training in done) / len(done)
    return f"{count(done[0].steps)} steps, {count(round(shown))} images shown, {epochs:.3g} epochs"


def _length(training: ShownTraining) -> str:
    if training.epochs:
        return f"{count(training.epochs)} epochs"
    return f"{count(training.steps)} steps" if training.steps else ""


def _split(recipe: ResolvedRecipe) -> str:
    split = recipe.data.split
    return f"{split.train:g} / {split.validation:g} / {split.test:g}" if split else ""


def _slices(recipe: ResolvedRecipe) -> str:
    slices = recipe.data.slices
    if slices is None:
        return ""
    return f"{slices.first} to {slices.last}" + (f", one in {slices.step}" if slices.step > 1 else "")


def _largest(recipe: ResolvedRecipe) -> dict[str, int]:
    largest: dict[str, int] = {}
    for sources in recipe.setups.values():
        for source, images in sources.items():
            if isinstance(images, int):
                largest[source] = max(images, largest.get(source, 0))
    return largest


def _names(actual: Mapping[str, object], published: Mapping[str, object]) -> list[str]:
    return list(dict.fromkeys([*actual, *published]))


def _whole(value: float | None) -> str:
    return "" if value is None else count(value)


def _or_default(value: object) -> str:
    return "default" if value is None else _short(value)


def _size(size: Sequence[int] | None) -> str:
    return " × ".join(str(side) for side in size) if size else ""


def _flat(part: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(part, Mapping) and part:
        for key, value in part.items():
            yield from _flat(value, f"{path}.{key}" if path else str(key))
    elif not isinstance(part, Mapping):
        yield path, part


def _short(value: Any) -> str:
    text = "not set" if value is None else str(value)
    return text if len(text) <= _MAX_LENGTH else text[: _MAX_LENGTH - 1] + "…"
