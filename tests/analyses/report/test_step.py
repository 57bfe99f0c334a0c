import csv
import dataclasses
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fabricated.finished_run import report_context
from PIL import Image

from kgan import recipe as recipes
from kgan.analyses.report import step as report
from kgan.analyses.report.page import PHANTOM
from kgan.pipeline.records import manifest

RECIPE = Path(__file__).parents[3] / "recipes" / "two_step.yaml"


class Balanced(HTMLParser):
    """Fails on tags that are not closed in order; collects sources and links."""

    EMPTY = frozenset({"meta", "img", "br", "link"})

    def __init__(self):
        super().__init__()
        self.open, self.sources, self.links, self.ids = [], [], [], []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.sources += [given[key] for key in ("src", "srcset") if key in given]
        self.links += [given["href"]] if "href" in given else []
        self.ids += [given["id"]] if "id" in given else []
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def parsed(page):
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []
    return parser


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The context of the demo's report."""
    return report_context(recipes.load(RECIPE, profile="demo"), tmp_path_factory.mktemp("demo") / "run")


@pytest.fixture
def plain_curves(monkeypatch):
    """Let learning curves be one grey pixel each: the demo and the zoo of GANs below draw theirs."""

    def pixel(*drawn):
        drawn[-1].parent.mkdir(exist_ok=True)
        Image.new("L", (1, 1)).save(drawn[-1])

    monkeypatch.setattr("kgan.analyses.report.sections.learning_curves.draw_losses", pixel)


@pytest.fixture(scope="module")
def reported(demo):
    """The facts of the demo's report, which lies in ``demo.out``."""
    return report.run(demo)


def test_the_demo_reports_whole(demo, reported):
    page = (demo.out / "report.html").read_text()
    parsed_page = parsed(page)
    assert all(source.startswith("data:image/png;base64,") for source in parsed_page.sources)
    assert len(parsed_page.sources) >= 9
    anchors = [link[1:] for link in parsed_page.links if link.startswith("#")]
    assert set(anchors) <= set(parsed_page.ids) and len(anchors) >= 12
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page), "the page needs the network"
    assert PHANTOM in page
    assert "patient-&lt;9&gt;" in page
    assert "154 / 44 / 22" in page and "256 × 256" in page
    assert "variant “pretrained”" in page
    assert "kgan run recipe.yaml" in page
    for target, source in reported["publish"].items():
        assert (demo.out / source).is_file(), target
    published = {link for link in parsed_page.links if not link.startswith("#")}
    assert {"results/classification.csv", "models/pggan-tumor/1", "results/cost.csv"} <= published


@pytest.mark.usefixtures("reported")
def test_tables_stand_beside_the_page(demo):
    with (demo.out / "cost.csv").open() as file:
        costs = {row["step"]: row for row in csv.DictReader(file)}
    assert costs["train-pggan-tumor"]["images_per_second"] == "896"
    with (demo.out / "scale.csv").open() as file:
        scale = {row["parameter"]: row for row in csv.DictReader(file)}
    assert scale["PGGAN: largest pool, images"]["paper"] == "200,000"


@pytest.mark.usefixtures("reported")
def test_the_same_run_gives_the_same_page(demo):
    first = (demo.out / "report.html").read_bytes()
    report.run(demo)
    assert (demo.out / "report.html").read_bytes() == first


@pytest.mark.usefixtures("plain_curves")
def test_a_recipe_of_classic_augmentation_alone(fabricated):
    whole = recipes.load(RECIPE, profile="demo")
    kept = {name: whole.setups[name] for name in ("1 real", "2 +classic")}
    compare = whole.compare.model_copy(update={"involving": "all", "planned": None})
    parts = {
        "gans": {},
        "curations": {},
        "refiners": {},
        "tsne": None,
        "turing": None,
        "setups": kept,
        "compare": compare,
        "name": "classic_only",
    }
    context = fabricated(whole.model_copy(update=parts))
    facts = report.run(context)
    page = (context.out / "report.html").read_text()
    parsed(page)
    assert "Generated images" not in page
    assert "“2 +classic” against “1 real”" in page
    assert not any("samples" in path for path in facts["publish"])
    assert "PGGAN: largest pool, images" in page, "what the paper has and this run has not"


