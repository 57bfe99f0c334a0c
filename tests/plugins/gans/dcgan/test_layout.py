import pytest

from kgan_plugins.gans.dcgan.config import DCGANConfig
from kgan_plugins.gans.dcgan.layout import layout


def config(architecture="radford", **changes):
    return DCGANConfig(architecture=architecture, **changes)


@pytest.mark.parametrize("architecture", ["radford", "multi_sequence", "zoo"])
@pytest.mark.parametrize("size", [16, 32, 64, 128, 256])
def test_both_pyramids_reach_every_size(architecture, size):
    plan = layout(config(architecture), (size, size, 3))
    config(architecture).check((size, size, 3), 64)
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
    plan = layout(config(architecture), (size, size, 1))
    assert (plan.projected, list(plan.generator), list(plan.critic)) == (projected, generator, critic)


def test_width_scales_all_but_the_outputs():
    plan = layout(config("zoo", width=0.1), (32, 32, 3))
    assert (plan.projected, plan.generator, plan.critic) == (26, ((13, 2), (6, 2)), (6, 13))
    assert plan.architecture.dense == 102
    assert plan.image_shape == (32, 32, 3)
    assert layout(config("radford", width=1e-6), (32, 32, 3)).critic == (1, 1, 1)


def test_a_recipes_own_values_go_first():
    own = {"latent_size": 7, "kernel": 3, "generator_output": "linear", "critic_activation": "elu"}
    plan = layout(config("zoo", dense=0, similarity="none", width=0.5, **own), (16, 16, 1))
    assert vars(plan.architecture) == {**own, "dense": 0, "similarity": "none"}
