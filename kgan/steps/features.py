"""By which network a step compares images: a published one, or the trained classifier of another step."""

from dataclasses import dataclass

from kgan.features.pretrained import NetworkFeatures, classifier_features, published
from kgan.features.weights import WeightsMissing
from kgan.pipeline.context import StepContext
from kgan.steps.settings.shared import FeatureSettings


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


def _classifier(context: StepContext, settings: FeatureSettings) -> NetworkFeatures:
    if settings.classifier is None:
        raise ValueError("features are of a published network, of a classifier, or of both")
    title = settings.setup or settings.classifier.removeprefix("classify-")
    return classifier_features(context.inputs[settings.classifier], title)
