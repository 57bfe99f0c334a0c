"""What the four published protocols do otherwise, as their steps and plugins declare it."""

import importlib

import pytest

from kgan import recipe as recipes
from kgan.pipeline.settings import StepSettings
from kgan.plan import plan
from kgan.steps.checks.deviations import RECIPE, collect_deviations
from kgan.steps.settings.pools import GenerateSettings

#: Steps that compute nothing of a paper's.
PLAIN = {"check_cohort", "time", "export", "report", "refine"}
#: Settings of all kinds of steps of kgan; the import of the plan has defined them.
TYPES = [made for made in StepSettings.__subclasses__() if made.__module__.startswith("kgan.")]

# What each paper's reader would otherwise take for the paper's own: (recipe, declared by, how it begins).
DECLARED = [
    ("two_step", "prepare", "Slices are left out by rules (a tumour smaller than 100 mm²; within 2 slices"),
    ("two_step", "brats", "Each scan's intensities are mapped to [0, 1] by the 0.5th and 99.5th percentile"),
    ("two_step", "train_gan", "The random crop within 15 px is a random place of the unscaled image on the"),
    ("two_step", "curate", "Each class is clustered by itself, with an even share of the 200 clusters;"),
    ("two_step", "curate", "Until a person has decided, the clusters that lie furthest from real images are"),
    ("two_step", "classify", "Early stopping goes by the log loss of the validation images"),
    ("two_step", "classify", "Training ends after 200 epochs where early stopping has not ended it"),
    ("two_step", "resnet50", "An image's score is p1 / (p0 + p1) of the two sigmoids"),
    ("two_step", "simgan", "The critic ends in raw logits; table 3 has a ReLU there"),
    ("two_step", "simgan", "Residual blocks end in the sum, as table 3 of Han et al. lists no activation"),
    ("two_step", "simgan", "The buffer of refined images holds 50 batches"),
    ("two_step", "munit", "Scales and shifts of adaptive instance normalisation are a learnt vector"),
    ("two_step", "munit", "There is no weight decay"),
    ("two_step", "embed", "t-SNE starts at the first two principal components"),
    ("two_step", "compare", "Conclusions are of the planned pairs alone and in accuracy alone"),
    ("infinite_brain", RECIPE, "PGGAN's figures beyond batch size, learning rate and epochs are those of"),
    ("infinite_brain", "prepare", "Slices are left out by rules"),
    ("infinite_brain", "curate", "Until a person has decided, the clusters"),
    ("infinite_brain", "classify", "Early stopping goes by the log loss of the validation images"),
    ("multi_sequence", "train_gan", "An epoch has one step for each batch of the training images; further"),
    ("multi_sequence", "wgan", "Where the loss clips the critic's weights, the gains of its normalisations"),
    ("multi_sequence", "measure", "Images are centred by the training images' mean before realism is taken"),
    ("mri_generation", RECIPE, "Where the paper is silent, its authors' public code is followed"),
    (
        "mri_generation",
        "dragan",
        "The penalty has one alpha and one gradient norm for each image, as in equation 5",
    ),
    (
        "mri_generation",
        "dragan",
        "The noise is as wide as half the standard deviation of each image's pixels",
    ),
    ("mri_generation", "dcgan", "Where the loss has a gradient penalty, the critic has layer normalisation"),
    ("mri_generation", "lsgan", "Probabilities are squared, as in equation 2 of Delplace et al."),
]


def of_paper(name):
    """Return the deviations of a published protocol's paper profile."""
    recipe = recipes.load(name, profile="paper", needs_data=False)
    steps = plan(recipe)
    return collect_deviations(recipe.deviations, [step.settings for step in steps])


@pytest.fixture(scope="module")
def declared():
    names = ("two_step", "infinite_brain", "multi_sequence", "mri_generation")
    return {name: of_paper(name) for name in names}


@pytest.mark.parametrize(("name", "where", "begins"), DECLARED)
def test_the_paper_profile_declares_it(declared, name, where, begins):
    texts = [deviation.text for deviation in declared[name] if deviation.where == where]
    assert [text for text in texts if text.startswith(begins)], texts


def test_no_deviation_is_declared_twice(declared):
    for deviations in declared.values():
        texts = [(deviation.where, deviation.text) for deviation in deviations]
        assert sorted(set(texts)) == sorted(texts)


@pytest.mark.parametrize("settings", TYPES, ids=lambda settings: settings.kind)
def test_every_step_declares_or_computes_nothing_of_a_papers(settings):
    declares = hasattr(importlib.import_module(settings.module), "deviations")
    assert declares != (settings.kind in PLAIN)


def test_a_sentence_begins_with_the_name_of_what_declares_it():
    own, generated = collect_deviations(["By hand."], [GenerateSettings(seed=1, models=(), classes=())])
    assert (own.where, own.sentence) == (RECIPE, "By hand.")
    assert generated.where == "generate" and generated.sentence.startswith("Generated images: Images are")
