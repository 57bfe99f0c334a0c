"""By what a step compares images: fixed features, a published network, or another step's classifier."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

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


def choose_features(context: StepContext, settings: FeatureSettings) -> ChosenFeatures:
    """Load a network. The classifier is taken where ImageNet weights of a published one cannot be had.

    Args:
        context: of the step; the classifier's step is among its inputs.
        settings: which network.

    Raises:
        DataError: the weights cannot be had or do not fit.
        RunError: the classifier's folder holds none.
    """
    # Transitional: analyses that still read their settings as JSON.
    settings = FeatureSettings.model_validate(settings)
    if settings.network is None:
        return ChosenFeatures(_classifier(context, settings), settings.classifier)
    try:
        weights = settings.weights or "imagenet"
        return ChosenFeatures(published(settings.network, weights, settings.image_size))
    except WeightsMissing as error:
        if settings.classifier is None:
            raise
        note = f"{error.args[0].split('. Put the file')[0]}; images are compared by the classifier instead"
        context.progress.say(f"{context.name}: {note}")
        return ChosenFeatures(_classifier(context, settings), settings.classifier, note)


def features_by_channels(context: StepContext, choice: FeatureChoice) -> Callable[[int], Features]:
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
        return choose_features(context, choice).features

    # A network itself refuses numbers of channels that it does not take.
    return lambda channels: network()


def _classifier(context: StepContext, settings: FeatureSettings) -> NetworkFeatures:
    if settings.classifier is None:
        raise ValueError("features are of a published network, of a classifier, or of both")
    title = settings.setup or settings.classifier.removeprefix("classify-")
    return classifier_features(context.inputs[settings.classifier], title)
