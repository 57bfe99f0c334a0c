from pathlib import Path

from fabricated.steps import finished

from kgan.pipeline.run_folder import Steps
from kgan.report.sections.run_costs import (
    cost_rows,
    cost_section,
    files_section,
    reproduction_section,
    versions_section,
)

STEPS = Steps(
    [
        finished(
            "prepare",
            "prepare",
            facts={"counts": {"train": {"a": 30}}},
            seconds=10.0,
            memory=300,
            versions={"kgan": "1"},
        ),
        finished(
            "train",
            "train_gan",
            facts={"images": 5, "images_seen": 800},
            seconds=80.0,
            memory=2048,
            versions={"kgan": "1"},
        ),
        finished("pool", "generate", facts={"images": 50}, versions={"kgan": "2"}, published=("models/x/1",)),
        finished("compare", "compare", seconds=1.0, memory=10, published=("results/b.csv",)),
    ]
)


def test_cost_by_step():
    assert cost_rows(STEPS) == [
        ("prepare", 10.0, 3.0, 300),
        ("train", 80.0, 10.0, 2048),
        ("pool", 0.0, None, 0),
        ("compare", 1.0, None, 10),
    ]
    (table,) = cost_section(STEPS).tables
    assert table.rows[-1] == ["all steps", "1 min 31 s", "", "2.0 GiB"]


def test_mixed_versions_are_pointed_out():
    section = versions_section(STEPS)
    assert section.tables[0].rows == [["kgan", "1, 2"]]
    assert section.paragraphs
    assert not versions_section(Steps(STEPS[:2])).paragraphs


def test_devices_are_named_once_or_by_training():
    def trained(*places):
        steps = [
            finished(f"train-{number}", "train_gan", Path(), {}, {"devices": place})
            for number, place in enumerate(places)
        ]
        return versions_section(Steps(steps)).tables[0].rows

    assert trained("2 of 2 GPUs", "2 of 2 GPUs") == [["Devices of all training steps", "2 of 2 GPUs"]]
    assert trained("2 of 2 GPUs", "one of 2 GPUs", "2 of 2 GPUs") == [
        ["Devices of train-0 and train-2", "2 of 2 GPUs"],
        ["Devices of train-1", "one of 2 GPUs"],
    ]


def test_the_recipe_below_the_command_is_whole():
    section = reproduction_section(
        {"name": "two_step", "profile": "paper", "seed": 3, "data": {"path": "/my data"}}
    )
    code = dict(section.code)
    assert code["Command"] == "kgan run recipe.yaml"
    assert "profile" not in code["recipe.yaml"] and "path: /my data" in code["recipe.yaml"]
    assert "seed, 3" in section.paragraphs[0]


def test_files_are_linked_once():
    assert files_section(STEPS, ["results/b.csv", "a.png"]).links == ["a.png", "models/x/1", "results/b.csv"]
