"""Comparison of a run with the published protocol: main parameters, and every setting that differs."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kgan.pipeline.run_folder import FinishedStep, Steps
from kgan.report.formatting import NOTHING, count
from kgan.report.html import Table

Recipe = Mapping[str, Any]
Row = tuple[str, str, str]
Labels = Mapping[str, str]
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
_PARTS = ("train", "validation", "test")
_MAX_GANS = 3


def protocol_rows(recipe: Recipe, paper: Recipe, steps: Steps, labels: Labels) -> list[Row]:
    """Return (parameter, this run, paper) for the parameters that limit the quality of a run.

    Args:
        recipe: as resolved for this run.
        paper: the same recipe as resolved for the published protocol.
        steps: finished steps; they provide actual values where the recipe states only a limit.
        labels: display names of GANs and refiners.
    """
    pairs = [*_data(recipe, paper, steps), *_gans(recipe, paper, steps, labels)]
    pairs += _refiners(recipe, paper, steps, labels)
    pairs += _pools(recipe, paper, labels)
    pairs += _classifier(recipe, paper, steps)
    return [
        (name, run or NOTHING, published or NOTHING) for name, run, published in pairs if run or published
    ]


def protocol_table(rows: list[Row]) -> Table:
    """Make the table of `protocol_rows`."""
    note = "Paper: the paper profile of the recipe, with the values of the published protocol."
    return Table(_COLUMNS, rows, numeric=False, note=note)


def differences(recipe: Recipe, paper: Recipe) -> list[str]:
    """List every setting in which two resolved recipes differ, as ``path: this run, paper``."""
    run, published = dict(_flat(recipe)), dict(_flat(paper))
    paths = [p for p in {**run, **published} if p not in _PATHS and p.partition(".")[0] not in _TEXTS]
    return [
        f"{path}: {_short(run.get(path))} here, {_short(published.get(path))} in the paper profile"
        for path in paths
        if run.get(path) != published.get(path)
    ]


def missing_setups(recipe: Recipe, paper: Recipe) -> list[str]:
    """Return the setups and variants of the paper that this run omits."""
    setups = [name for name in paper.get("setups") or {} if name not in (recipe.get("setups") or {})]
    return [f"setup “{name}”" for name in setups] + [
        f"variant “{name}” of the classifier" for name in _variants(paper) if name not in _variants(recipe)
    ]


def _data(recipe: Recipe, paper: Recipe, steps: Steps) -> Iterator[Row]:
    prepare = steps.first("prepare")
    patients = (prepare.facts.get("patients") if prepare else None) or {}
    run = " / ".join(count(len(patients.get(part, []))) for part in _PARTS) if patients else _split(recipe)
    yield "Patients (training / validation / test)", run, _split(paper)
    counts = (prepare.facts.get("counts") if prepare else None) or {}
    images = sum(counts.get("train", {}).values())
    yield "Real training images", count(images) if images else "", ""
    shape = (prepare.facts.get("image_shape") if prepare else None) or []
    stored = _size(shape[:2]) or _size(_stored(recipe))
    yield "Stored slices, pixels", stored, _size(_stored(paper)) or "as in the scans"
    yield "Slices per volume", _slices(recipe), _slices(paper)


def _stored(recipe: Recipe) -> Any:
    return _at(recipe, "data", "center_crop") or _at(recipe, "data", "image_size")


def _gans(recipe: Recipe, paper: Recipe, steps: Steps, labels: Labels) -> Iterator[Row]:
    names = _names(recipe, paper, "gans")
    if len(names) > _MAX_GANS:
        yield from _many_gans(recipe, paper, steps, labels)
        return
    for name in names:
        run, published = _at(recipe, "gans", name), _at(paper, "gans", name)
        label = labels.get(name, name)
        yield f"{label}: image size, pixels", _size(_at(run, "canvas")), _size(_at(published, "canvas"))
        yield f"{label}: training per model", _trained(run, name, steps), _length(published)
        yield f"{label}: batch size", _batch(run), _batch(published)


def _many_gans(recipe: Recipe, paper: Recipe, steps: Steps, labels: Labels) -> Iterator[Row]:
    """Yield one row for each group of GANs with equal values."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name in _names(recipe, paper, "gans"):
        run, published = _at(recipe, "gans", name), _at(paper, "gans", name)
        sides = _in_short(run, _trained(run, name, steps)), _in_short(published, _length(published))
        groups.setdefault(sides, []).append(labels.get(name, name))
    for (run, published), names in groups.items():
        yield ", ".join(names), run, published


def _in_short(gan: Recipe | None, length: str) -> str:
    size, batch = _size(_at(gan, "canvas")), _batch(gan)
    return "; ".join(part for part in (size, length, batch and f"batch {batch}") if part)