@pytest.mark.usefixtures("plain_curves")
def test_without_comparison_there_is_still_a_page(fabricated):
    whole = recipes.load(RECIPE, profile="demo")
    unchosen = {name: of.model_copy(update={"choose": None}) for name, of in whole.refiners.items()}
    curation = whole.curations["pggan_curated"].model_copy(update={"rule": "none"})
    parts = {"classifier": None, "setups": {}, "refiners": unchosen, "curations": {"pggan_curated": curation}}
    context = fabricated(whole.model_copy(update=parts))
    report.run(context)
    page = (context.out / "report.html").read_text()
    parsed(page)
    assert "Generated images" in page
    assert 'id="classification"' not in page


def test_a_zoo_of_gans_reports_measures_and_ways_between_latents(fabricated):
    context = fabricated(recipes.load(RECIPE.parent / "mri_generation.yaml", profile="demo"), size=32)
    facts = report.run(context)
    page = (context.out / "report.html").read_text()
    parsed_page = parsed(page)
    assert {"measures", "interpolation", "samples", "training"} <= set(parsed_page.ids)
    assert not {"classification", "comparisons", "refinement", "turing"} & set(parsed_page.ids)
    assert "DCGAN with DRAGAN" in page and "paper 0.718" in page and "paper 86.1" in page
    assert "nearest to the training images" in page
    assert page.count("A note of dcgan.") == 1
    assert "and DCGAN with DRAGAN: A note of dcgan.</li>" in page
    assert page.count("<table") >= 4 and "<tbody>\n</tbody>" not in page
    figures = {path.rpartition("/")[2] for path in facts["publish"] if path.startswith("figures/")}
    assert "samples-dcgan_original-to-dcgan_dragan.png" in figures
    assert "curves-dragan.png" in figures
    assert sum("curves" in name for name in figures) == 5


@pytest.mark.usefixtures("plain_curves")
def test_gans_that_saw_the_same_sequence_stand_together(fabricated):
    context = fabricated(recipes.load(RECIPE.parent / "multi_sequence.yaml", profile="demo"), size=32)
    facts = report.run(context)
    page = (context.out / "report.html").read_text()
    parsed_page = parsed(page)
    assert {"measures", "turing", "samples"} <= set(parsed_page.ids)
    assert "DCGAN T1c, WGAN T1c below real images" in page
    samples = [path for path in facts["publish"] if path.startswith("figures/samples")]
    assert len(samples) == 6
    assert "26\N{NO-BREAK SPACE}:\N{NO-BREAK SPACE}24" in page


def copied(context, root):
    """Return the context of the report on a copy of its run."""
    before = context.out.parents[1]
    shutil.copytree(before, root, ignore=shutil.ignore_patterns("report"))
    inputs = {name: root / folder.relative_to(before) for name, folder in context.inputs.items()}
    out = root / context.out.relative_to(before)
    out.mkdir()
    return dataclasses.replace(context, inputs=inputs, out=out)


@pytest.mark.usefixtures("plain_curves")
def test_whatever_analysis_is_missing_the_report_is_made_and_says_why(demo, tmp_path):
    """Left out, or failed so that there is no folder: neither harms the page."""
    demo = copied(demo, tmp_path / "run")
    analyses = [name for name in ("tsne", "measure", "turing", "export") if name in demo.inputs]
    for name in analyses:
        record = manifest.read(demo.inputs[name])
        shutil.rmtree(demo.inputs[name])
        demo.inputs[name].mkdir()
        manifest.write(demo.inputs[name], {**record, "facts": {"left_out": f"no {name}"}, "publish": {}})
    inputs = {name: folder for name, folder in demo.inputs.items() if name != "privacy"}
    facts = report.run(dataclasses.replace(demo, inputs=inputs, missing={"privacy": "out of memory"}))
    page = (demo.out / "report.html").read_text()
    parsed(page)
    assert "tsne: t-SNE left out: no tsne." in page
    assert "privacy: Membership inference left out: out of memory." in page
    assert "train-simgan-tumor: 10 real images instead of 200." in page
    assert facts["steps"] == len(inputs) - len(analyses) and 'id="tsne"' not in page
