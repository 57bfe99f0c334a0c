from dataclasses import replace

import numpy as np
import pytest

from kgan.analyses.comparison import step as compare
from kgan.analyses.comparison.classifiers import classifiers_of, decided_pairs, described_pairs
from kgan.analyses.comparison.controls.tables import CONTROLS
from kgan.analyses.comparison.settings import (
    ComparedCell,
    ComparisonSettings,
    ControlPair,
    PlannedPair,
    Published,
)
from kgan.analyses.comparison.tables import CLASSIFICATION, METRICS, REPEATS, SIGNIFICANCE
from kgan.data.store.store import StoreWriter
from kgan.errors import DataError, RunError
from kgan.pipeline.context import StepContext
from kgan.pipeline.records import manifest
from kgan.stats.predictions import Predictions, write_predictions

N = 60


def classified(folder, wrong, first=0, truth=None):
    """Write predictions of N images of which the first ``wrong`` are judged wrongly."""
    truth = np.arange(N) % 2 if truth is None else truth
    right = np.arange(N) >= wrong
    scores = np.where(right, truth, 1 - truth).astype(float)
    table = Predictions(np.array(["P"] * N), np.arange(first, first + N), truth, scores)
    write_predictions(folder / "predictions.csv", table)
    return folder


def derives(folder, patients):
    manifest.write(folder, {"step": folder.name, "facts": {"patients": patients}, "outputs": {}})


def share_out(folder, train, test, subjects=()):
    """Write a preparation of one image of each tested patient."""
    folder.mkdir(exist_ok=True)
    with StoreWriter(folder / "test.h5", image_shape=(4, 4, 1), classes=(), provenance={}) as store:
        store.append(np.zeros((len(test), 4, 4, 1), np.uint8), [-1] * len(test), test, range(len(test)))
    parts = {"train": train, "validation": [], "test": test}
    facts = {"patients": parts, "subjects": dict(subjects)}
    manifest.write(folder, {"kind": "prepare", "facts": facts, "outputs": {}})


@pytest.fixture
def context(tmp_path):
    return three_setups(tmp_path)


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """Return the folder and the facts of a comparison of every pair."""
    made = three_setups(tmp_path_factory.mktemp("compared"))
    facts = compare.run(made)
    return made.out, facts


def three_setups(tmp_path):
    """Three setups, the first in two variants; the second has 16 faults more than the others."""
    cells, inputs = [], {"prepare": tmp_path / "prepare"}
    share_out(inputs["prepare"], ["somebody else"], ["P"])
    for setup, variant, wrong in [
        ("real", "", 4),
        ("real", "pretrained", 4),
        ("gan", "", 20),
        ("mix", "", 4),
    ]:
        step = f"classify-{setup}-{variant}"
        inputs[step] = classified(tmp_path / step, wrong)
        derives(inputs[step], ["somebody else"])
        cells.append(ComparedCell(step=step, setup=setup, variant=variant))
    published = Published(accuracy=93.14, sensitivity=90.91)
    cells[0] = cells[0].model_copy(update={"published": published})
    classifiers = [(cell.setup, cell.variant) for cell in cells]
    # All pairs within a variant are planned.
    planned = tuple(
        PlannedPair(first=first[0], second=second[0], variant=first[1])
        for place, first in enumerate(classifiers)
        for second in classifiers[place + 1 :]
        if first[1] == second[1]
    )
    settings = ComparisonSettings(
        seed=0, alpha=0.05, metric="accuracy", planned=planned, involving=None, cells=tuple(cells)
    )
    return StepContext("compare", settings, inputs, tmp_path / "out")


def changed(context, **values):
    return replace(context, settings=context.settings.model_copy(update=values))


def test_tables_and_figure(compared):
    out, facts = compared
    rows = CLASSIFICATION.read(out)
    assert [(row.setup, row.variant) for row in rows] == [
        ("real", ""), ("real", "pretrained"), ("gan", ""), ("mix", "")
    ]  # fmt: skip
    real, gan = rows[0], rows[2]
    assert real.accuracy == pytest.approx(56 / 60, abs=1e-6)
    assert (real.tp, real.fn, real.tn, real.fp, real.n) == (28, 2, 28, 2, 60)
    assert [real.published(metric) for metric in METRICS] == [0.9314, 0.9091, None]
    assert gan.accuracy_low < 40 / 60 < gan.accuracy_high
    assert set(facts["publish"].values()) == {path.name for path in out.iterdir()}
    assert (facts["comparisons"], facts["planned"], facts["decided"]) == (6, 3, 0)


