from fabricated.steps import finished

from kgan.analyses.comparison.replicates_section import choices_section, repeats_table
from kgan.pipeline.run_folder import Steps


def plain(cell):
    return (cell.text.replace("\u00a0", " "), cell.below.replace("\u00a0", " "))


def test_each_training_stands_beside_its_mean(tmp_path):
    path = tmp_path / "repeats.csv"
    path.write_text(
        "setup,variant,split,seed,accuracy,sensitivity,specificity,auroc,n,patients,note\n"
        "real,scratch,1,1,0.5,0.4,0.6,0.5,10,2,\n"
        "real,scratch,1,2,0.7,0.8,0.6,0.7,10,2,\n"
        "real,scratch,2,1,0.6,0.6,0.6,0.6,10,2,\n"
    )
    table = repeats_table(path)
    trainings = ["split 1, seed 1", "split 1, seed 2", "split 2, seed 1"]
    assert table.columns == ["Setup", "Accuracy %, mean ± SD", *trainings]
    ((_, mean, first, *_),) = table.rows
    assert plain(mean)[0] == "60.0 ± 10.0"  # of 50, 70 and 60
    assert plain(first) == ("50.0", "40.0 / 60.0")
    assert repeats_table(tmp_path / "nothing.csv") is None


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
