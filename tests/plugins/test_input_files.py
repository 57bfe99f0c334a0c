"""Files that configurations name, whatever their fields are called, enter a step's identity."""

import shutil

import pytest

from kgan.pipeline.state.changes import changes
from kgan.pipeline.state.identity import identities
from kgan.pipeline.step import Step
from kgan.schema.base import Plugin
from kgan.schema.training import GanTrain
from kgan.steps.settings.shared import ViewSettings
from kgan.steps.settings.training import TrainGanSettings


def made_of(gan, loss):
    settings = TrainGanSettings(
        seed=1,
        gan=Plugin(plugin="picky", parameters=gan),
        loss=Plugin(plugin="easy", parameters=loss),
        view=ViewSettings(),
        canvas=(16, 16),
        crop=0,
        class_name="tumor",
        label=1,
        classes=("non_tumor", "tumor"),
        train=GanTrain(batch_size=2, steps=1),
    )
    return identities([Step("train-picky", settings)])["train-picky"]


@pytest.mark.parametrize(
    ("plugin", "field"), [("gan", "pretrained_path"), ("loss", "weights_file")], ids=["gan", "loss"]
)
def test_a_file_counts_by_its_content(third_party, tmp_path, plugin, field):
    third_party("picky")

    def with_file(path):
        return made_of(**{"gan": {}, "loss": {}, plugin: {field: str(path)}})

    file, copy = tmp_path / "start.h5", tmp_path / "copy.h5"
    file.write_bytes(b"one")
    copy.write_bytes(b"one")
    before = with_file(file)
    assert with_file(copy)["id"] == before["id"]
    file.write_bytes(b"two")
    after = with_file(file)
    assert after["id"] != before["id"]
    assert field in changes(before, after)


def test_a_file_in_place_of_none_is_another_step(third_party, tmp_path):
    third_party("picky")
    (tmp_path / "start.h5").write_bytes(b"one")
    with_file = made_of({"pretrained_path": str(tmp_path / "start.h5")}, {})
    assert with_file["id"] != made_of({}, {})["id"]


def test_a_folder_counts_by_the_names_and_contents_of_its_files(third_party, tmp_path):
    third_party("picky")
    (tmp_path / "atlas" / "deep").mkdir(parents=True)
    (tmp_path / "atlas" / "deep" / "a.nii").write_bytes(b"one")
    shutil.copytree(tmp_path / "atlas", tmp_path / "elsewhere")
    before = made_of({"atlas": str(tmp_path / "atlas")}, {})
    assert made_of({"atlas": str(tmp_path / "elsewhere")}, {})["id"] == before["id"]
    (tmp_path / "atlas" / "deep" / "a.nii").write_bytes(b"two")
    after = made_of({"atlas": str(tmp_path / "atlas")}, {})
    assert after["id"] != before["id"]
    assert "atlas" in changes(before, after)
