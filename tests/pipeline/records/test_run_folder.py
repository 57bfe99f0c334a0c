import pytest

from kgan.errors import RunError
from kgan.files.columns import Count, Row, Text
from kgan.pipeline.records.run_folder import read_steps, read_table
from kgan.pipeline.settings import type_name
from kgan.steps.settings.export import ExportSettings
from kgan.steps.settings.pools import GenerateSettings, RefineSettings


def test_manifests_are_read_in_order(tmp_path):
    settings = {
        "generate-a": GenerateSettings(seed=1, models=(), classes=("x",)),
        "refine-a": RefineSettings(seed=2, source="generate-a", models=(), classes=("x",)),
    }
    facts = {"facts": {"images": 3}, "seconds": 2, "publish": {"a.png": "b.png"}}
    manifests = {
        name: {"settings": values.to_json(), "settings_type": type_name(values), **facts}
        for name, values in settings.items()
    }
    manifests["refine-a"] |= {"processor": "EPYC", "threads": 2}
    steps = read_steps({name: tmp_path / name for name in ("refine-a", "generate-a", "lost")}, manifests)
    assert [step.name for step in steps] == ["refine-a", "generate-a"]
    assert [step.settings for step in steps] == [settings["refine-a"], settings["generate-a"]]
    (refined,) = steps.of(RefineSettings)
    assert (refined.facts, refined.seconds, refined.published) == ({"images": 3}, 2.0, ("a.png",))
    assert [(step.processor, step.threads) for step in steps] == [("EPYC", 2), ("", 0)]
    assert steps.first_of(ExportSettings) is None


@pytest.mark.parametrize(
    "record",
    [
        {"settings_type": "kgan.steps.settings.pools:GoneSettings", "settings": {"seed": 1}},
        {"settings_type": "kgan.gone:Settings", "settings": {"seed": 1}},
        {"settings_type": "kgan.steps.settings.pools:GenerateSettings", "settings": {"seed": 1, "more": 2}},
    ],
    ids=["class", "module", "field"],
)
def test_settings_of_another_version_are_refused(record, tmp_path):
    with pytest.raises(RunError, match="expected those of this version of kgan. Run the recipe again"):
        read_steps({"a": tmp_path}, {"a": record})


def test_a_missing_table_has_no_rows(tmp_path):
    class Pair(Row):
        a: Count
        b: Text

    assert read_table(tmp_path / "none.csv", Pair) == []
    (tmp_path / "a.csv").write_text("a,b\n1,\n")
    assert read_table(tmp_path / "a.csv", Pair) == [Pair(a="1", b="")]
