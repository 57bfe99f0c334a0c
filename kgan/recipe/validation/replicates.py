"""What types cannot tell of trials: classifiers that help to decide, and how often all is repeated."""

from collections.abc import Iterator, Mapping

from kgan.analyses.recipe_facts import Mistake
from kgan.errors import did_you_mean
from kgan.recipe.schema import Classifier, Recipe
from kgan.recipe.yaml.reader import Path
from kgan.schema.features import Features, NetworkFeatures


def trial_mistakes(recipe: Recipe) -> Iterator[Mistake]:
    """Yield what is wrong with what measures compare images by, patient equivalence, and repeats."""
    for here, asked in compared(recipe):
        if isinstance(asked, NetworkFeatures) and asked.classifier is not None:
            yield from _tried(recipe, asked.classifier, asked.variant, here, "classifier")
    yield from _equivalent(recipe)
    yield from _repeats(recipe)


def _tried(recipe: Recipe, setup: str, variant: str | None, here: Path, key: str) -> Iterator[Mistake]:
    yield from _known(setup, recipe.setups, (*here, key), "setup")
    variants = recipe.classifier.variants if recipe.classifier else {}
    if variant is not None:
        yield from _known(variant, variants, (*here, "variant"), "variant of the classifier")


def _known(name: str, among: Mapping[str, object], here: Path, what: str) -> Iterator[Mistake]:
    if name not in among:
        hint = did_you_mean(name, among) or "."
        yield here, f"no {what} {name!r}{hint} There are: {', '.join(among) or 'none'}"


def preferred_variant(classifier: Classifier) -> str:
    """Return the first variant with weights, or the first where none has any."""
    variants = classifier.variants
    return next(
        (name for name, variant in variants.items() if variant.weights is not None), next(iter(variants))
    )


def compared(recipe: Recipe) -> Iterator[tuple[Path, Features]]:
    """Yield where images are compared by features, and by which."""
    if recipe.measures is not None and recipe.measures.distances is not None:
        yield ("measures", "distances", "features"), recipe.measures.distances.features


def _equivalent(recipe: Recipe) -> Iterator[Mistake]:
    asked = recipe.equivalent
    if asked is None:
        return
    if recipe.classifier is None:
        yield ("equivalent",), "needs a 'classifier' to be tried on"
        return
    pools = {**recipe.gans, **recipe.curations, **recipe.refiners}
    yield from _known(asked.source, pools, ("equivalent", "source"), "GAN, curation or refiner")
    if asked.variant is not None:
        variants = recipe.classifier.variants
        yield from _known(asked.variant, variants, ("equivalent", "variant"), "variant of the classifier")
    there = recipe.data.split.train
    most = max((number for number in asked.patients if isinstance(number, int)), default=0)
    if isinstance(there, int) and most > there:
        text = f"expected at most the {there} patients of data.split.train, received {most}"
        yield ("equivalent", "patients"), text


def _repeats(recipe: Recipe) -> Iterator[Mistake]:
    splits, share = recipe.repeats.splits, recipe.data.split.test
    if splits > 1 and not recipe.setups:
        yield ("repeats", "splits"), "nothing is classified, so nothing is tested on splits; expected 1"
    elif isinstance(share, float) and splits * share > 1 + 1e-9:
        most = int(1 / share + 1e-9)
        text = f"a test of {share:g} of the patients without testing anybody twice allows {most}"
        yield ("repeats", "splits"), f"{text}, received {splits}; lower it, or data.split.test"
