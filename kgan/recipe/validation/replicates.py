"""What types cannot tell of replicates: how often everything is repeated on other splits of the patients."""

from collections.abc import Iterator

from kgan.analyses.recipe_facts import Mistake
from kgan.recipe.schema import Classifier, Recipe


def replicate_mistakes(recipe: Recipe) -> Iterator[Mistake]:
    """Yield numbers of splits that nothing is tested on, or that would test a patient twice."""
    splits, share = recipe.repeats.splits, recipe.data.split.test
    if splits > 1 and not recipe.setups:
        yield ("repeats", "splits"), "nothing is classified, so nothing is tested on splits; expected 1"
    elif isinstance(share, float) and splits * share > 1 + 1e-9:
        most = int(1 / share + 1e-9)
        text = f"a test of {share:g} of the patients without testing anybody twice allows {most}"
        yield ("repeats", "splits"), f"{text}, received {splits}; lower it, or data.split.test"


def preferred_variant(classifier: Classifier) -> str:
    """Return the first variant with weights, or the first where none has any."""
    variants = classifier.variants
    return next(
        (name for name, variant in variants.items() if variant.weights is not None), next(iter(variants))
    )
