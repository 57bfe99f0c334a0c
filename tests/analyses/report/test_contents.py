from fabricated.finished_steps import report_settings

from kgan.analyses.report.contents import Contents
from kgan.pipeline.records.run_folder import Steps


def test_files_are_the_tables_and_what_was_drawn_so_far(tmp_path):
    tables = {"results/cost.csv": "cost.csv"}
    contents = Contents(report_settings(), Steps(), tmp_path, tables=tables)
    assert contents.files() == tables
    contents.figures.mkdir()
    for name in ("curves.png", "curves.csv"):
        (contents.figures / name).write_text("")
    assert contents.files() == {
        **tables,
        "results/curves.csv": "figures/curves.csv",
        "figures/curves.png": "figures/curves.png",
    }


def test_recipes_are_typed(tmp_path):
    settings = report_settings(recipe={"seed": 3, "unknown": 1}, paper={"seed": 4})
    contents = Contents(settings, Steps(), tmp_path)
    assert (contents.recipe.seed, contents.paper.seed) == (3, 4)
    assert Contents(report_settings(), Steps(), tmp_path).paper is None
