import pytest
from fabricated.steps import settings_of_kind

from kgan.plan.builder import Steps, seed_of

SETTINGS = settings_of_kind("any")


def steps_named(*names):
    steps = Steps(5)
    for name in names:
        steps.add(name, SETTINGS, ())
    return steps


def test_steps_keep_their_order_and_need_another_once():
    steps = steps_named("prepare")
    assert steps.add("train", SETTINGS, ["prepare", "prepare"]) == "train"
    assert [(step.name, step.needs) for step in steps.all] == [("prepare", ()), ("train", ("prepare",))]


def test_a_second_step_of_a_name_is_refused():
    with pytest.raises(ValueError, match="two steps are called 'prepare'"):
        steps_named("prepare", "prepare")


def test_a_step_is_moved_behind_the_last_of_others():
    steps = steps_named("prepare", "prepare-2", "train", "check")
    steps.move("check", ["prepare-2", "prepare"])
    assert [step.name for step in steps.all] == ["prepare", "prepare-2", "check", "train"]


def test_a_seed_is_31_bits_of_the_recipes_and_of_its_stream():
    # The first four bytes of sha256sum's "4778a8ae...", the lowest first, without the last bit.
    assert seed_of(5, "prepare") == 0xAEA87847 >> 1 == 1_465_138_211
    assert len({seed_of(seed, stream) for seed in (5, 6) for stream in ("prepare", "export")}) == 4
