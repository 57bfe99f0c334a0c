"""What each built-in plugin declares of where it departs from its paper."""

import pytest

from kgan import registry

#: Every built-in plugin; a folder of one's own images is of no paper.
PLUGINS = [
    *(("gans", name) for name in ("dcgan", "wgan", "srresnet", "pggan", "munit", "simgan")),
    *(("losses", name) for name in ("original", "lsgan", "wgan", "wgan_gp", "dragan")),
    ("classifiers", "resnet50"),
    *(("readers", name) for name in ("brats", "oasis", "phantom", "folder")),
]
SILENT = {("losses", "wgan"), ("losses", "wgan_gp"), ("readers", "folder")}


def deviations(kind, name, **given):
    """Return key -> sentence of a plugin whose other parameters have their defaults."""
    return registry.configure(kind, name, given, needs_data=False).deviations()


def test_these_are_all_that_ship():
    kinds = ("gans", "losses", "classifiers", "readers")
    shipped = {
        (kind, name)
        for kind in kinds
        for name in registry.available(kind)
        if registry.describe(kind, name).distribution == "kgan"
    }
    assert shipped == set(PLUGINS)


@pytest.mark.parametrize(("kind", "name"), PLUGINS)
def test_each_says_its_deviations_in_sentences(kind, name):
    texts = deviations(kind, name)
    assert bool(texts) != ((kind, name) in SILENT)
    for text in texts.values():
        assert text[0].isupper() and text.endswith(".") and "  " not in text and "{" not in text