def _refiners(recipe: Recipe, paper: Recipe, steps: Steps, labels: Labels) -> Iterator[Row]:
    selected = {
        step.settings.get("source"): step.facts.get("steps") for step in steps.first_split().that("choose")
    }
    for name in _names(recipe, paper, "refiners"):
        sides = _at(recipe, "refiners", name), _at(paper, "refiners", name)
        label = labels.get(name, name)
        yield _row(f"{label}: image size, pixels", sides, lambda side: _size(_at(side, "image_size")))
        chosen = f", selected after {count(selected[name])}" if selected.get(name) else ""
        length = _length(sides[0])
        yield f"{label}: training per model", length and length + chosen, _length(sides[1])
        yield _row(f"{label}: batch size", sides, _batch)
        training_images = f"{label}: training images per class"
        yield _row(training_images, sides, lambda side: _whole(_at(side, "images_per_class")))


def _pools(recipe: Recipe, paper: Recipe, labels: Labels) -> Iterator[Row]:
    run, published = _largest(recipe), _largest(paper)
    for source in dict.fromkeys([*run, *published]):
        if source != "real":
            name = "Classic DA" if source == "classic" else labels.get(source, source)
            yield f"{name}: largest pool, images", _whole(run.get(source)), _whole(published.get(source))


def _classifier(recipe: Recipe, paper: Recipe, steps: Steps) -> Iterator[Row]:
    sides = recipe.get("classifier") or {}, paper.get("classifier") or {}
    yield _row("Classifier: image size, pixels", sides, lambda side: _size(_at(side, "image_size")))
    for name in dict.fromkeys([*(sides[0].get("parameters") or {}), *(sides[1].get("parameters") or {})]):
        run, published = (_at(side, "parameters", name) for side in sides)
        if run != published:
            yield f"Classifier: {name.replace('_', ' ')}", _or_default(run), _or_default(published)
    limits = [_whole(_at(side, "train", "epochs")) for side in sides]
    ran = [int(step.facts["epochs"]) for step in steps.that("classify") if step.facts.get("epochs")]
    done = f"{min(ran)} to {max(ran)}" if len(set(ran)) > 1 else f"{ran[0]}" if ran else ""
    run = f"{limits[0]}, used: {done}" if done else limits[0]
    yield "Classifier: epochs, maximum", run, limits[1]
    pairs = [f"{len(side.get('setups') or {})} × {len(_variants(side))}" for side in (recipe, paper)]
    if any(side.get("setups") for side in (recipe, paper)):
        yield "DA setups × classifier variants", pairs[0], pairs[1]


def _row(name: str, sides: tuple[Any, Any], read: Callable[[Any], str]) -> Row:
    return name, read(sides[0]), read(sides[1])


def _whole(value: int | None) -> str:
    return "" if value is None else count(value)


def _or_default(value: Any) -> str:
    return "default" if value is None else _short(value)


def _trained(gan: Recipe | None, name: str, steps: Steps) -> str:
    training = (step for step in steps.that("train_gan") if _is_of(step, name))
    done = [step.facts for step in training if step.facts.get("images")]
    if not done:
        return _length(gan)
    epochs = sum(facts.get("images_seen", 0) / facts["images"] for facts in done) / len(done)
    shown = sum(facts.get("images_seen", 0) for facts in done) / len(done)
    return f"{count(done[0].get('steps'))} steps, {count(round(shown))} images shown, {epochs:.3g} epochs"


def _is_of(step: FinishedStep, name: str) -> bool:
    kind = step.settings.get("class_name")
    return step.name == "-".join(("train", name, *([kind] if kind else [])))


def _length(part: Recipe | None) -> str:
    for unit in ("epochs", "steps"):
        if value := _at(part, "train", unit):
            return f"{count(value)} {unit}"
    return ""


def _batch(part: Recipe | None) -> str:
    return _whole(_at(part, "train", "batch_size"))


def _split(recipe: Recipe) -> str:
    split = _at(recipe, "data", "split") or {}
    return " / ".join(f"{split[part]:g}" for part in _PARTS if part in split)


def _slices(recipe: Recipe) -> str:
    slices = _at(recipe, "data", "slices")
    if not slices:
        return ""
    step = slices.get("step") or 1
    return f"{slices['first']} to {slices['last']}" + (f", one in {step}" if step > 1 else "")


def _largest(recipe: Recipe) -> dict[str, int]:
    largest: dict[str, int] = {}
    for sources in (recipe.get("setups") or {}).values():
        for source, images in sources.items():
            if isinstance(images, int):
                largest[source] = max(images, largest.get(source, 0))
    return largest


def _variants(recipe: Recipe) -> list[str]:
    return list(_at(recipe, "classifier", "variants") or {})


def _names(recipe: Recipe, paper: Recipe, kind: str) -> list[str]:
    return list(dict.fromkeys([*(recipe.get(kind) or {}), *(paper.get(kind) or {})]))


def _at(part: Any, *path: str) -> Any:
    for key in path:
        part = part.get(key) if isinstance(part, Mapping) else None
    return part


def _size(size: Any) -> str:
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
