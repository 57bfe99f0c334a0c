import csv

import numpy as np
import pytest

from kgan.analyses.comparison import step as compare
from kgan.data.store.store import StoreWriter
from kgan.errors import DataError, RecipeError, RunError
from kgan.pipeline import manifest
from kgan.pipeline.context import StepContext
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
        cells.append({"step": step, "setup": setup, "variant": variant})
    cells[0]["published"] = {"accuracy": 93.14, "sensitivity": 90.91}
    return StepContext("compare", {"cells": cells}, inputs, tmp_path / "out")


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_tables_and_figure(compared):
    out, facts = compared
    rows = read(out / "classification.csv")
    assert list(rows[0]) == list(compare.CLASSIFICATION)
    assert [row["setup"] for row in rows] == ["real", "real", "gan", "mix"]
    assert [row["variant"] for row in rows] == ["", "pretrained", "", ""]
    real, gan = rows[0], rows[2]
    assert float(real["accuracy"]) == pytest.approx(56 / 60, abs=1e-6)
    assert [real[name] for name in ("tp", "fn", "tn", "fp", "n")] == ["28", "2", "28", "2", "60"]
    assert [real[f"published_{metric}"] for metric in compare.METRICS] == ["0.9314", "0.9091", ""]
    assert float(gan["accuracy_low"]) < 40 / 60 < float(gan["accuracy_high"])
    assert set(facts["publish"].values()) == {path.name for path in out.iterdir()}
    assert (facts["comparisons"], facts["planned"], facts["decided"]) == (6, 6, 0)


def test_every_pair_is_compared_unless_told(compared):
    rows = read(compared[0] / "significance.csv")
    assert list(rows[0]) == list(compare.SIGNIFICANCE)
    assert len(rows) == 6 * 4
    assert [row["metric"] for row in rows[:4]] == ["accuracy", "sensitivity", "specificity", "auroc"]
    assert {row["planned"] for row in rows if row["metric"] == "accuracy"} == {"yes"}
    row = next(r for r in rows if (r["second"], r["metric"]) == ("gan", "accuracy"))
    assert (row["first"], row["first_only_right"], row["second_only_right"]) == ("real", "16", "0")
    # Twice 2^-16; three of six comparisons have it, so the smallest is multiplied by 6.
    assert float(row["p"]) == pytest.approx(2**-15, rel=1e-5)
    assert float(row["p_holm"]) == pytest.approx(6 * 2**-15, rel=1e-5)
    assert row["significant"] == "yes"
    same = next(r for r in rows if (r["first"], r["second"]) == ("real", "mix"))
    assert (same["p"], same["statistic"], same["test"], same["significant"]) == (
        "1",
        "",
        "no discordant image",
        "no",
    )


@pytest.mark.parametrize(
    ("settings", "pairs"),
    [
        ({"pairs": [[0, 2], [3, 1]]}, [("real", "gan"), ("mix", "real (pretrained)")]),
        ({"involving": ["gan"]}, [("real", "gan"), ("real (pretrained)", "gan"), ("gan", "mix")]),
        ({"involving": []}, []),
        ({"pairs": []}, []),
    ],
    ids=["pairs", "involving", "involving-none", "pairs-none"],
)
def test_pairs_asked_for(context, settings, pairs):
    context.settings.update(settings)
    compare.run(context)
    rows = read(context.out / "significance.csv")
    assert [(row["first"], row["second"]) for row in rows][::4] == pairs


def test_planned_pairs_are_decided_in_the_primary_metric_and_the_others_described(context):
    planned = [{"first": "real", "second": "gan", "variant": ""}]
    context.settings.update({"planned": planned, "metric": "sensitivity", "involving": ["mix"]})
    facts = compare.run(context)
    rows = read(context.out / "significance.csv")
    assert [(row["first"], row["second"]) for row in rows][::4] == [
        ("real", "gan"), ("real", "mix"), ("real (pretrained)", "mix"), ("gan", "mix")
    ]  # fmt: skip
    decided = [row for row in rows if row["planned"] == "yes"]
    assert [(row["metric"], row["verdict"]) for row in decided] == [("sensitivity", "inconclusive")]
    assert decided[0]["note"] == "one patient: nothing to compare"
    assert {row["verdict"] for row in rows if row["planned"] == "no"} == {""}
    assert {row["p_patients_holm"] for row in rows if row["planned"] == "no"} == {""}
    # What was planned beside the published pairs has McNemar's p-value without their adjustment.
    assert decided[0]["p"] and not decided[0]["p_holm"] and not decided[0]["significant"]
    assert rows[4]["p_holm"]
    assert (facts["comparisons"], facts["planned"]) == (4, 1)


def test_the_published_family_of_the_paper_is_its_124_pairs(tmp_path):
    from kgan import recipe as recipes
    from kgan.plan import plan

    steps = plan(recipes.load("two_step", profile="paper", data=tmp_path))
    settings = next(step.settings for step in steps if step.kind == "compare")
    cells = compare._cells(settings["cells"])
    assert len(cells) == 20
    assert len(compare._pairs(cells, settings)) == 124
    assert compare._planned(cells, settings["planned"]) == [
        (f"2 +classic ({variant})", f"{setup} ({variant})")
        for setup in ("6 +classic +pggan", "8 +classic +munit", "10 +classic +simgan")
        for variant in ("scratch", "pretrained")
    ]