def test_every_pair_is_compared_by_default(compared):
    rows = SIGNIFICANCE.read(compared[0])
    assert len(rows) == 6 * 4
    assert [row.metric for row in rows[:4]] == ["accuracy", "sensitivity", "specificity", "auroc"]
    assert [row.planned for row in rows if row.metric == "accuracy"] == [True] * 3 + [False] * 3
    row = next(row for row in rows if (row.second, row.metric) == ("gan", "accuracy"))
    assert (row.first, row.first_only_right, row.second_only_right) == ("real", 16, 0)
    # Twice 2^-16; three of six comparisons have it, so the smallest is multiplied by 6.
    assert row.p == pytest.approx(2**-15, rel=1e-5)
    assert row.p_holm == pytest.approx(6 * 2**-15, rel=1e-5)
    assert row.significant
    same = next(row for row in rows if (row.first, row.second) == ("real", "mix"))
    assert (same.p, same.statistic, same.test, same.significant) == (1, None, "no discordant image", False)


@pytest.mark.parametrize(
    ("involving", "pairs"),
    [
        (("gan",), [("real", "gan"), ("real (pretrained)", "gan"), ("gan", "mix")]),
        ((), []),
    ],
    ids=["one", "none"],
)
def test_pairs_that_involve_some_setups(context, involving, pairs):
    settings = changed(context, involving=involving, planned=())
    compare.run(settings)
    rows = SIGNIFICANCE.read(context.out)
    assert [(row.first, row.second) for row in rows][::4] == pairs


def test_planned_pairs_are_decided_in_the_primary_metric_and_the_others_described(context):
    planned = (PlannedPair(first="real", second="gan", variant=""),)
    facts = compare.run(changed(context, planned=planned, metric="sensitivity", involving=("mix",)))
    rows = SIGNIFICANCE.read(context.out)
    assert [(row.first, row.second) for row in rows][::4] == [
        ("real", "gan"), ("real", "mix"), ("real (pretrained)", "mix"), ("gan", "mix")
    ]  # fmt: skip
    decided = [row for row in rows if row.planned]
    assert [(row.metric, row.conclusion) for row in decided] == [("sensitivity", "inconclusive")]
    assert decided[0].note == "one patient: nothing to compare"
    assert {(row.conclusion, row.p_patients_holm) for row in rows if not row.planned} == {("", None)}
    # What was planned beside the published pairs has McNemar's p-value without their adjustment.
    assert decided[0].p is not None and decided[0].p_holm is None and decided[0].significant is None
    assert rows[4].p_holm is not None
    assert (facts["comparisons"], facts["planned"]) == (4, 1)


def test_the_published_family_of_the_paper_is_its_124_pairs(tmp_path):
    from kgan import recipe as recipes
    from kgan.plan import plan

    steps = plan(recipes.load("two_step", profile="paper", data=tmp_path))
    settings = next(step.settings for step in steps if isinstance(step.settings, ComparisonSettings))
    classifiers = classifiers_of(settings.cells)
    assert len(classifiers) == 20
    assert len(described_pairs(classifiers, settings.involving)) == 124
    assert decided_pairs(settings.planned) == [
        (f"2 +classic ({variant})", f"{setup} ({variant})")
        for setup in ("6 +classic +pggan", "8 +classic +munit", "10 +classic +simgan")
        for variant in ("scratch", "pretrained")
    ]


def test_what_departs_from_the_papers_is_declared(context):
    assert set(compare.deviations(context.settings)) == {"mcnemar", "patients", "planned"}
    assert "in auroc alone" in compare.deviations(changed(context, metric="auroc").settings)["planned"]


def test_alpha_is_the_threshold(context):
    assert set(compare.run(changed(context, alpha=1e-5))["significant"].values()) == {0}


def test_other_test_images_are_refused(context):
    classified(context.inputs["classify-mix-"], 4, first=1)
    with pytest.raises(
        DataError, match="'real' and 'mix' were not tested on the same images: patient 'P' slice 0"
    ):
        compare.run(context)


def test_a_test_set_of_one_class_is_noted(context):
    for cell in context.settings.cells:
        classified(context.inputs[cell.step], 4, truth=np.zeros(N, int))
    compare.run(context)
    row = CLASSIFICATION.read(context.out)[0]
    assert (row.sensitivity, row.auroc) == (None, None)
    assert row.note == "no image of the positive class: sensitivity and AUROC are undefined"
    assert "nan" not in (context.out / SIGNIFICANCE.file).read_text().lower()


def test_another_scan_of_a_tested_person_is_refused(context):
    share_out(context.inputs["prepare"], ["P-again", "other"], ["P"], {"P": "person", "P-again": "person"})
    for cell in context.settings.cells:
        derives(context.inputs[cell.step], ["other"])
    compare.run(context)
    derives(context.inputs["classify-gan-"], ["other", "P-again"])
    with pytest.raises(RunError, match="classify-gan- derives from test patients: P-again; expected"):
        compare.run(context)


