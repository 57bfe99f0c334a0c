from fabricated.finished_steps import report_settings

from kgan.pipeline.settings import settings_of, type_name


def test_settings_survive_their_json_form():
    settings = report_settings(recipe={"seed": 3}, steps={"prepare": "Data"}, deviations=("By hand.",))
    assert settings_of(type_name(settings), settings.to_json()) == settings


def test_paths_of_the_recipe_are_those_of_the_run_and_of_the_paper():
    recipe, paper = {"data": {"path": "/a"}}, {"data": {"path": "/b"}}
    places = (("recipe", "data", "path"), ("paper", "data", "path"))
    settings = report_settings(recipe=recipe, paper=paper, paths=places)
    assert [path for _, path, _ in settings.input_paths()] == ["/a", "/b"]
