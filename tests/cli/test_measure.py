import csv

import numpy as np
import pytest
from PIL import Image

from kgan.cli import main
from kgan.data.store.store import StoreWriter


def run(arguments, capsys):
    with pytest.raises(SystemExit) as status:
        main(["measure", *map(str, arguments)])
    return status.value.code, capsys.readouterr()


def pictures(folder, count, seed, patients=0, size=12):
    draw = np.random.default_rng(seed)
    for number in range(count):
        place = folder / f"patient{number % patients}" if patients else folder
        place.mkdir(parents=True, exist_ok=True)
        pixels = draw.integers(0, 256, (size // 4, size // 4)).astype(np.uint8).repeat(4, 0).repeat(4, 1)
        Image.fromarray(pixels).save(place / f"{number}.png")
    return folder


def test_two_folders(tmp_path, capsys):
    real, made = pictures(tmp_path / "real", 60, 0, patients=12), pictures(tmp_path / "made", 40, 1)
    out = tmp_path / "table.csv"
    status, output = run([real, made, "--features", "pixels", "--image-size", "4x4", "--out", out], capsys)
    assert status == 0, output.err
    for words in (
        "features: pixels at 4x4; images of 4x4 px; 5 neighbours",
        "real images: 40, of 12 patients",
        "40 of 60 real and of 40 synthetic images",
    ):
        assert words in output.out, words
    with out.open() as file:
        rows = {row["measure"]: row for row in csv.DictReader(file)}
    assert len(rows) == 8 and rows["kid"]["patients"] == "12"
    assert float(rows["kid"]["low"]) < float(rows["kid"]["value"]) < float(rows["kid"]["high"])
    assert rows["fid"]["value"] and float(rows["kid"]["baseline"]) == 0
    precision = {name: float(rows["precision"][name]) for name in ("baseline", "matched", "difference")}
    assert precision["difference"] == pytest.approx(precision["matched"] - precision["baseline"], abs=1e-4)


def test_a_store_and_a_folder_of_another_size(tmp_path, capsys):
    made = pictures(tmp_path / "made", 30, 1)
    array = np.random.default_rng(0).integers(0, 256, (30, 16, 16, 1)).astype(np.uint8)
    with StoreWriter(tmp_path / "real.h5", image_shape=(16, 16, 1), classes=(), provenance={}) as store:
        store.append(array, [-1] * 30, [f"p{n // 3}" for n in range(30)], [-1] * 30)
    status, output = run([tmp_path / "real.h5", made], capsys)
    assert status == 0, output.err
    assert "real and synthetic images are 16x16 and 12x12 px; both were brought to 12x12" in output.out
    assert "no bare FID: expected more than 992 images" in output.out
    assert "random convolutions, seed 0" in output.out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--neighbours", "40"], "40 neighbours among 40 real and 40 synthetic images"),
        (["--features", "pixel"], "did you mean 'pixels'?"),
        (["--image-size", "big"], "expected height x width"),
        (["--neighbours", "0"], "expected 1 or more"),
    ],
    ids=["neighbours", "features", "size", "none"],
)
def test_mistakes_are_one_line(tmp_path, capsys, options, says):
    real, made = pictures(tmp_path / "real", 40, 0), pictures(tmp_path / "made", 40, 1)
    status, output = run([real, made, *options], capsys)
    assert status == 2
    assert says in output.err.splitlines()[-1] and "Traceback" not in output.err


def test_real_images_that_are_all_the_same(tmp_path, capsys):
    made = pictures(tmp_path / "made", 20, 1)
    real = tmp_path / "real"
    real.mkdir()
    for number in range(20):
        Image.new("L", (12, 12), 90).save(real / f"{number}.png")
    status, output = run([real, made], capsys)
    assert status == 2 and "all 20 images of the real set are the same" in output.err
    status, output = run([real, tmp_path / "none"], capsys)
    assert status == 2 and "nothing here" in output.err