def test_what_departs_from_the_papers_is_declared(context):
    assert set(compare.deviations(context.settings)) == {"mcnemar", "patients", "planned"}
    assert "in auroc alone" in compare.deviations({"metric": "auroc"})["planned"]


def test_alpha_is_the_threshold(context):
    context.settings["alpha"] = 1e-5
    assert set(compare.run(context)["significant"].values()) == {0}


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"involving": ["gam"]}, "no setup 'gam' was classified; did you mean 'gan'"),
        (
            {"planned": [{"first": "real", "second": "gam", "variant": ""}]},
            "no setup 'gam' was classified; did you mean 'gan'",
        ),
        (
            {"planned": [{"first": "real", "second": "gan", "variant": "pretrained"}]},
            "no setup 'gan' was classified",
        ),
        ({"pairs": [[0, 4]]}, "numbers from 0 to 3"),
        ({"pairs": [[1, 1]]}, "does not name two different cells"),
    ],
    ids=["setup", "planned", "variant", "range", "same"],
)
def test_impossible_pairs_are_refused(context, settings, says):
    context.settings.update(settings)
    with pytest.raises(RecipeError, match=says):
        compare.run(context)
    assert not context.out.exists()


def test_other_test_images_are_refused(context):
    classified(context.inputs["classify-mix-"], 4, first=1)
    with pytest.raises(
        DataError, match="'real' and 'mix' were not tested on the same images: patient 'P' slice 0"
    ):
        compare.run(context)


def test_a_test_set_of_one_class_is_said_in_words(context):
    for cell in context.settings["cells"]:
        classified(context.inputs[cell["step"]], 4, truth=np.zeros(N, int))
    compare.run(context)
    row = read(context.out / "classification.csv")[0]
    assert (row["sensitivity"], row["auroc"]) == ("", "")
    assert row["note"] == "no image of the positive class: sensitivity and AUROC are undefined"
    assert "nan" not in (context.out / "significance.csv").read_text().lower()


def test_another_scan_of_a_tested_person_is_refused(context):
    share_out(context.inputs["prepare"], ["P-again", "other"], ["P"], {"P": "person", "P-again": "person"})
    for cell in context.settings["cells"]:
        derives(context.inputs[cell["step"]], ["other"])
    compare.run(context)
    derives(context.inputs["classify-gan-"], ["other", "P-again"])
    with pytest.raises(RunError, match="classify-gan- derives from test patients: P-again; expected"):
        compare.run(context)


def test_each_split_has_a_seal_of_its_own(context, tmp_path):
    """Who is tested on the second split may have been learnt from on the first, and not on the second."""
    share_out(context.inputs["prepare"], ["Q"], ["P"])
    context.inputs["prepare-split2"] = tmp_path / "prepare-split2"
    share_out(context.inputs["prepare-split2"], ["P"], ["Q"])
    for cell in context.settings["cells"]:
        derives(context.inputs[cell["step"]], ["Q"])
    context.settings["cells"][1:] = []
    again = {**context.settings["cells"][0], "step": "again", "split": 2, "prepare": "prepare-split2"}
    context.inputs["again"] = tmp_path / "again"
    table = Predictions(np.array(["Q"] * 4), np.arange(4), np.arange(4) % 2, np.arange(4) % 2)
    context.inputs["again"].mkdir()
    write_predictions(context.inputs["again"] / "predictions.csv", table)
    context.settings["cells"].append(again)
    derives(context.inputs["again"], ["P"])
    assert compare.run(context)["test_images"] == {"real": N + 4}
    derives(context.inputs["again"], ["P", "Q"])
    with pytest.raises(RunError, match="again derives from test patients: Q"):
        compare.run(context)


@pytest.fixture
def scans(context):
    """Eight scans with the same slice numbers, tested in each setup; return what says whose they are."""
    names = [f"scan-{number}" for number in range(8)]
    for cell in context.settings["cells"]:
        folder = context.inputs[cell["step"]]
        wrong = 20 if cell["setup"] == "gan" else 4
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
    rows = read(made.out / "classification.csv")
    assert {(row["patients"], row["n"]) for row in rows} == {(str(persons), "80")}
    tested = [row for row in read(made.out / "significance.csv") if row["metric"] == "accuracy"]
    assert {(row["patients"], row["n"]) for row in tested} == {(str(persons), "80")}
    gan = next(row for row in tested if (row["first"], row["second"]) == ("real", "gan"))
    assert (gan["first_only_right"], bool(gan["gain_low"])) == ("16", persons >= 6)
    assert float(gan["p_patients"]) >= 2.0 ** (1 - persons)


def test_the_limits_of_a_cohort_count_persons(scans):
    planned = {"cells": [{}], "planned": [{}]}
    folder = scans({}).inputs["prepare"]
    assert compare.limits("compare", planned, folder) == []
    scans({f"scan-{number}": f"person-{number % 4}" for number in range(8)})
    (limit,) = compare.limits("compare", planned, folder)
    assert "4 patients" in limit.text
