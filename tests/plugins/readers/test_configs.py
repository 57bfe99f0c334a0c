import subprocess
import sys

import pytest
from pydantic import ValidationError

from kgan.contracts.config import from_json
from kgan.files.inputs import input_paths
from kgan_plugins.readers.configs import BratsConfig, FolderConfig, OasisConfig, PhantomConfig

CONFIGS = (
    BratsConfig(path="/scans", grade="LGG"),
    FolderConfig(path="/images", classes=("a", "b")),
    OasisConfig(path="/scans", tree="raw", repeat=3),
    PhantomConfig(patients=7, tumor_diameter=(10, 20)),
)


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: type(config).__name__)
def test_configurations_survive_json(config):
    assert from_json(config.to_json()) == config


def test_what_each_reader_gives():
    brats, folder, oasis, phantom = CONFIGS
    assert [config.synthetic for config in CONFIGS] == [False, False, False, True]
    assert [config.masks for config in CONFIGS] == [True, False, False, True]
    assert folder.class_names == ("a", "b") and oasis.class_names == ("nondemented", "demented")
    assert brats.sequences == phantom.sequences == ("t1", "t1c", "t2", "flair")


@pytest.mark.parametrize(
    ("config", "keys"),
    [
        (BratsConfig(path="x", grade="HGG"), ["persons", "window"]),
        (BratsConfig(path="x"), ["persons", "window", "grade"]),
        (OasisConfig(path="x"), ["tree", "window"]),
        (OasisConfig(path="x", tree="png"), ["split"]),
        (PhantomConfig(), ["phantoms"]),
    ],
)
def test_departures_from_the_papers_follow_the_parameters(config, keys):
    assert list(config.deviations()) == keys


@pytest.mark.parametrize(
    ("config", "given", "message"),
    [
        (BratsConfig, {}, "path"),
        (BratsConfig, {"path": "x", "grade": "III"}, "'HGG', 'LGG' or 'all'"),
        (OasisConfig, {"path": "x", "repeat": 0}, "repeat"),
        (OasisConfig, {"path": "x", "tree": "t89"}, "tree"),
        (FolderConfig, {"path": "x", "classes": 2}, "classes"),
    ],
)
def test_values_out_of_range_are_refused(config, given, message):
    with pytest.raises(ValidationError, match=message):
        config(**given)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"patients": 0}, "patients"),
        ({"tumor_diameter": (50.0, 20.0)}, "tumor_diameter .50, 20.; expected .least, most. in mm"),
        ({"faint": 2.0}, "faint"),
    ],
)
def test_impossible_cohorts_are_refused(given, says):
    with pytest.raises(ValidationError, match=says):
        PhantomConfig(**given)


def test_the_clinical_table_is_an_input_file_whose_content_counts():
    config = OasisConfig(path="/scans", clinical="/table.csv")
    assert [(place, path) for place, path, _ in input_paths(config)] == [
        (("path",), "/scans"),
        (("clinical",), "/table.csv"),
    ]


def test_no_library_that_reads_files_is_imported():
    code = (
        "import sys, kgan_plugins.readers.configs; "
        "print([m for m in ('tensorflow', 'keras', 'nibabel', 'PIL', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
