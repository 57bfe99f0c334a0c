import pytest
from fabricated.small_run import small_run


@pytest.fixture
def run(tmp_path):
    return small_run(tmp_path / "run")


def test_pages_and_keys_of_a_run(kgan, run):
    status, out, err = kgan("turing", "build", run, "--images", 4, "--repeats", 2)
    assert (status, err) == (0, "")
    assert (
        f"{run}/turing/pggan.html: 16 images and 2 repeated ones; real images of 7 patients (test)\n" in out
    )
    assert sorted(path.name for path in (run / "turing").iterdir()) == ["keys", "pggan.html", "simgan.html"]
    assert sorted(path.name for path in (run / "turing" / "keys").iterdir()) == ["pggan.json", "simgan.json"]


def test_the_same_command_again_changes_nothing_and_another_draw_is_refused(kgan, run, tmp_path):
    command = ("turing", "build", run, "--gan", "pggan", "--images", 4, "--repeats", 0)
    assert kgan(*command)[0] == 0
    before = (run / "turing/pggan.html").read_bytes()
    assert kgan(*command)[0] == 0
    assert (run / "turing/pggan.html").read_bytes() == before
    status, _, err = kgan(*command, "--seed", 6)
    assert status == 2
    assert "the key of another test, which raters may have started; give --out" in err
    assert (run / "turing/pggan.html").read_bytes() == before
    assert kgan(*command, "--seed", 6, "--out", tmp_path / "other")[0] == 0
    assert (tmp_path / "other/pggan.html").read_bytes() != before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--gan", "pgan"), "no pool of 'pgan'; did you mean 'pggan'?"),
        (("--images", "500"), "too few synthetic images of class non_tumor: 60, expected 180"),
    ],
    ids=["gan", "images"],
)
def test_what_cannot_be_built_is_one_line(kgan, run, arguments, says):
    status, _, err = kgan("turing", "build", run, *arguments)
    assert status == 2
    assert says in err and err.count("\n") == 1
    assert not (run / "turing").exists()
