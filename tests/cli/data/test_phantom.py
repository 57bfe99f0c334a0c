import pytest

from kgan.data.phantom import files as phantom_files
from kgan.errors import DataError


@pytest.fixture
def written(monkeypatch):
    """Note what would be written; patient 2 is there already."""
    calls = []

    def write(folder, number, character, layout):
        calls.append((folder.name, number, character, layout))
        return number != 2

    monkeypatch.setattr(phantom_files, "write_patient", write)
    return calls


def test_writes_every_patient_and_says_where(kgan, written, tmp_path):
    status, output, _ = kgan(
        "data", "phantom", tmp_path / "cohort", "--patients", 3, "--seed", 7, "--layout", "brats2023",
        "--tumor-diameter", 10, 40, "--faint", 0.5,
    )  # fmt: skip
    assert status == 0
    assert output == f"2 phantom patients written; 1 already existed: {tmp_path / 'cohort'}\n"
    assert [call[:2] for call in written] == [("cohort", number) for number in (1, 2, 3)]
    character = written[0][2]
    assert (character.seed, character.tumor_diameter, character.faint) == (7, (10.0, 40.0), 0.5)
    assert {call[3] for call in written} == {"brats2023"}


def test_defaults_are_the_readers(kgan, written, tmp_path):
    from kgan_plugins.readers.configs import PhantomConfig

    kgan("data", "phantom", tmp_path)
    assert len(written) == len(PhantomConfig().build().patients())
    assert written[0][2].digest() == PhantomConfig().build().fingerprint()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--patients", 0], "0 phantom patients requested; expected 1 to 9999"),
        (["--tumor-diameter", 60, 8], "tumor_diameter"),
        (["--faint", 3], "faint 3: expected a fraction"),
        (["--layout", "nifti"], "brats2020"),
    ],
)
def test_bad_figures_are_one_line_and_write_nothing(kgan, written, tmp_path, arguments, says):
    status, _, error = kgan("data", "phantom", tmp_path, *arguments)
    assert status == 2 and says in error and "Traceback" not in error
    assert not written


def test_what_cannot_be_written_is_one_line(kgan, monkeypatch, tmp_path):
    def refuse(*_):
        raise DataError("phantom-0001 is somebody else")

    monkeypatch.setattr(phantom_files, "write_patient", refuse)
    status, _, error = kgan("data", "phantom", tmp_path, "--patients", 1)
    assert (status, error) == (2, "kgan: error: phantom-0001 is somebody else\n")


def test_help_has_examples(kgan):
    status, output, _ = kgan("data", "phantom", "--help")
    assert status == 0 and "--patients 220 --seed 7" in output
