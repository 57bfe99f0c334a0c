"""Each kind of training on random images of its own shape; nothing is written, no weights are fetched."""

import pytest

from kgan.pipeline.context import StepContext
from kgan.steps.settings.timing import TimingSettings
from kgan.steps.training import timing

SIMGAN = {"width": 0.05, "blocks": 1, "warm_up": 3, "refiner_updates": 1, "buffer": 1}
PGGAN = {"latent_size": 4, "channels": {4: 4, 8: 4}, "first_resolution": 8}
RESNET = {"width": 0.06, "blocks": [1, 1, 1, 1], "weights": None}


def model(plugin, parameters, size, kind="gans", **more):
    return {"kind": kind, "plugin": plugin, "parameters": parameters, "image_shape": [size, size, 1], **more}


def facts(out, built_from, *, pool=True, known=()):
    settings = TimingSettings(
        seed=2, built_from=built_from, batch_size=4, steps=5, pool=pool, seconds=0.0, each=0.1, known=known
    )
    result = timing.run(StepContext("timed", settings, {}, out))
    assert list(out.iterdir()) == []
    return result


@pytest.mark.parametrize(
    ("built_from", "phases"),
    [
        (
            model("pggan", PGGAN, 8, loss={"plugin": "wgan_gp"}, training_options={"critic_updates": 2}),
            [("8", 5)],
        ),
        (model("simgan", SIMGAN, 32), [("warm-up", 3), ("train", 5)]),
    ],
    ids=["gan", "refiner"],
)
def test_gans_are_timed_in_all_their_phases_and_make_images(tmp_path, built_from, phases):
    timed = facts(tmp_path, built_from)
    assert [phase["steps"] for phase in timed["phases"]] == [steps for _, steps in phases]
    assert all(len(phase["seconds"]) >= 2 for phase in timed["phases"])
    assert all(sum(phase["seconds"]) >= 0.1 for phase in timed["phases"])
    assert min(timed["pool"]) > 0


def test_a_classifier_like_one_that_was_timed_is_not_timed_again(tmp_path):
    timed = facts(tmp_path, model("resnet50", RESNET, 32, "classifiers"), pool=False)
    assert [phase["steps"] for phase in timed["phases"]] == [5]
    assert timed["pool"] == []
    other = {**RESNET, "learning_rate": 0.5}
    known = [("Other", timed["model"][1]), timed["model"]]
    again = facts(tmp_path, model("resnet50", other, 32, "classifiers"), pool=False, known=known)
    assert again == {"model": timed["model"], "same_as": 1}
    wider = {**RESNET, "width": 0.12}
    changed = facts(tmp_path, model("resnet50", wider, 32, "classifiers"), pool=False, known=known)
    assert changed["model"][1] > timed["model"][1]
    assert changed["phases"]
