"""The curation page in a real browser: decided by keyboard and hand, taken back, gone on with, replayed."""

import json

import pytest
from browser.waiting import click, element, expect, expect_text, reload, text, wait
from fabricated.contrast import CONTRAST
from fabricated.curated_run import curate_again, curated_run, curation_settings, place
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions as conditions
from selenium.webdriver.support.ui import Select

from kgan.analyses.curation.decisions_file import read_decisions
from kgan.analyses.curation.tables import IMAGES
from kgan.cli import main

LAPTOP, TABLET = (1280, 720), (820, 1180)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = curated_run(tmp_path_factory.mktemp("run") / "two")
    with pytest.raises(SystemExit):
        main(["curation", "build", str(folder)])
    return folder


@pytest.fixture
def page(run, show):
    """Return ``page(reader, size)``: the browser, where the reader has begun."""

    def go(reader, size=LAPTOP):
        browser = show(run / "curation" / "pggan_good" / "decide.html", size=size)
        begin(browser, reader)
        return browser

    return go


def begin(browser, reader):
    element(browser, "#reader").send_keys(reader)
    expect(browser, lambda page: value(page, "reader"), reader)
    element(browser, "#reader").send_keys(Keys.ENTER)
    element(browser, "#name")


def resume(browser, reader):
    button = (By.XPATH, f"//button[starts-with(., '{reader}:')]")
    wait(browser).until(conditions.element_to_be_clickable(button), f"no earlier work of {reader}").click()
    element(browser, "#name")


def press(browser, *keys):
    for key in keys:
        ActionChains(browser).send_keys(key).perform()


def choose(browser, identity, value):
    Select(element(browser, f"#{identity}")).select_by_value(value)


def value(browser, identity):
    return browser.find_element(By.ID, identity).get_property("value")


def is_enabled(browser, identity):
    return browser.find_element(By.ID, identity).is_enabled()


def listed(browser):
    buttons = browser.find_elements(By.CSS_SELECTOR, "#list button")
    return [int(button.get_attribute("data-id")) for button in buttons]


def current(browser):
    return int(text(browser, "name").split()[1])


def tiles(browser):
    return browser.find_elements(By.CSS_SELECTOR, "#tiles .tile")


def saved(browser, downloads, name):
    click(browser, "#save")
    path = downloads / name
    wait(browser).until(lambda _: path.is_file() and path.stat().st_size, f"not saved: {name}")
    return path


def by_rule(run):
    return read_decisions(place(run, "curate-pggan_good") / "decisions.json")


def replayed(run, path, out):
    """Replay a file on the run's pool; return each image's fate."""
    curate_again(run, curation_settings(rule="decided", decisions=str(path)), out)
    return {row.image: (row.cluster, row.kept) for row in IMAGES.read(out)}


def test_all_is_decided_by_keyboard_with_a_reload_half_way_and_replayed(
    run, page, downloads, browser, tmp_path
):
    page("Dr A. Reader")
    order = [cluster.id for cluster in sorted(by_rule(run).clusters, key=lambda each: -each.distance)]
    expect(browser, listed, order)
    expect(browser, current, order[0])
    press(browser, *"dkdk")
    expect(browser, lambda page: text(page, "tally").startswith("4 of 8 decided"), True)

    reload(browser)
    expect_text(browser, readers="Dr A. Reader: 4 of 8 decided")
    resume(browser, "Dr A. Reader")
    expect(browser, current, order[4])
    # One image of the fifth cluster goes although the cluster stays.
    press(browser, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.SPACE)
    number = int(tiles(browser)[1].get_attribute("data-number"))
    press(browser, *"kdkd")
    click(browser, "#finish")
    expect_text(browser, outcome="All 8 clusters decided")

    path = saved(browser, downloads, "pggan_good-dr-a-reader.decisions.json")
    result = read_decisions(path)
    assert (result.rule, result.decided_by) == ("a person", "Dr A. Reader")
    expected = dict(zip(order, (False, True, False, True, True, False, True, False), strict=True))
    assert {item.id: item.keep for item in result.clusters} == expected
    assert not any(item.open for item in result.clusters)
    assert result.exceptions == {number: False}
    fates = replayed(run, path, tmp_path / "out")
    for image, (cluster, kept) in fates.items():
        assert kept == (expected[cluster] and image != number)
    gone = sum(not kept for _, kept in fates.values())
    expect_text(browser, share=f"You discarded {gone} of 48 images ({100 * gone / 48:.1f} %).")


def test_everything_can_be_taken_back_and_done_again(page):
    browser = page("Undo")
    first = current(browser)
    assert not is_enabled(browser, "undo")
    press(browser, "d", "k")
    click(browser, "#undo")
    press(browser, "z")
    expect(browser, current, first)
    expect_text(browser, decision="Open")
    assert not is_enabled(browser, "undo")
    click(browser, "#redo")
    expect_text(browser, decision="Discarded")
    tiles(browser)[0].click()
    expect_text(browser, decision="Discarded, but 1 image kept")
    press(browser, "z")
    expect_text(browser, decision="Discarded")
    reload(browser)
    resume(browser, "Undo")
    press(browser, "z")
    expect_text(browser, decision="Open")


def test_single_images_follow_or_leave_their_cluster(page):
    browser = page("Single")
    click(browser, "#by-itself")
    first, second = tiles(browser)[:2]
    first.click()
    expect_text(browser, decision="Open, but 1 image discarded")
    assert first.get_attribute("aria-pressed") == "true"
    press(browser, "k")
    expect_text(browser, decision="Kept, but 1 image discarded")
    press(browser, "d")
    expect_text(browser, decision="Discarded")
    second.click()
    expect(browser, lambda _: "kept" in second.get_attribute("aria-label"), True)
    second.click()
    expect_text(browser, decision="Discarded")


