"""By what a step compares images: fixed features, a published network, or another step's classifier."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from kgan.features.factory import make_features
from kgan.features.fixed import Features
from kgan.features.pretrained import NetworkFeatures, classifier_features, published
from kgan.features.weights import WeightsMissing
from kgan.pipeline.context import StepContext
from kgan.steps.settings.shared import FeatureChoice, FeatureSettings
from kgan.training.tensorflow_import import import_tensorflow


@dataclass(frozen=True)
class ChosenFeatures:
    """Features and where they come from.

    Args:
        features: of images.
        step: the step whose classifier they are; ``None`` for a published network.
        note: why the classifier stands in for the network; empty where it does not.
    """

    features: NetworkFeatures
    step: str | None = None
    note: str = ""


def network_features(context: StepContext[Any], choice: FeatureSettings) -> ChosenFeatures:
    """Make the features of a network, or of a classifier among the step's inputs.

    With both, the classifier is taken where Keras's ImageNet weights cannot be had.

    Raises:
        DataError: the weights cannot be had or do not fit.
        RunError: the classifier's folder holds none.
    """
    step = choice.classifier
    if choice.network is None:
        return ChosenFeatures(_classifier(context, choice), step)
    try:
        return ChosenFeatures(published(choice.network, choice.weights or "imagenet", choice.image_size))
    except WeightsMissing as error:
        if step is None:
            raise
        note = f"{error.args[0].split('. Put the file')[0]}; images are compared by the classifier instead"
        context.progress.say(f"{context.name}: {note}")
        return ChosenFeatures(_classifier(context, choice), step, note)


def features_by_channels(context: StepContext[Any], choice: FeatureChoice) -> Callable[[int], Features]:
    """Return what gives the features of images of so many channels; each network is made once.

    Args:
        context: of the step; a classifier that is chosen is among its inputs.
        choice: of the step's settings.

    Returns:
        a function that raises `DataError` where weights cannot be had.
    """
    if isinstance(choice, str):
        return cache(partial(make_features, choice))

    @cache
    def network() -> Features:
        import_tensorflow()
        return network_features(context, choice).features

    # A network itself refuses numbers of channels that it does not take.
    return lambda channels: network()


def _classifier(context: StepContext[Any], choice: FeatureSettings) -> NetworkFeatures:
    step = choice.classifier
    if step is None:
        raise ValueError("features are of a published network, of a classifier, or of both")
    return classifier_features(context.inputs[step], choice.setup or step.removeprefix("classify-"))
