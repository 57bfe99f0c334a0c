from fabricated.comparison_rows import RESULTS, differences, performance

from kgan.analyses.comparison.results import read_pairs, read_results
from kgan.analyses.comparison.tables import CLASSIFICATION, SIGNIFICANCE


def test_a_variant_is_named_where_there_are_several(tmp_path):
    CLASSIFICATION.write(tmp_path, RESULTS)
    assert [result.shown for result in read_results(tmp_path)] == ["real", "+pggan"]
    CLASSIFICATION.write(tmp_path, (*RESULTS, performance("real", "pretrained")))
    assert [result.shown for result in read_results(tmp_path)][::2] == ["real (scratch)", "real (pretrained)"]


def test_differences_of_a_pair_stand_together(tmp_path):
    CLASSIFICATION.write(tmp_path, RESULTS)
    back = differences("+pggan (scratch)", "real (scratch)", planned=False)
    SIGNIFICANCE.write(tmp_path, [*differences(), *back])
    first, second = read_pairs(tmp_path)
    assert (first.first.shown, first.second.shown) == ("real", "+pggan")
    assert [difference.metric for difference in second.differences] == [
        "accuracy", "sensitivity", "specificity", "auroc"
    ]  # fmt: skip
    assert first.planned == first.differences[0] and second.planned is None


def test_models_have_their_display_names_in_setups(tmp_path):
    CLASSIFICATION.write(tmp_path, RESULTS)
    assert [result.title for result in read_results(tmp_path, {"pggan": "PGGAN"})] == ["real", "+PGGAN"]