def test_the_list_can_be_narrowed_and_ordered(run, page):
    browser = page("Filter")
    kinds = {cluster.id: cluster.class_name for cluster in by_rule(run).clusters}
    order = listed(browser)
    press(browser, "d")
    choose(browser, "which", "gone")
    expect(browser, listed, order[:1])
    choose(browser, "which", "open")
    expect(browser, listed, order[1:])
    choose(browser, "class", "tumor")
    expect(browser, listed, [identity for identity in order[1:] if kinds[identity] == "tumor"])
    choose(browser, "which", "all")
    choose(browser, "class", "")
    choose(browser, "order", "near")
    expect(browser, listed, order[::-1])
    element(browser, "#distance").send_keys(Keys.END)
    expect(browser, listed, order[:1])
    choose(browser, "which", "open")
    element(browser, "#none")


def test_what_is_left_open_is_written_as_the_rule_has_it(run, page, downloads):
    browser = page("Half")
    first = current(browser)
    press(browser, "k")
    click(browser, "#finish")
    expect_text(browser, outcome="1 of 8 clusters decided")
    expect(browser, lambda page: "7 clusters are still open" in text(page, "open"), True)
    result = read_decisions(saved(browser, downloads, "pggan_good-half.decisions.json"))
    for item, rule in zip(result.clusters, by_rule(run).clusters, strict=True):
        assert (item.keep, item.open) == ((True, False) if item.id == first else (rule.keep, True))
    click(browser, "#unanswered")
    expect_text(browser, decision="Open")


def test_two_readers_files_give_one(page, downloads, tmp_path, capsys):
    paths = []
    for reader, keys in (("one", "dddkkkkk"), ("two", "ddkkkkkk")):
        browser = page(reader)
        press(browser, *keys)
        click(browser, "#finish")
        paths.append(saved(browser, downloads, f"pggan_good-{reader}.decisions.json"))
    with pytest.raises(SystemExit) as caught:
        main(["curation", "merge", *map(str, paths), "--out", str(tmp_path / "both.json")])
    output = capsys.readouterr().out
    assert caught.value.code == 0
    assert "one and two, on 8 clusters: Cohen's kappa 0.71 [" in output
    assert sum(not item.keep for item in read_decisions(tmp_path / "both.json").clusters) == 3


@pytest.mark.parametrize("size", [LAPTOP, TABLET], ids=["laptop", "tablet"])
def test_nothing_is_cut_off_and_contrast_is_enough(page, size):
    browser = page(f"Size {size[0]}", size)
    press(browser, "d")
    ratios = browser.execute_script(CONTRAST)
    press(browser, "h")
    ratios += browser.execute_script(CONTRAST)
    click(browser, "#close")
    assert len(ratios) > 40
    assert [pair for pair in ratios if pair[1] < 4.5] == []
    inside = browser.execute_script(
        "const parts = 'header > *, #decide button, #about > *, #filters select, .tile';"
        "return [...document.querySelectorAll(parts)]"
        ".filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect())"
        ".every((box) => box.left >= 0 && box.right <= innerWidth && box.width > 0 && box.height > 0)"
    )
    assert inside and browser.execute_script("return document.body.scrollWidth <= innerWidth")
    heights = browser.execute_script(
        "return [...document.querySelectorAll('.tile')].map((one) => one.offsetHeight / one.offsetWidth)"
    )
    assert heights == pytest.approx([1.0] * len(heights), abs=0.05)
    press(browser, Keys.ARROW_RIGHT)
    ring = browser.execute_script(
        "const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);"
        "return [outlineStyle, outlineWidth]"
    )
    assert ring == ["solid", "3px"]


def test_the_page_is_one_file_that_asks_for_nothing(run, page):
    browser = page("Alone")
    requested = browser.execute_script(
        "return performance.getEntriesByType('resource').map((one) => one.name)"
    )
    assert all(name.startswith(("data:", "blob:")) for name in requested)
    reload(browser)
    resume(browser, "Alone")


def test_a_browser_that_stores_nothing_is_reported(run, show, browser):
    refusal = {"source": "IDBFactory.prototype.open = () => { throw new Error('refused'); };"}
    script = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", refusal)
    try:
        show(run / "curation" / "pggan_good" / "decide.html")
        element(browser, "#storage-warning")
        begin(browser, "Unstored")
        press(browser, "d")
        expect(browser, lambda page: text(page, "tally").startswith("1 of 8 decided"), True)
    finally:
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)
    # Without this the browser would ask whether the page may be left.
    browser.execute_script("unsaved = false")


def test_earlier_decisions_on_single_images_stay(tmp_path, show, browser, downloads):
    folder = curated_run(tmp_path / "run")
    path = place(folder, "curate-pggan_good") / "decisions.json"
    result = json.loads(path.read_text())
    result |= {"rule": "a person", "exceptions": [{"image": 0, "keep": False}, {"image": 9, "keep": True}]}
    path.write_text(json.dumps(result))
    with pytest.raises(SystemExit):
        main(["curation", "build", str(folder)])
    show(folder / "curation" / "pggan_good" / "decide.html", size=LAPTOP)
    begin(browser, "Bo")
    click(browser, "#finish")
    again = read_decisions(saved(browser, downloads, "pggan_good-bo.decisions.json"))
    assert again.exceptions == {0: False, 9: True}
