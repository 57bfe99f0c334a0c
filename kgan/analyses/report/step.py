"""FinishedStep: draw the figures of a run and write the page that a supervisor reads."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kgan import registry
from kgan.analyses.report.page import Asked, Drawn, write_report
from kgan.errors import KganError
from kgan.files.atomic import write_text
from kgan.files.tables import write_table
from kgan.pipeline import manifest
from kgan.pipeline.context import StepContext
from kgan.pipeline.optional import LEFT_OUT
from kgan.pipeline.run_folder import FinishedStep, Steps, read_steps
from kgan.report.figures.learning_curves import Log, draw_losses, draw_together, read_log, write_logs
from kgan.report.figures.samples import draw_samples
from kgan.report.formatting import listing, title
from kgan.report.html import Figure
from kgan.report.sections.missing_analyses import Missing
from kgan.report.sections.protocol_comparison import protocol_rows
from kgan.report.sections.run_costs import cost_rows
from kgan.steps.checks.deviations import collect_deviations
from kgan.training.log import EPOCHS_FILE, LOSSES_FILE


def run(context: StepContext) -> dict[str, Any]:
    """Write ``report.html``, ``figures/*.png`` and what they show as CSV, ``cost.csv`` and ``scale.csv``.

    Settings:
        recipe: as resolved.
        synthetic: whether the cohort is a phantom.
        paper: the recipe as resolved for the published protocol, or ``None``.
        deviations: sentences on where the recipe knowingly deviates; may be left out. Those of steps and
            plugins are collected (`kgan.steps.checks.deviations`) and written to ``deviations.csv``.

    Returns:
        dict: how many steps and figures are shown, and the files to publish.

    Raises:
        DataError: an image store cannot be read.
    """
    settings = context.settings
    every = _steps(context)
    steps = Steps(step for step in every if LEFT_OUT not in step.facts)
    recipe = settings.get("recipe") or {}
    paper = settings.get("paper")
    labels = {**_labels(paper or {}), **_labels(recipe)}
    shown = steps.first_split()
    drawn = Drawn(
        samples=draw_samples(shown, context.out / "figures", context.seed, labels),
        pairs=_pairs(shown, labels),
        interpolations=_interpolations(shown, labels),
        maps=_maps(shown),
        curves=[*_gan_curves(shown, context.out, labels), *_classifier_curves(shown, context.out)],
    )
    _write_cost(context.out / "cost.csv", steps)
    tables = {"results/cost.csv": "cost.csv"}
    if paper is not None:
        write_table(
            context.out / "scale.csv",
            ("figure", "this_run", "paper"),
            protocol_rows(recipe, paper, steps, labels),
        )
        tables["results/scale.csv"] = "scale.csv"
    figures = {place: place for place in sorted(_own(context.out, "png"))}
    tables |= {place.replace("figures/", "results/"): place for place in sorted(_own(context.out, "csv"))}
    asked = Asked(
        recipe=recipe,
        paper=paper,
        synthetic=bool(settings.get("synthetic")),
        labels=labels,
        deviations=_deviations(context.out, settings, steps, tables),
        own_files=[*tables, *figures],
        missing=_missing(context, every),
    )
    write_text(context.out / "report.html", write_report(asked, steps, drawn))
    return {
        "steps": len(steps),
        "figures": len(figures),
        "publish": {"report.html": "report.html", **tables, **figures},
    }


def _deviations(out: Path, settings: Mapping[str, Any], steps: Steps, tables: dict[str, str]) -> list[str]:
    """Write and return all deviations, each after what makes it."""
    found = collect_deviations(settings.get("deviations") or (), [step.settings for step in steps])
    if found:
        rows = [(one.where, one.key, one.text) for one in found]
        write_table(out / "deviations.csv", ("where", "key", "deviation"), rows)
        tables["results/deviations.csv"] = "deviations.csv"
    return [deviation.sentence for deviation in found]


def _steps(context: StepContext) -> Steps:
    """Return the finished steps in the plan's order, where the settings tell it."""
    order = [name for name in context.settings.get("steps") or {} if name in context.inputs]
    inputs = {name: context.inputs[name] for name in [*order, *context.inputs]}
    read = {name: manifest.read(folder) or {} for name, folder in inputs.items()}
    return read_steps(inputs, {name: about for name, about in read.items() if about.get("step") == name})


def _missing(context: StepContext, steps: Steps) -> list[Missing]:
    """Return the analyses that were left out, and those that failed, each with its reason."""
    left_out = [
        Missing(step.name, step.kind, str(step.facts[LEFT_OUT]))
        for step in steps
        if step.settings.role == "analysis" and LEFT_OUT in step.facts
    ]
    kinds = context.settings.get("steps") or {}
    failed = [Missing(name, kinds.get(name, name), why) for name, why in context.missing.items()]
    return [*left_out, *failed]


def _own(out: Path, kind: str) -> Iterable[str]:
    """Return the figures, or the tables of what they show."""
    return (path.relative_to(out).as_posix() for path in (out / "figures").glob(f"*.{kind}"))


def _labels(recipe: Mapping[str, Any]) -> dict[str, str]:
    """Return how GANs and refiners are called.

    That is what the recipe says, or as their configuration where the recipe's name is like it (SimGAN).
    """
    labels = {}
    for kind in ("gans", "refiners"):
        for name, about in (recipe.get(kind) or {}).items():
            try:
                label = registry.find("gans", about["plugin"]).attribute.removesuffix("Config")
            except KganError:
                label = name
            own = label if label.lower() == name.replace("_", "") else name
            labels[name] = about.get("title") or own
    for name, about in (recipe.get("curations") or {}).items():
        labels[name] = f"{labels.get(about['source'], about['source'])}, curated"
    return labels


def _pairs(steps: Steps, labels: Mapping[str, str]) -> list[Figure]:
    figures = []
    for step in steps.refined():
        refiner, source = (_label(name, labels) for name in (step.name, _source(step, steps)))
        for path in sorted(step.folder.glob("pairs*.png")):
            kind = path.stem.removeprefix("pairs").removeprefix("-")
            alt = "Images before refinement, after it, and the difference"
            of = f", {title(kind)}" if kind else ""
            figures.append(Figure(path, alt, f"{source or 'A pool'} refined by {refiner}{of}."))
    return figures


def _source(step: FinishedStep, steps: Steps) -> str:
    """Return the step whose pool a refiner has refined."""
    candidates = step.settings.get("candidates")
    pool = steps.named(candidates[0]["pool"]) if candidates else step
    return str(pool.settings.get("source", "")) if pool else ""


def _label(step: str, labels: Mapping[str, str]) -> str:
    """Return how the GAN of a step such as ``"generate-pggan"`` is called."""
    name = step.partition("-")[2]
    return labels.get(name, name)


def _interpolations(steps: Steps, labels: Mapping[str, str]) -> list[Figure]:
    found = []
    for step in steps.that("train_gan"):
        path = step.folder / "interpolation.png"
        if path.is_file():
            name, kind = _model(step)
            of = f", {title(kind)}" if kind else ""
            alt = "Rows of images that turn from the first into the last"
            found.append(Figure(path, alt, f"{labels.get(name, name)}{of}."))
    return found


def _maps(steps: Steps) -> list[Figure]:
    step = steps.first("embed")
    if step is None:
        return []
    titles = {about["name"]: about["title"] for about in step.settings.get("sources", [])}
    found = []
    for path in sorted(step.folder.glob("tsne*.png")):
        name = path.stem.removeprefix("tsne").removeprefix("-")
        whose = titles.get(name) or listing(list(titles.values()))
        found.append(Figure(path, "Points of real and synthetic images", f"{whose} beside real images."))
    return found


def _model(step: FinishedStep) -> tuple[str, str]:
    """Return the name of a training's GAN or refiner, and its class; empty where it is of all images."""
    kind = step.settings.get("class_name") or ""
    return step.name.removeprefix("train-").removesuffix(f"-{kind}"), kind


def _gan_curves(steps: Steps, out: Path, labels: Mapping[str, str]) -> list[Figure]:
    """Draw the losses, those of GANs that share a loss together."""
    found: dict[str, dict[tuple[str, str], Log]] = {}
    for step in steps.that("train_gan") + steps.that("train_refiner"):
        log, model = read_log(step.folder / LOSSES_FILE), _model(step)
        loss = (step.settings.get("loss") or {}).get("plugin", model[0])
        if log is not None:
            found.setdefault(loss, {})[model] = log
    figures = []
    for loss, logs in found.items():
        names = list(dict.fromkeys(name for name, _ in logs))
        path = out / "figures" / f"curves-{names[0] if len(names) == 1 else loss}.png"
        shown = [labels.get(name, name) for name in names]
        drawn = {_line(model, labels, len(names) > 1): log for model, log in logs.items()}
        draw_losses(drawn, path)
        write_logs(drawn, path.with_suffix(".csv"))
        whose = listing(shown)
        figures.append(Figure(path, f"Losses of {whose} by step", f"{whose}: losses by training step."))
    return figures


def _line(model: tuple[str, str], labels: Mapping[str, str], several: bool) -> str:
    name, kind = model
    parts = [labels.get(name, name)] if several else []
    return ", ".join([*parts, *([title(kind)] if kind else [])]) or "all"


def _classifier_curves(steps: Steps, out: Path) -> list[Figure]:
    names = _classifiers(steps)
    read = {
        names.get(step.name, step.name): read_log(step.folder / EPOCHS_FILE)
        for step in steps.that("classify")
    }
    there = {name: log for name, log in read.items() if log is not None}
    figures = []
    for column in ("validation_loss", "validation_accuracy"):
        if any(column in log.values for log in there.values()):
            path = out / "figures" / f"curves-classifiers-{column}.png"
            draw_together(there, column, path)
            write_logs(there, path.with_suffix(".csv"))
            words = column.replace("_", " ")
            figures.append(Figure(path, f"{words} by epoch", f"Classifiers: {words} by epoch."))
    return figures


def _classifiers(steps: Steps) -> dict[str, str]:
    compare = steps.first("compare")
    cells = compare.settings.get("cells", []) if compare else []
    several = len({cell.get("variant") for cell in cells}) > 1
    names = {c["step"]: f"{c['setup']} ({c['variant']})" if several else c["setup"] for c in cells}
    for step in steps.that("choose"):
        for one in step.settings["candidates"]:
            names[one["classifier"]] = f"{step.settings['setup']}, {one['steps']:,} steps"
    return names


def _write_cost(path: Path, steps: Steps) -> None:
    lines = [
        (name, f"{seconds:.2f}", "" if rate is None else f"{rate:.4g}", f"{peak:.0f}")
        for name, seconds, rate, peak in cost_rows(steps)
    ]
    write_table(path, ("step", "seconds", "images_per_second", "peak_memory_mb"), lines)
