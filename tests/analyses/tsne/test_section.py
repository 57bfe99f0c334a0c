import pytest

from kgan.analyses.tsne.section import sections
from kgan.analyses.tsne.settings import MappedSource, TsneSettings
from kgan.pipeline.records.run_folder import FinishedStep, Steps


def run(folder, together):
    sources = (
        MappedSource(name="classic", title="classic DA", kind="classic", step="prepare"),
        MappedSource(name="pggan", title="PGGAN", kind="pool", step="generate-pggan"),
    )
    settings = TsneSettings(
        seed=5, sources=sources, classic=None, classes=("tumor",), images=30, image_size=(8, 8),
        perplexity=15, iterations=250, together=together,
    )  # fmt: skip
    return Steps([FinishedStep("tsne", folder, settings)])


@pytest.mark.parametrize(
    ("together", "captions"),
    [
        (
            False,
            {"tsne-classic": "classic DA beside real images.", "tsne-pggan": "PGGAN beside real images."},
        ),
        (True, {"tsne": "classic DA and PGGAN beside real images."}),
    ],
)
def test_each_figure_says_which_sets_it_shows(tmp_path, together, captions):
    for name in captions:
        (tmp_path / f"{name}.png").write_bytes(b"")
    (section,) = sections(run(tmp_path, together), {})
    assert section.anchor == "tsne"
    assert {figure.path.stem: figure.caption for figure in section.figures} == captions


def test_without_a_map_there_is_no_section(tmp_path):
    assert list(sections(Steps(), {})) == []
    assert list(sections(run(tmp_path, False), {})) == []
