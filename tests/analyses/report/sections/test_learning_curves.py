from fabricated.finished_steps import classified, trained_gan

from kgan.analyses.comparison.settings import ComparedCell, ComparisonSettings
from kgan.analyses.report.sections.learning_curves import learning_curves_section
from kgan.pipeline.records.run_folder import FinishedStep, Steps
from kgan.training.log import EPOCHS_FILE, LOSSES_FILE

LOSSES = "step,phase,loss\n1,,0.5\n2,,0.4\n"
EPOCHS = "step,phase,validation_loss,validation_accuracy\n10,0,0.5,0.6\n20,1,0.4,0.7\n"


def folder(tmp_path, name, file, text):
    place = tmp_path / name
    place.mkdir()
    (place / file).write_text(text)
    return place


def test_classes_share_a_figure_and_classifiers_are_named_by_setup(tmp_path):
    tumor, other = (folder(tmp_path, name, LOSSES_FILE, LOSSES) for name in ("tumor", "other"))
    trained = folder(tmp_path, "classifier", EPOCHS_FILE, EPOCHS)
    cell = ComparedCell(setup="1 real", variant="scratch", step="classify-a")
    comparison = ComparisonSettings(
        seed=0, alpha=0.05, metric="accuracy", planned=(), involving=None, cells=(cell,)
    )
    run = Steps(
        [
            trained_gan("a", tumor, class_name="tumor"),
            trained_gan("a", other, class_name="other"),
            classified("a", trained),
            FinishedStep("compare", tmp_path, comparison),
        ]
    )
    (section,) = learning_curves_section(run, tmp_path / "figures", {"a": "A"})
    losses, *panels = section.figures
    assert "new phase" in section.paragraphs[0]
    assert losses.path.name == "curves-a.png"
    assert [figure.title for figure in panels] == ["validation loss", "validation accuracy"]
    ((title, (curve,)),) = panels[1].panels.items()
    assert title == "1 real" and list(curve.points) == [(1.0, 0.6), (2.0, 0.7)]
    assert section.figures[0].caption == "A: losses by training step."
    losses, epochs = ((tmp_path / "figures" / f"curves-{name}.csv").read_text() for name in (
        "a", "classifiers-validation_loss"
    ))  # fmt: skip
    assert losses.startswith("run,step,phase,loss\ntumor,1,")
    assert '\n"1 real, scratch",1,' in epochs


def test_without_training_there_is_no_section(tmp_path):
    assert not list(learning_curves_section(Steps(), tmp_path, {}))


def test_each_setup_has_a_panel_with_a_line_for_each_run(tmp_path):
    runs = [("scratch", 1), ("scratch", 2), ("pretrained", 1), ("pretrained", 2)]
    steps, cells = [], []
    for variant, seed in runs:
        name = f"{variant}-{seed}"
        steps.append(classified(name, folder(tmp_path, name, EPOCHS_FILE, EPOCHS)))
        cells.append(ComparedCell(setup="+munit", variant=variant, step=f"classify-{name}", seed=seed))
    comparison = ComparisonSettings(
        seed=0, alpha=0.05, metric="accuracy", planned=(), involving=None, cells=tuple(cells)
    )
    run = Steps([*steps, FinishedStep("compare", tmp_path, comparison)])
    (section,) = learning_curves_section(run, tmp_path / "figures", {"munit": "MUNIT"})
    assert section.paragraphs == [], "no loss is drawn, and no phase of a training"
    loss, _ = section.figures
    assert list(loss.panels) == ["+MUNIT"] and list(loss.legend) == ["scratch", "pretrained"]
    assert [curve.colour for curve in loss.panels["+MUNIT"]] == [0, 0, 1, 1]
    table = (tmp_path / "figures/curves-classifiers-validation_loss.csv").read_text()
    assert '"+MUNIT, pretrained, split 1, seed 2",2,' in table
