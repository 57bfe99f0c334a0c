import pytest

from kgan import recipe as recipes
from kgan.analyses.comparison.controls.derivation import (
    NEGATIVE,
    POSITIVE,
    control_bases,
    control_kind,
    control_mistakes,
)
from kgan.errors import RecipeError

SETUPS = {
    "1 real": {"real": "all"},
    "2 classic": {"real": "all", "classic": 20},
    "2 further": {"real": "all", "classic": 20, "further_real": 40, "tiles": 0},
    "2 noise": {"noise": 40, "real": "all", "classic": 20},
    "1 permuted": {"real": "all", "permuted_labels": "all"},
}


def test_the_sources_say_which_setups_are_controls():
    kinds = [control_kind(sources) for sources in SETUPS.values()]
    assert kinds == ["", "", POSITIVE, NEGATIVE, NEGATIVE]
    assert control_kind({"real": "all", "noise": 0, "further_real": 0}) == ""


def test_the_base_is_the_setup_of_all_other_sources():
    assert control_bases(SETUPS) == {
        "2 further": "2 classic", "2 noise": "2 classic", "1 permuted": "1 real"
    }  # fmt: skip
    assert not list(control_mistakes(SETUPS))


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ({"real": "all", "classic": 22, "noise": 4}, "is a control (noise): expected a setup of its other "),
        ({"noise": 4}, "is a control (noise): expected other sources beside"),
        (
            {"real": "all", "noise": 4, "further_real": 4},
            "no answer is known of it: expected sources of one kind of control, received noise and further",
        ),
    ],
    ids=["other-number", "alone", "both-kinds"],
)
def test_controls_without_a_known_answer_are_refused(sources, message):
    ((place, text),) = control_mistakes({**SETUPS, "it": sources})
    assert place == ("setups", "it") and text.startswith(message)


@pytest.mark.parametrize(
    ("compare", "message"),
    [
        (
            "{planned: {5 noise: 1 real}}",
            "compare.planned: '5 noise' is a control, which is compared with",
        ),
        ("{baseline: 5 noise}", "compare.baseline: '5 noise' is a control"),
        ("{involving: [5 noise]}", "compare.involving: '5 noise' is a control"),
        ("{metric: specificity}", "compare.metric: specificity also changes .* '5 noise' is no control"),
    ],
    ids=["planned", "baseline", "involving", "metric"],
)
def test_a_control_is_in_no_other_comparison(write, compare, message):
    path = write(change=("compare: {involving: refined}", f"compare: {compare}"))
    with pytest.raises(RecipeError, match=message):
        recipes.load(path, overrides=["setups.5 noise={real: all, noise: 8}"])
