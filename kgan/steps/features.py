"""By what a step compares images: a published network, or the trained classifier of another step."""

from dataclasses import dataclass

from kgan.features.pretrained import NetworkFeatures, classifier_features, published
from kgan.features.weights import WeightsMissing
from kgan.pipeline.context import StepContext


@dataclass(frozen=True)
class Chosen:
    """Features and where they come from.

    Args:
        features: of images.
        step: the step whose classifier they are; ``None`` for a published network.
        note: why the classifier stands in for the network; empty where it does not.
    """

    features: NetworkFeatures
    step: str | None = None
    note: str = ""


def choose_features(context: StepContext) -> Chosen:
    """Make what the settings' ``features`` ask for.

    They hold ``network`` ("densenet169" or "resnet50"), ``weights`` ("imagenet" or a file), ``image_size``
    [height, width] px, and ``classifier`` (a step) with ``setup`` (what it learnt from, for the name). With
    both, the classifier is taken where Keras's ImageNet weights cannot be had.

    Raises:
        DataError: the weights cannot be had or do not fit.
        RunError: the classifier's folder holds none.
    """
    asked = context.settings["features"]
    network, step = asked.get("network"), asked.get("classifier")
    if network is None:
        return Chosen(_classifier(context, step), step)
    height, width = asked["image_size"]
    try:
        return Chosen(published(network, asked.get("weights", "imagenet"), (height, width)))
    except WeightsMissing as error:
        if step is None:
            raise
        note = f"{error.args[0].split('. Put the file')[0]}; images are compared by the classifier instead"
        context.progress.say(f"{context.name}: {note}")
        return Chosen(_classifier(context, step), step, note)


def _classifier(context: StepContext, step: str) -> NetworkFeatures:
    title = context.settings["features"].get("setup") or step.removeprefix("classify-")
    return classifier_features(context.inputs[step], title)
