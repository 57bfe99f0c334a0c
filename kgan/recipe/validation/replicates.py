"""What types cannot tell of trials: classifiers that help to decide, and how often all is repeated."""

from collections.abc import Iterator, Mapping

from kgan.errors import did_you_mean
from kgan.recipe.schema import Classifier, Recipe
from kgan.recipe.validation.plugins import Mistake
from kgan.recipe.yaml.reader import Path
from kgan.schema.features import Features, NetworkFeatures


def trial_mistakes(recipe: Recipe) -> Iterator[Mistake]:
    """Yield what is wrong with curations' classifiers, choices of refiners, and repeats."""
    for name, curation in recipe.curations.items():
        here: Path = ("curations", name, "features", "classifier")
        if curation.features.classifier is not None:
            yield from _needs_itself(recipe, name, curation.features.classifier, here)
    for name, refiner in recipe.refiners.items():
        here = ("refiners", name, "choose")
        choose = refiner.choose
        if choose is None:
            continue
        if list(choose.among) != sorted(set(choose.among)) or choose.among[-1] != refiner.train.steps:
            text = f"expected ascending numbers that end with train.steps, {refiner.train.steps}"
            yield (*here, "among"), f"{text}, received {', '.join(map(str, choose.among))}"
        if choose.among[0] < 1:
            yield (*here, "among"), f"expected 1 step or more, received {choose.among[0]}"
        yield from _tried(recipe, choose.setup, choose.variant, here, "setup")
        parts = recipe.setups.get(choose.setup)
        if parts is not None and not parts.get(name):
            yield (*here, "setup"), f"expected a setup with images of {name!r}; {choose.setup!r} has none"
        others = [source for source in parts or () if source in recipe.refiners and source != name]
        if others:
            text = f"expected no other refiner's images than {name!r}'s; {choose.setup!r} has {others[0]!r}"
            yield (*here, "setup"), text
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


def _needs_itself(recipe: Recipe, curation: str, setup: str, here: Path) -> Iterator[Mistake]:
    """Refuse a classifier that learns from images which only the curation gives."""
    for source in recipe.setups.get(setup, {}):
        behind = source
        while behind in recipe.refiners or (behind in recipe.curations and behind != curation):
            made = recipe.refiners.get(behind) or recipe.curations[behind]
            behind = made.source
        if behind == curation:
            text = f"{setup!r} learns from {source!r}, which waits for this curation"
            yield here, f"a circle: {text}; expected a setup without it, such as one of real images"


def preferred_variant(classifier: Classifier) -> str:
    """Return the first variant with weights, or the first where none has any."""
    variants = classifier.variants
    return next(
        (name for name, variant in variants.items() if variant.weights is not None), next(iter(variants))
    )


def compared(recipe: Recipe) -> Iterator[tuple[Path, Features]]:
    """Yield where images are compared by features, and by which."""
    for name, curation in recipe.curations.items():
        yield ("curations", name, "features"), curation.features
    if recipe.measures is not None and recipe.measures.distances is not None:
        yield ("measures", "distances", "features"), recipe.measures.distances.features
    if recipe.privacy is not None:
        yield ("privacy", "features"), recipe.privacy.features


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
