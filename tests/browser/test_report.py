"""The report as a browser shows it: whole, from a disk, wide and narrow."""

from pathlib import Path

import pytest
from browser.waiting import expect
from fabricated.finished_run import Fabricator

from kgan import recipe as recipes
from kgan.analyses.report import step as report
from kgan.pipeline.context import StepContext
from kgan.plan import plan

ROOT = Path(__file__).parents[2]

PHONE, DESK = (390, 844), (1280, 720)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The report of a fabricated run of the two-step demo."""
    root = tmp_path_factory.mktemp("run")
    fabricator = Fabricator(root)
    *before, last = plan(recipes.load(ROOT / "recipes" / "two_step.yaml", profile="demo"))
    for step in before:
        fabricator.make(step)
    out = root / "steps" / "report"
    out.mkdir(parents=True)
    inputs = {name: fabricator.inputs[name] for name in last.needs}
    report.run(StepContext("report", last.settings, inputs, out))
    return out / "report.html"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["wide", "narrow"])
def test_the_page_fits_and_everything_on_it_is_there(show, page, size):
    browser = show(page, size)
    width = browser.execute_script("return document.scrollingElement.scrollWidth")
    assert width <= size[0], "tables and figures are pushed sideways in their own boxes, not with the page"
    broken = "return [...document.images].filter(one => !one.complete || !one.naturalWidth).length"
    assert browser.execute_script("return document.images.length") > 10
    expect(browser, lambda page: page.execute_script(broken), 0)
    fetched = (
        "return performance.getEntriesByType('resource').filter(one => !one.name.startsWith('data:')).length"
    )
    assert browser.execute_script(fetched) == 0


def test_every_link_of_the_contents_leads_somewhere(show, page):
    browser = show(page, DESK)
    lost = (
        "return [...document.querySelectorAll('nav a')].filter(a => !document.querySelector(a.hash)).length"
    )
    assert browser.execute_script("return document.querySelectorAll('nav a').length") > 10
    assert browser.execute_script(lost) == 0


def test_nothing_on_a_phone_needs_to_be_pushed_sideways(show, page):
    browser = show(page, PHONE)
    wide = (
        "document.querySelectorAll('details').forEach(one => one.open = true);"
        "return [...document.querySelectorAll('.scroll, pre, figure, section, .warning, .answer')]"
        ".filter(box => box.scrollWidth > box.clientWidth + 1).map(box => box.outerHTML.slice(0, 200))"
    )
    assert browser.execute_script(wide) == []


def test_images_are_large_and_not_blurred(show, page):
    browser = show(page, DESK)
    sizes = "return [...document.querySelectorAll('main > section > .gallery img')].map(one => one.width)"
    assert min(browser.execute_script(sizes)) >= 180
    style = "return getComputedStyle(document.querySelector('.gallery img')).imageRendering"
    assert browser.execute_script(style) == "pixelated"


def test_a_link_opens_what_is_collapsed(show, page):
    browser = show(page, DESK)
    inside = "return document.querySelector('#training').closest('details').open"
    assert browser.execute_script(inside) is False
    browser.execute_script("document.querySelector('nav a[href=\"#training\"]').click()")
    expect(browser, lambda page: page.execute_script(inside), True)