# (kind, plugin, parameters, key, how its sentence begins or None where there is none)
CASES = [
    ("gans", "simgan", {}, "logits", "The critic ends in raw logits; table 3 has a ReLU there"),
    ("gans", "simgan", {}, "blocks", "Residual blocks end in the sum, as table 3 of Han et al."),
    ("gans", "simgan", {"block_relu": True}, "blocks", "Residual blocks end in a ReLU after the sum"),
    ("gans", "simgan", {}, "history", "The buffer of refined images holds 50 batches"),
    ("gans", "simgan", {"buffer": 0}, "history", "The critic is shown no earlier refined images"),
    ("gans", "simgan", {}, "lambda", None),
    (
        "gans",
        "simgan",
        {"regularisation": 5e-3},
        "lambda",
        "The weight of self-regularisation is 0.005, 100 times",
    ),
    ("gans", "simgan", {}, "number", None),
    ("gans", "simgan", {"blocks": 2}, "number", "There are 2 residual blocks instead of 12."),
    ("gans", "simgan", {"width": 0.25}, "width", "Every layer but the outputs has 0.25 times"),
    ("gans", "simgan", {"critic_stride": 1}, "stride", "The critic's first stride is 1 instead of 3."),
    ("gans", "munit", {}, "decay", "There is no weight decay"),
    ("gans", "munit", {}, "parameters", "Scales and shifts of adaptive instance normalisation are a learnt"),
    ("gans", "munit", {"style": 8}, "parameters", None),
    ("gans", "munit", {"style": 8}, "style", "The MUNIT loss with style codes of 8 numbers stands for"),
    ("gans", "munit", {}, "perceptual", "The domain-invariant perceptual term is left out."),
    ("gans", "munit", {"vgg_weights": "imagenet"}, "perceptual", "The perceptual term compares"),
    ("gans", "munit", {"scales": 2}, "scales", "The critics look at 2 scales"),
    ("gans", "munit", {"blocks": 2}, "number", "There are 2 residual blocks instead of 4."),
    ("gans", "pggan", {}, "phases", "All phases of growth have the same number of steps."),
    ("gans", "pggan", {"phase_share": [1, 2]}, "phases", "The phases of growth share the steps"),
    ("gans", "pggan", {}, "start", None),
    ("gans", "pggan", {"first_resolution": 8}, "start", "Growth starts at 8 px"),
    ("gans", "pggan", {}, "kernel", None),
    ("gans", "pggan", {"kernel": 5}, "kernel", "All 3x3 convolutions are 5x5"),
    ("gans", "pggan", {"output": "tanh"}, "output", None),
    ("gans", "dcgan", {"architecture": "zoo"}, "dense", "The critic's dense layer has table 2's 1024 units"),
    (
        "gans",
        "dcgan",
        {"architecture": "zoo"},
        "similarity",
        "The similarity layer that Delplace et al.'s text",
    ),
    ("gans", "dcgan", {"architecture": "zoo", "similarity": "none"}, "similarity", None),
    ("gans", "dcgan", {}, "sizes", "At other sizes than Radford et al.'s 64 px"),
    ("gans", "dcgan", {"architecture": "zoo"}, "sizes", None),
    ("gans", "dcgan", {"critic_norm": "none"}, "norm", "The critic's normalisation is 'none'"),
    ("gans", "wgan", {}, "networks", "The networks are Han et al.'s changed DCGAN"),
    ("gans", "wgan", {"architecture": "radford"}, "networks", None),
    ("gans", "wgan", {}, "gains", "Where the loss clips the critic's weights, the gains"),
    ("gans", "srresnet", {}, "smaller", None),
    (
        "gans",
        "srresnet",
        {"width": 12},
        "smaller",
        "The networks are not the published ones: width 12 for 64.",
    ),
    ("losses", "original", {}, "form", "The generator maximises log D"),
    ("losses", "original", {}, "labels", None),
    ("losses", "original", {"smoothing": 0.9}, "labels", "Real images are labelled 0.9 in the critic's loss"),
    ("losses", "lsgan", {}, "scores", "Raw scores are squared, as in Mao et al."),
    ("losses", "lsgan", {"scores": "probability"}, "scores", "Probabilities are squared, as in equation 2"),
    ("losses", "wgan", {"clip": None}, "clip", "The critic's weights are not clipped."),
    ("losses", "wgan", {"clip": 0.1}, "clip", "Weights are clipped to ±0.1"),
    ("losses", "wgan_gp", {"weight": 0.25}, "weight", "The weight of the gradient penalty is 0.25"),
    ("losses", "wgan_gp", {"drift": 1e-3}, "drift", "Squared scores of real images are added"),
    ("losses", "dragan", {}, "form", "The penalty has one alpha and one gradient norm for each image"),
    ("losses", "dragan", {"alpha": "pixel", "slopes": "rows"}, "form", "Alpha is drawn for each pixel"),
    ("losses", "dragan", {"noise": "added"}, "noise", "Uniform noise is added to images"),
    ("classifiers", "resnet50", {}, "score", "An image's score is p1 / (p0 + p1)"),
    ("classifiers", "resnet50", {"head": "softmax"}, "score", None),
    ("classifiers", "resnet50", {}, "input", None),
    (
        "classifiers",
        "resnet50",
        {"weights": "imagenet"},
        "input",
        "Images are brought to the range and means",
    ),
    ("classifiers", "resnet50", {"optimizer": "adam"}, "adam", "Adam's moments are Keras's"),
    (
        "classifiers",
        "resnet50",
        {"blocks": [1, 1, 1, 1]},
        "smaller",
        "Layers have 1 times the published features",
    ),
    ("readers", "brats", {}, "grade", "Gliomas of grade all are read"),
    ("readers", "brats", {"grade": "HGG"}, "grade", None),
    ("readers", "oasis", {}, "tree", "Slices are of OASIS's own scans (t88_masked)"),
    ("readers", "oasis", {"tree": "png"}, "tree", None),
    ("readers", "phantom", {}, "phantoms", "Patients are phantoms"),
]


@pytest.mark.parametrize(("kind", "name", "given", "key", "begins"), CASES)
def test_a_deviation_stands_where_its_condition_holds(kind, name, given, key, begins):
    texts = deviations(kind, name, **given)
    if begins is None:
        assert key not in texts
    else:
        assert texts[key].startswith(begins)
