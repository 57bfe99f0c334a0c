"""The report of a run: one page for a supervisor, in the order of their questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kgan import __version__
from kgan.analyses.checkpoint_selection import section as checkpoint_selection
from kgan.analyses.comparison import section as comparison
from kgan.analyses.curation.section import curation_section
from kgan.analyses.fidelity.distances_section import distances_section
from kgan.analyses.fidelity.pca_section import measures_answer, measures_section
from kgan.analyses.memorization.section import privacy_answer, privacy_section
from kgan.analyses.patient_equivalence import section as patient_equivalence
from kgan.analyses.visual_turing.section import turing_section
from kgan.pipeline.run_folder import Steps
from kgan.report.formatting import count, listing
from kgan.report.html import Figure, Section, render
from kgan.report.sections.cohort import cohort_section
from kgan.report.sections.missing_analyses import Missing, limits_section, limits_warning
from kgan.report.sections.protocol_comparison import (
    differences,
    missing_setups,
    protocol_rows,
    protocol_table,
)
from kgan.report.sections.run_costs import cost_section, files_section, reproduction_section, versions_section

PHANTOM = "The data are a synthetic phantom cohort: nothing here is a clinical claim."
_PHANTOM_MORE = (
    "The “patients” are computed from an atlas of the normal brain with drawn tumours. They show that the "
    "pipeline works and how its parts behave, not whether GAN-made images help with real disease."
)


@dataclass(frozen=True)
class Drawn:
    """The figures made for the report.

    Args:
        samples: generated images beside real ones.
        pairs: images before and after refinement.
        interpolations: images on the ways between pairs of latents.
        maps: points of real and synthetic images in a plane.
        curves: learning curves.
    """

    samples: Sequence[Figure] = ()
    pairs: Sequence[Figure] = ()
    interpolations: Sequence[Figure] = ()
    maps: Sequence[Figure] = ()
    curves: Sequence[Figure] = ()


@dataclass(frozen=True)
class Asked:
    """What was asked of the run.

    Args:
        recipe: as resolved.
        paper: the same recipe as resolved for the published protocol; ``None`` where there is none.
        synthetic: whether the cohort is a phantom.
        labels: GANs and refiners by the names they are known under.
        deviations: where recipe, steps and plugins say that they deviate, a sentence each.
        own_files: what the report publishes beside the page.
        missing: analyses that there is nothing of.
    """

    recipe: Mapping[str, Any]
    paper: Mapping[str, Any] | None = None
    synthetic: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    deviations: Sequence[str] = ()
    own_files: Sequence[str] = ()
    missing: Sequence[Missing] = ()


def write_report(asked: Asked, steps: Steps, drawn: Drawn) -> str:
    """Return the report as one HTML page that needs nothing beside it."""
    measured = steps.first("measure")
    sections = [
        _question(asked),
        _scale(asked, steps),
        limits_section(steps.first("check_cohort"), asked.missing),
        *comparison.sections(steps, asked.labels),
        *patient_equivalence.sections(steps, asked.labels),
        measures_section(measured, asked.labels),
        distances_section(measured, asked.labels),
        privacy_section(steps.first("privacy"), asked.labels),
        turing_section(steps.first("turing"), asked.recipe.get("turing"), asked.labels),
        cohort_section(steps.first("prepare")),
        _pictures("samples", "Generated images", _SAMPLES, drawn.samples),
        *(curation_section(step, asked.labels) for step in steps.first_split().that("curate")),
        *checkpoint_selection.sections(steps, asked.labels),
        _pictures("refinement", "Before and after refinement", _PAIRS, drawn.pairs),
        _pictures("interpolation", "Between two latents", _WAYS, drawn.interpolations),
        _pictures("tsne", "Real and synthetic images on a map", _MAPS, drawn.maps),
        _pictures("training", "Learning curves", _CURVES, drawn.curves),
        _deviations(asked, steps),
        cost_section(steps),
        versions_section(steps),
        reproduction_section(asked.recipe),
        files_section(steps, list(asked.own_files)),
    ]
    return render(
        "report.html",
        title=asked.recipe.get("title") or asked.recipe.get("name") or "A run of kgan",
        subtitle=_subtitle(asked),
        version=__version__,
        warnings=_warnings(asked, steps),
        answer=[
            *([*comparison.answers(steps, asked.labels)] or measures_answer(measured, asked.labels)),
            *privacy_answer(steps.first("privacy"), asked.labels),
        ],
        sections=[section for section in sections if section is not None],
    )


_SAMPLES = (
    "Drawn at random, not chosen. Real images are from the training split, so a generated image that looks "
    "just like one of them would be a copy."
)
_PAIRS = "The first images of each class’s pool, what the refiner made of them, and what it changed."
_MAPS = (
    "t-SNE lays images out so that similar ones lie near each other; distances between groups mean little. "
    "All images were laid out at once, so a real image stands at the same place in each figure."
)
_WAYS = (
    "Each row leads from one random latent to another, through latents as long as those the GAN was trained "
    "on; below it stand the training images nearest to each. Images that change smoothly on the way are "
    "made; some that stay the same and then jump to others, or that equal those below, are learnt by heart."
)
_CURVES = "Grey lines mark where a new phase of training begins."


def _subtitle(asked: Asked) -> str:
    recipe = asked.recipe
    parts = [f"recipe {recipe.get('name', '?')}", f"profile {recipe.get('profile', '?')}"]
    return ", ".join([*parts, f"seed {recipe.get('seed', 0)}", f"kgan {__version__}"])


def _warnings(asked: Asked, steps: Steps) -> list[str]:
    lines = [PHANTOM, _PHANTOM_MORE] if asked.synthetic else []
    if asked.recipe.get("scale"):
        lines.append(str(asked.recipe["scale"]))
    lines += limits_warning(asked.missing)
    parted = max((step.facts.get("near_copies", {}).get("across_splits", 0) for step in steps), default=0)
    if parted:
        lines.append(
            f"{count(parted)} images of one split look like near copies of another split’s: what is measured "
            "on such test images says too much. See copies.csv."
        )
    return lines


def _question(asked: Asked) -> Section:
    recipe = asked.recipe
    named = [*(recipe.get("gans") or {}), *(recipe.get("refiners") or {})]
    models = listing([asked.labels.get(name, name) for name in named])
    setups = list(recipe.get("setups") or {})
    variants = list((recipe.get("classifier") or {}).get("variants") or {})
    paragraphs = []
    if setups:
        paragraphs.append(
            "Does adding images to the real training images make a classifier better? It was trained anew on "
            f"each of {count(len(setups))} sums of real and added images"
            + (f", in {len(variants)} variants ({listing(variants)})" if len(variants) > 1 else "")
            + ", and every one was judged on the same test images of patients that nothing was trained on."
        )
    elif models:
        paragraphs.append(
            "Which GAN makes images that look like the real ones, and differ among each other as these do? "
            "Each was trained on the training images alone, and its images are set beside them."
        )
    if models:
        paragraphs.append(f"Models that make images: {models}.")
    if recipe.get("cite"):
        paragraphs.append(f"After: {recipe['cite']}")
    tried = recipe.get("setups") or {}
    sums = [f"{name}: {_sum(sources, asked.labels)}" for name, sources in tried.items()]
    return Section("question", "What was asked", paragraphs, items=sums)


def _sum(sources: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    words = {"all": "all", None: "all"}
    parts = [
        f"{words[images] if images in words else count(images)} {labels.get(name, name)}"
        for name, images in sources.items()
        if images != 0
    ]
    return " + ".join(parts)


def _scale(asked: Asked, steps: Steps) -> Section | None:
    if asked.paper is None:
        return None
    rows = protocol_rows(asked.recipe, asked.paper, steps, asked.labels)
    return Section(
        "scale",
        "How far from the published scale",
        paragraphs=["What decides how good images and classifiers can get, beside the figures of the paper."],
        tables=[protocol_table(rows)],
    )


def _pictures(anchor: str, heading: str, sentence: str, figures: Sequence[Figure]) -> Section | None:
    return Section(anchor, heading, [sentence], figures=figures) if figures else None


def _notes(steps: Steps, labels: Mapping[str, str]) -> list[str]:
    """Return what GANs say of themselves, each sentence after those who say it."""
    said: dict[str, list[str]] = {}
    for step in (*steps.that("train_gan"), *steps.that("train_refiner")):
        name = step.name.removeprefix("train-").removesuffix(f"-{step.settings.get('class')}")
        for note in step.facts.get("notes") or ():
            who = said.setdefault(note, [])
            who += [labels.get(name, name)] if labels.get(name, name) not in who else []
    return [f"{listing(who)}: {note.removesuffix('.')}." for note, who in said.items()]


def _deviations(asked: Asked, steps: Steps) -> Section | None:
    items = [str(one) for one in asked.deviations]
    items += _notes(steps, asked.labels)
    if asked.synthetic:
        items.append("The cohort is a phantom, not the published one.")
    folded = []
    if asked.paper is not None:
        left_out = missing_setups(asked.recipe, asked.paper)
        if left_out:
            items.append(f"Not run: {listing(left_out)}.")
        changed = differences(asked.recipe, asked.paper)
        if changed:
            folded.append((f"Every setting that differs from the paper profile: {len(changed)}", changed))
    if not items and not folded:
        return None
    return Section("deviations", "Deviations from the paper", items=items, folded=folded)
