"""Figures that training and refinement drew: images before and after refinement, latent interpolations."""

from collections.abc import Iterator, Mapping

from kgan.analyses.checkpoint_selection.settings import CheckpointSelectionSettings
from kgan.analyses.report.model_names import RefinedSettings, pool_name, refined_pools, training_steps
from kgan.pipeline.records.run_folder import FinishedStep, Steps
from kgan.report.elements import Gallery
from kgan.report.figures.galleries import DIFFERENCES, gallery
from kgan.report.formatting import title
from kgan.report.html import Figure, Section
from kgan.steps.settings.pools import RefineSettings

_PAIRS = "The first images of each class’s pool, what the refiner made of them, and what it changed."
_STAGES = ("before", "after", "difference")
_INTERPOLATION = (
    "Each row leads from one random latent to another, through latents as long as those the GAN was trained "
    "on; below it stand the training images nearest to each. Images that change smoothly on the way are "
    "generated; some that stay the same and then jump to others, or that equal those below, are memorized."
)


def refinement_section(run: Steps, labels: Mapping[str, str]) -> Iterator[Section]:
    """Yield the section on refined images beside their sources; none without refiners."""
    figures = list(_pairs(run, labels))
    if figures:
        yield Section("refinement", "Before and after refinement", [_PAIRS], figures=figures)


def interpolation_section(run: Steps, labels: Mapping[str, str]) -> Iterator[Section]:
    """Yield the section on images between two latents; none without GANs."""
    figures = list(_interpolations(run, labels))
    if figures:
        yield Section("interpolation", "Between two latents", [_INTERPOLATION], figures=figures, closed=True)


def _pairs(run: Steps, labels: Mapping[str, str]) -> Iterator[Gallery | Figure]:
    for step in refined_pools(run):
        refiner, source = (labels.get(name, name) for name in (pool_name(step), _source(step, run)))
        for path in sorted(step.folder.glob("pairs*.png")):
            class_name = path.stem.removeprefix("pairs").removeprefix("-")
            of_class = f", {title(class_name)}" if class_name else ""
            alt = "Images before refinement, after it, and the difference"
            caption = f"{source or 'A pool'} refined by {refiner}{of_class}."
            yield gallery(path, alt, caption, together=_STAGES, scale=DIFFERENCES)


def _source(step: FinishedStep[RefinedSettings], run: Steps) -> str:
    """Return the name of the model whose pool is refined."""
    settings = step.settings
    if isinstance(settings, CheckpointSelectionSettings):
        pool = run.named(settings.candidates[0].pool)
        settings = pool.settings if pool else settings
    return settings.source.partition("-")[2] if isinstance(settings, RefineSettings) else ""


def _interpolations(run: Steps, labels: Mapping[str, str]) -> Iterator[Gallery | Figure]:
    for step, name, class_name in training_steps(run):
        path = step.folder / "interpolation.png"
        if path.is_file():
            of_class = f", {title(class_name)}" if class_name else ""
            alt = "Rows of images that turn from the first into the last"
            caption = f"{labels.get(name, name)}{of_class}."
            yield gallery(path, alt, caption, together=("generated", "nearest real image"))
