import pytest
from pydantic import ValidationError

from kgan.analyses.tsne.settings import MappedSource, Tsne, TsneSettings, figure_files


def settings(**changes):
    sources = tuple(
        MappedSource(name=name, title=name.upper(), kind="pool", step=f"generate-{name}")
        for name in ("pggan", "munit")
    )
    values = {
        "seed": 1, "sources": sources, "classic": None, "classes": ("a", "b"), "images": 1_200,
        "perplexity": 100.0, "iterations": 1_000, "image_size": (64, 64), "together": False,
    }  # fmt: skip
    return TsneSettings(**(values | changes))


def test_real_images_are_one_of_the_sets():
    words = "t-SNE of 3 sets of 1,200 images per class, perplexity 100"
    assert settings().describe() == words
    assert TsneSettings.model_validate(settings().to_json()) == settings()


def test_each_set_has_a_figure_unless_all_share_one():
    assert figure_files(settings()) == {"tsne-pggan.png": ("pggan",), "tsne-munit.png": ("munit",)}
    assert figure_files(settings(together=True)) == {"tsne.png": ("pggan", "munit")}


@pytest.mark.parametrize(
    "values", [{"images": 0}, {"perplexity": 1}, {"iterations": 249}, {"image_size": [8]}], ids=str
)
def test_values_out_of_range_are_refused_by_their_name(values):
    with pytest.raises(ValidationError) as caught:
        Tsne(**({"image_size": 64} | values))
    assert {error["loc"][0] for error in caught.value.errors()} == set(values)
