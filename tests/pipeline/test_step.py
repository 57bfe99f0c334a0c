import dataclasses

import pytest
from fabricated.core_settings import gan_settings

from kgan.pipeline.step import Step


def test_a_step_is_of_the_kind_of_its_settings():
    step = Step("train-pggan-tumor", gan_settings(), ("prepare",))
    assert (step.kind, step.needs) == ("train_gan", ("prepare",))
    assert step == Step("train-pggan-tumor", gan_settings(), ("prepare",))
    assert step != dataclasses.replace(step, settings=gan_settings(crop=1))


def test_a_step_that_needs_nothing_and_cannot_be_changed():
    step = Step("prepare", gan_settings())
    assert step.needs == ()
    with pytest.raises(dataclasses.FrozenInstanceError):
        step.name = "other"
