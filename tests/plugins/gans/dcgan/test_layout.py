import subprocess
import sys

import pytest

from kgan import registry
from kgan.errors import RecipeError
from kgan_plugins.gans.dcgan.layout import check, layout


def parameters(architecture="radford", **changes):
    names = ("latent_size", "kernel", "generator_output", "critic_activation", "dense", "similarity")
    given = {"architecture": architecture, "width": 1.0, "critic_norm": "auto", **dict.fromkeys(names)}
    return {**given, **changes}


@pytest.mark.parametrize("architecture", ["radford", "multi_sequence", "zoo"])
@pytest.mark.parametrize("size", [16, 32, 64, 128, 256])
def test_both_pyramids_reach_every_size(architecture, size):
    plan = layout(parameters(architecture), (size, size, 3))
    check(parameters(architecture), (size, size, 3), 64)
    side = plan.grid
    for _, stride in plan.generator:
        side *= stride
    assert side * plan.last_stride == size
    assert plan.grid * 2 ** len(plan.critic) == size


@pytest.mark.parametrize(
    ("architecture", "size", "projected", "generator", "critic"),
    [
        ("radford", 32, 512, [(256, 2), (128, 2)], [128, 256, 512]),
        ("radford", 128, 1024, [(1024, 2), (512, 2), (256, 2), (128, 2)], [128, 256, 512, 1024, 1024]),
        ("multi_sequence", 16, 128, [(64, 2)], [64, 128]),
        ("multi_sequence", 128, 512, [(512, 2), (256, 2), (128, 2), (64, 2)], [64, 128, 256, 512, 512]),
        ("zoo", 16, 256, [(64, 2)], [64]),
        ("zoo", 32, 256, [(128, 2), (64, 2)], [64, 128]),
        ("zoo", 64, 256, [(256, 2), (256, 1), (128, 2), (64, 2)], [64, 128, 256]),
    ],
)
def test_other_sizes_keep_the_papers_pattern(architecture, size, projected, generator, critic):
    plan = layout(parameters(architecture), (size, size, 1))
    assert (plan.projected, list(plan.generator), list(plan.critic)) == (projected, generator, critic)


def test_width_scales_all_but_the_outputs():
    plan = layout(parameters("zoo", width=0.1), (32, 32, 3))
    assert (plan.projected, plan.generator, plan.critic) == (26, ((13, 2), (6, 2)), (6, 13))
    assert plan.figures.dense == 102
    assert plan.image_shape == (32, 32, 3)
    assert layout(parameters("radford", width=1e-6), (32, 32, 3)).critic == (1, 1, 1)


def test_a_recipes_own_figures_go_first():
    own = {"latent_size": 7, "kernel": 3, "generator_output": "linear", "critic_activation": "elu"}
    plan = layout(parameters("zoo", dense=0, similarity="none", width=0.5, **own), (16, 16, 1))
    assert vars(plan.figures) == {**own, "dense": 0, "similarity": "none"}


@pytest.mark.parametrize(
    ("image_shape", "batch", "changes", "says"),
    [
        ((64, 48, 1), 64, {}, "a size among 16, 32"),
        ((8, 8, 1), 64, {}, "set the canvas to the next larger one"),
        ((240, 240, 1), 64, {"architecture": "zoo"}, "architecture zoo: images of shape"),
        ((64, 64), 64, {}, "expected \\(size, size, channels\\)"),
        ((64, 64, 0), 64, {}, "images of 0 channels"),
        ((64, 64, 1), 64, {"architecture": "radfort"}, "did you mean 'radford'"),
        ((64, 64, 1), 64, {"generator_output": "sigmoid"}, "Expected one of tanh, linear"),
        ((64, 64, 1), 64, {"critic_activation": "relu"}, "Expected one of leaky_relu, elu"),
        ((64, 64, 1), 64, {"critic_norm": "instance"}, "Expected one of auto, batch, layer, none"),
        ((64, 64, 1), 64, {"similarity": "std"}, "did you mean 'stddev'"),
        ((64, 64, 1), 64, {"latent_size": 0}, "latent_size 0; expected 1 or more"),
        ((64, 64, 1), 64, {"kernel": 1}, "kernel 1; expected 2 or more; smaller kernels leave pixels out"),
        ((64, 64, 1), 64, {"dense": -1}, "dense -1; expected 0 or more"),
        ((64, 64, 1), 64, {"width": 0.0}, "width 0.0; expected a number above 0"),
        ((64, 64, 1), 64, {"width": float("nan")}, "width nan"),
        ((64, 64, 1), 10, {"architecture": "zoo"}, "such as 8"),
        ((64, 64, 1), 1, {"architecture": "zoo"}, "expected 2 or more"),
        ((64, 64, 1), 1, {"similarity": "discrimination"}, "expected 2 or more"),
    ],
)
def test_impossible_figures_are_refused(image_shape, batch, changes, says):
    with pytest.raises(RecipeError, match=says):
        check(parameters(**changes), image_shape, batch)


def test_batches_that_can_be_compared():
    for batch in (1, 3, 10, 64):
        check(parameters("radford"), (64, 64, 1), batch)
    for batch in (2, 3, 4, 8, 64):
        check(parameters("zoo"), (64, 64, 1), batch)
    check(parameters("zoo", similarity="discrimination"), (64, 64, 1), 10)


@pytest.mark.parametrize(("plugin", "architecture"), [("dcgan", "radford"), ("wgan", "multi_sequence")])
def test_the_door_asks_with_the_plugins_own_defaults(plugin, architecture):
    def objection(given, shape=(64, 64, 1), batch=64):
        return registry.objection("gans", plugin, registry.figures_of("gans", plugin, given), shape, batch)

    assert not objection({"width": 0.5})
    assert not objection({"architecture": "zoo"})
    assert objection({}, (65, 65, 1)).startswith(f"architecture {architecture}: images of shape (65, 65, 1)")
    assert "expected a multiple of 4" in objection({"architecture": "zoo"}, batch=10)
    assert {"kernel", "width"} == {
        problem.parameter
        for problem in registry.check_parameters("gans", plugin, {"kernel": 0, "width": -1.0})
    }


def test_a_recipe_is_checked_without_tensorflow():
    code = "import sys, kgan_plugins.gans.dcgan.layout; print({'tensorflow', 'keras'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
