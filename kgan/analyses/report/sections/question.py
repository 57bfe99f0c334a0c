"""The question of a run: which setups or GANs are compared."""

from collections.abc import Mapping

from kgan import registry
from kgan.analyses.report.resolved_recipe import ResolvedRecipe
from kgan.report.formatting import count, listing
from kgan.report.html import Section
from kgan.schema.sources import TITLES


def question_section(recipe: ResolvedRecipe, labels: Mapping[str, str]) -> Section:
    """Make the section on the question that the run answers.

    Args:
        recipe: of the run.
        labels: display names of GANs and refiners.
    """
    models = listing([labels.get(name, name) for name in [*recipe.gans, *recipe.refiners]])
    paragraphs = []
    if recipe.setups:
        variants = recipe.variants
        each = f", in {len(variants)} variants ({listing(variants)})" if len(variants) > 1 else ""
        paragraphs.append(
            "Does adding images to the real training images make a classifier better? It was trained on "
            f"each of {count(len(recipe.setups))} sums of real and added images{each}, and every one was "
            "tested on the same images of patients that nothing was trained on."
        )
    elif models:
        paragraphs.append(
            "Which GAN makes images that look like the real ones, and differ among each other as these do? "
            "Each was trained on the training images alone, and its images are shown beside them."
        )
    if models:
        paragraphs.append(f"Models that make images: {models}.")
    if recipe.cite:
        paragraphs.append(f"After: {recipe.cite}")
    sums = [
        f"{registry.setup_name(name, labels)}: {sources_text(sources, labels)}"
        for name, sources in recipe.setups.items()
    ]
    return Section("question", "Question", paragraphs, items=sums)


def sources_text(sources: Mapping[str, int | str], labels: Mapping[str, str]) -> str:
    """Return what a setup's classifier learns from: ``all real + 1,000 SimGAN``.

    Args:
        sources: images of each source of the setup.
        labels: display names of GANs, curations and refiners.
    """
    return " + ".join(
        f"{images if isinstance(images, str) else count(images)} {labels.get(name, TITLES.get(name, name))}"
        for name, images in sources.items()
        if images != 0
    )
