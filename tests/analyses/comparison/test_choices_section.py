from fabricated.steps import finished

from kgan.analyses.comparison.choices_section import choices_section
from kgan.pipeline.run_folder import Steps


def plain(cell):
    return (cell.text.replace("\u00a0", " "), cell.below.replace("\u00a0", " "))


def test_the_choice_is_shown_with_what_was_not_taken(tmp_path):
    (tmp_path / "choice.csv").write_text(
        "steps,validation_accuracy,low,high,images,patients,chosen\n"
        "20000,0.8,0.7,0.9,50,4,no\n50000,0.9,0.8,0.95,50,4,yes\n"
    )
    step = finished("choose-shine", "choose", tmp_path, {"source": "shine", "setup": "+shine"})
    section = choices_section(Steps([step]), {"shine": "Shine"})
    ((first, _, tried, _), (second, accuracy, _, taken)) = section.tables[0].rows
    assert plain(first) == ("Shine", "after 20,000 steps") and not first.strong
    assert second.strong and accuracy.strong and taken == "taken"
    assert plain(tried) == ("50 images of 4 patients", "“+shine”")
    assert choices_section(Steps(), {}) is None


def test_choices_of_several_splits_are_told_apart(tmp_path):
    (tmp_path / "choice.csv").write_text(
        "steps,validation_accuracy,low,high,images,patients,chosen\n50000,0.9,0.8,0.95,50,4,yes\n"
    )
    names = ("choose-shine", "choose-shine-split2")
    steps = Steps(finished(name, "choose", tmp_path, {"source": "shine"}) for name in names)
    below = [row[0].below for row in choices_section(steps, {}).tables[0].rows]
    assert below == ["after 50,000 steps", "after 50,000 steps, split 2"]