def test_each_split_has_test_patients_of_its_own(context, tmp_path):
    """Who is tested on the second split may be among the sources of the first, and not of the second."""
    share_out(context.inputs["prepare"], ["Q"], ["P"])
    context.inputs["prepare-split2"] = tmp_path / "prepare-split2"
    share_out(context.inputs["prepare-split2"], ["P"], ["Q"])
    first = context.settings.cells[0]
    derives(context.inputs[first.step], ["Q"])
    second = first.model_copy(update={"step": "again", "split": 2, "prepare": "prepare-split2"})
    context.inputs["again"] = tmp_path / "again"
    table = Predictions(np.array(["Q"] * 4), np.arange(4), np.arange(4) % 2, np.arange(4) % 2)
    context.inputs["again"].mkdir()
    write_predictions(context.inputs["again"] / "predictions.csv", table)
    derives(context.inputs["again"], ["P"])
    twice = changed(context, cells=(first, second), planned=())
    facts = compare.run(twice)
    assert facts["test_images"] == {"real": N + 4}
    assert facts["publish"]["results/repeats.csv"] == REPEATS.file
    assert [(row.split, row.seed, row.n) for row in REPEATS.read(context.out)] == [(1, 1, N), (2, 1, 4)]
    derives(context.inputs["again"], ["P", "Q"])
    with pytest.raises(RunError, match="again derives from test patients: Q"):
        compare.run(twice)


@pytest.fixture
def scans(context):
    """Eight scans with the same slice numbers, tested in each setup; return what says whose they are."""
    names = [f"scan-{number}" for number in range(8)]
    for cell in context.settings.cells:
        folder = context.inputs[cell.step]
        wrong = 20 if cell.setup == "gan" else 4
        truth = np.arange(80) % 2
        scores = np.where(np.arange(80) % 10 * 8 >= wrong, truth, 1 - truth).astype(float)
        table = Predictions(np.repeat(names, 10), np.tile(np.arange(10), 8), truth, scores)
        write_predictions(folder / "predictions.csv", table)

    def of(subjects):
        share_out(context.inputs["prepare"], ["somebody else"], names, subjects)
        return context

    return of


@pytest.mark.parametrize("persons", [8, 4, 1])
def test_several_scans_of_a_person_are_one_patient(scans, persons):
    made = scans({f"scan-{number}": f"person-{number % persons}" for number in range(8)})
    compare.run(made)
    assert {(row.patients, row.n) for row in CLASSIFICATION.read(made.out)} == {(persons, 80)}
    tested = [row for row in SIGNIFICANCE.read(made.out) if row.metric == "accuracy"]
    assert {(row.patients, row.n) for row in tested} == {(persons, 80)}
    gan = next(row for row in tested if (row.first, row.second) == ("real", "gan"))
    assert (gan.first_only_right, gan.gain_low is not None) == (16, persons >= 6)
    assert gan.p_patients >= 2.0 ** (1 - persons)


def test_the_limits_of_a_cohort_count_persons(scans):
    made = scans({})
    settings, folder = changed(made, planned=made.settings.planned[:1]).settings, made.inputs["prepare"]
    assert compare.limits("compare", settings, folder) == []
    scans({f"scan-{number}": f"person-{number % 4}" for number in range(8)})
    (limit,) = compare.limits("compare", settings, folder)
    assert "4 patients" in limit.text


def test_controls_have_a_table_of_their_own_and_cost_the_other_comparisons_nothing(context, compared):
    cells = list(context.settings.cells)
    further = context.out.parent / "classify-further"
    context.inputs[further.name] = classified(further, 0)
    derives(further, ["somebody else"])
    cells.append(ComparedCell(step=further.name, setup="further", variant="", control="positive"))
    pair = ControlPair(first="gan", second="further", variant="", kind="positive")
    facts = compare.run(changed(context, cells=tuple(cells), controls=(pair,)))
    out = context.out
    assert [row.control for row in CLASSIFICATION.read(out)] == ["", "", "", "", "positive"]
    # The pairs without a control, and all their p-values, are those of a recipe without controls.
    assert SIGNIFICANCE.read(out) == SIGNIFICANCE.read(compared[0])
    rows = CONTROLS.read(out)
    assert [row.metric for row in rows] == ["accuracy", "sensitivity", "specificity", "auroc"]
    assert {(row.first, row.second, row.control) for row in rows} == {("gan", "further", "positive")}
    # One patient shows nothing, however many slices agree.
    assert [row.result for row in rows] == ["not testable", "", "", ""]
    assert rows[0].gain == pytest.approx(20 / 60, abs=1e-6)
    assert facts["controls"] == {"not testable": 1}
    assert facts["publish"]["results/controls.csv"] == "controls.csv"


def test_without_controls_there_is_no_table_of_them(compared):
    assert not (compared[0] / CONTROLS.file).exists() and compared[1]["controls"] == {}
