import pytest

from kgan.analyses.checkpoint_selection.section import sections
from kgan.analyses.checkpoint_selection.settings import CheckpointSelectionSettings
from kgan.analyses.checkpoint_selection.tables import CANDIDATES, CandidateResult
from kgan.pipeline.records.run_folder import FinishedStep, Steps


def candidate(steps, accuracy, chosen):
    return CandidateResult(
        steps=steps, validation_accuracy=accuracy, low=0.7, high=0.95, images=50, patients=4, chosen=chosen
    )


@pytest.fixture
def steps(tmp_path):
    """Finished selections of those names, with one table."""
    CANDIDATES.write(tmp_path, [candidate(20_000, 0.8, False), candidate(50_000, 0.9, True)])
    settings = CheckpointSelectionSettings(
        seed=1, source="shine", candidates=(), models=(), setup="+shine", variant="scratch"
    )
    return lambda *names: Steps(FinishedStep(name, tmp_path, settings) for name in names)


def plain(cell):
    return (cell.text.replace("\u00a0", " "), cell.below.replace("\u00a0", " "))


def test_the_choice_is_shown_with_what_was_not_taken(steps):
    (section,) = sections(steps("choose-shine"), {"shine": "Shine"})
    ((first, _, tried, _), (second, accuracy, _, taken)) = section.tables[0].rows
    assert plain(first) == ("Shine", "after 20,000 steps") and not first.strong
    assert second.strong and accuracy.strong and taken == "taken"
    assert plain(accuracy) == ("90.0", "[70.0, 95.0]")
    assert plain(tried) == ("50 images of 4 patients", "“+Shine”")


def test_choices_of_several_splits_say_of_which(steps):
    (section,) = sections(steps("choose-shine", "choose-shine-split2"), {})
    below = [row[0].below for row in section.tables[0].rows[1::2]]
    assert below == ["after 50,000 steps", "after 50,000 steps, split 2"]


def test_without_a_choice_there_is_no_section():
    assert list(sections(Steps(), {})) == []
