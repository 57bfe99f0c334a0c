import pytest

from kgan.cli.data.cohort_needs import needs_lines


def needs(reader, patients):
    """Return recipe -> its line."""
    lines = [line.partition(" patients for ") for line in needs_lines(reader, patients)]
    return {name.partition(":")[0]: (conclusion, name.partition(": ")[2]) for conclusion, _, name in lines}


def test_recipes_of_the_reader_alone_are_named():
    assert set(needs("brats", 100)) == {"infinite_brain", "multi_sequence", "two_step"}
    assert set(needs("oasis", 100)) == {"mri_generation"}
    assert needs("unheard_of", 100) == {}


@pytest.mark.parametrize(
    ("patients", "conclusion", "needed"),
    [
        (5, "Too few", "paper (220 needed), demo (6 needed), small (6 needed)"),
        (6, "Enough", "paper (220 needed), demo (6 or more), small (6 or more)"),
        (220, "Enough", "paper (220 or more), demo (6 or more), small (6 or more)"),
    ],
)
def test_each_profile_says_how_many_patients_it_needs(patients, conclusion, needed):
    assert needs("brats", patients)["two_step"] == (conclusion, needed)
