import pytest
from fabricated.finished_steps import classified, generated, prepared, trained_gan

from kgan.analyses.report.sections.run_costs import (
    cost_section,
    files_section,
    reproduction_section,
    step_costs,
    versions_section,
)
from kgan.pipeline.records.run_folder import Steps

COUNTS = {"counts": {"train": {"a": 30}}}
SHOWN = {"images": 5, "images_seen": 800}
ONE, TWO = {"kgan": "1"}, {"kgan": "2"}
STEPS = Steps(
    [
        prepared(facts=COUNTS, seconds=10.0, memory=300, versions=ONE),
        trained_gan("x", facts=SHOWN, seconds=80.0, memory=2048, versions=ONE),
        generated("x", facts={"images": 50}, versions=TWO, published=("models/x/1",)),
        classified("a", seconds=1.0, memory=10, published=("results/b.csv",)),
    ]
)


def test_cost_by_step():
    assert [tuple(row.model_dump().values()) for row in step_costs(STEPS)] == [
        ("prepare", 10.0, 3.0, 300),
        ("train-x", 80.0, 10.0, 2048),
        ("generate-x", 0.0, None, 0),
        ("classify-a", 1.0, None, 10),
    ]
    (table,) = cost_section(STEPS).tables
    assert table.rows[-1] == ["all steps", "1 min 31 s", "", "2.0 GiB"]


def test_mixed_versions_are_pointed_out():
    section = versions_section(STEPS)
    assert section.tables[0].rows == [["kgan", "1, 2"]]
    assert section.paragraphs
    assert not versions_section(Steps(STEPS[:2])).paragraphs


@pytest.mark.parametrize(
    ("field", "label", "usual", "other"),
    [
        ("devices", "Devices", "2 of 2 GPUs", "one of 2 GPUs"),
        ("precision", "Precision", "float32", "bfloat16 (auto: native on this machine)"),
    ],
)
def test_devices_and_precision_are_named_once_or_by_training(field, label, usual, other):
    def trained(*values):
        steps = [trained_gan(str(number), facts={field: value}) for number, value in enumerate(values)]
        return versions_section(Steps(steps)).tables[0].rows

    assert trained(usual, usual) == [[f"{label} of all training steps", usual]]
    assert trained(usual, other, usual) == [
        [f"{label} of train-0 and train-2", usual],
        [f"{label} of train-1", other],
    ]


@pytest.mark.parametrize(
    ("field", "label", "values"),
    [("processor", "Processor", ("EPYC", "Xeon")), ("threads", "Threads", (1, 4))],
)
def test_processors_and_threads_are_named_once_or_by_step(field, label, values):
    def run(*places):
        steps = [generated(str(number), **{field: place}) for number, place in enumerate(places)]
        section = versions_section(Steps(steps))
        return section.tables[0].rows, len(section.paragraphs)

    first, other = values
    assert run(first, first) == ([[f"{label} of all steps", str(first)]], 0)
    assert run(first, other, first) == (
        [
            [f"{label} of generate-0 and generate-2", str(first)],
            [f"{label} of generate-1", str(other)],
        ],
        1,
    )


def test_old_manifests_say_nothing_of_processors_and_threads():
    assert versions_section(Steps([generated("x", versions=ONE)])).tables[0].rows == [["kgan", "1"]]


def test_the_recipe_below_the_command_is_whole():
    recipe = {"name": "two_step", "profile": "paper", "seed": 3, "data": {"path": "/my data"}}
    section = reproduction_section(recipe, STEPS)
    code = dict(section.code)
    assert code["Command"] == "kgan run recipe.yaml"
    assert "profile" not in code["recipe.yaml"] and "path: /my data" in code["recipe.yaml"]
    assert "seed, 3" in section.paragraphs[0]


@pytest.mark.parametrize(
    ("threads", "options"), [((1, 1), ""), ((2, 2), " --set compute.threads=2"), ((1, 2), ""), ((0, 0), "")]
)
def test_the_command_repeats_the_threads_of_all_steps(threads, options):
    steps = Steps(generated("x", threads=number) for number in threads)
    assert dict(reproduction_section({}, steps).code)["Command"] == f"kgan run recipe.yaml{options}"


def test_files_are_linked_once():
    assert files_section(STEPS, ["results/b.csv", "a.png"]).links == ["a.png", "models/x/1", "results/b.csv"]
