import numpy as np
import pytest
from fabricated.finished_steps import generated, prepared, trained_gan
from PIL import Image

from kgan.analyses.report.sections.samples import draw_samples, first_images, samples_section
from kgan.data.store.store import StoreWriter
from kgan.pipeline.records.run_folder import Steps
from kgan.schema.data import ViewSettings


@pytest.fixture
def steps(tmp_path):
    """Return ``make(pools, labels)``: pools are name -> settings of the training's view."""

    def store(folder, shape, labels, provenance):
        images = np.random.default_rng(len(str(folder))).integers(0, 256, (len(labels), *shape), np.uint8)
        n = len(labels)
        name = "train.h5" if provenance else "pool.h5"
        with StoreWriter(
            folder / name, image_shape=shape, classes=("a", "b"), provenance=provenance
        ) as writer:
            writer.append(images, labels, ["p"] * n, [0] * n)

    def make(pools, labels):
        prepare = tmp_path / "prepare"
        prepare.mkdir()
        store(prepare, (8, 8, 2), [0, 1] * 6, {"sequences": ["t1", "t2"]})
        finished = [prepared(prepare)]
        for name, (view, canvas) in pools.items():
            finished.append(trained_gan(name, view=view, canvas=canvas))
            folder = tmp_path / f"generate-{name}"
            folder.mkdir()
            store(folder, (*canvas, len(view.sequences or (1, 2))), labels, {})
            finished.append(generated(name, folder))
        return Steps(finished)

    return make


def height(path):
    with Image.open(path) as image:
        return image.height


def seen(*sequences):
    return ViewSettings(sequences=sequences or None)


def test_pools_of_the_same_images_share_a_figure(steps, tmp_path):
    pools = {"a": (seen("t1"), [8, 8]), "b": (seen("t2"), [8, 8]), "c": (seen("t1"), [8, 8])}
    figures = draw_samples(steps(pools, [-1] * 9), tmp_path / "figures", 1, {"c": "See"})
    drawn = [tmp_path / "figures" / f"samples-{name}.png" for name in ("a-to-c", "b")]
    assert figures[0].alt == "Rows of images: real images, a, See"
    assert figures[0].caption == "a, See below real images of the same kind."
    tall, low = (height(path) for path in drawn)
    assert tall > 1.4 * low


def test_classes_have_rows_of_their_own(steps, tmp_path):
    figures = draw_samples(steps({"a": (seen(), [12, 12])}, [0, 1] * 5), tmp_path / "figures", 1, {})
    assert figures[0].alt == "Rows of images: real a, a a, real b, a b"


def test_many_pools_are_shared_among_figures(steps, tmp_path):
    pools = {f"gan{number}": (seen("t1"), [8, 8]) for number in range(7)}
    draw_samples(steps(pools, [-1] * 8), tmp_path / "figures", 1, {})
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == [
        "samples-gan0-to-gan4.png",
        "samples-gan5-to-gan6.png",
    ]


def test_the_first_screen_has_one_image_of_each_kind_of_the_last_class(steps):
    run = steps({"a": (seen("t1"), [8, 8]), "b": (seen("t1"), [12, 12])}, [0, 1] * 3)
    (figure,) = first_images(run, 1, {"b": "B"})
    assert [card[0].label for card in figure.groups[0].cards] == ["real", "a", "B"]
    assert figure.caption.startswith("One b image of each kind")


def test_without_data_there_is_nothing_to_draw(tmp_path):
    assert not list(samples_section(Steps(), tmp_path, 1, {})) and not list(first_images(Steps(), 1, {}))
