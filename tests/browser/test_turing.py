"""The Visual Turing Test in a real browser: read, stopped, gone on with, saved, scored."""

import json
import time

import pytest
from browser.waiting import click, element, expect, expect_text, reload, text, wait
from fabricated.contrast import CONTRAST
from fabricated.small_run import small_run
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from kgan.analyses.visual_turing import step as turing
from kgan.analyses.visual_turing.files import read_key
from kgan.analyses.visual_turing.from_run import turing_settings
from kgan.cli import main
from kgan.pipeline.context import StepContext
from kgan.pipeline.records.finished_run import read_run

LAPTOP, TABLET = (1280, 720), (820, 1180)

#: Reads by keyboard, as fast as the browser can: item -> keys, until the end is reached or so many are read.
READ = """
const [keys, most, done] = arguments;
const press = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
const items = JSON.parse(document.getElementById("test").textContent).images.map((one) => one.item);
const start = +document.getElementById("place").textContent.split(" ")[1] - 1;
for (const item of items.slice(start, start + most)) for (const key of keys[item]) press(key);
setTimeout(done, 250);
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run with two tests of 200 images, 12 of them twice; and another run's test."""
    folder = small_run(tmp_path_factory.mktemp("run") / "two", gans=("pggan",))
    build(folder, ("pggan",), 50, 12)
    return folder


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """A run with a small test of other images, of no classes."""
    folder = small_run(tmp_path_factory.mktemp("foreign") / "one", classes=(), gans=("dcgan",))
    build(folder, ("dcgan",), 5, 0)
    return folder


def build(folder, names, images, repeats):
    finished = read_run(folder)
    changes = {"real": images, "synthetic": images, "repeats": repeats}
    settings = turing_settings(finished, names, changes)
    out = folder / "built"
    out.mkdir()
    turing.run(StepContext("turing", settings, finished.folders, out))
    (folder / "turing" / "keys").mkdir(parents=True)
    for name in names:
        (out / f"{name}.html").rename(folder / "turing" / f"{name}.html")
        (out / f"{name}.key.json").rename(folder / "turing" / "keys" / f"{name}.json")


def begin(browser, reader):
    element(browser, "#reader").send_keys(reader, Keys.ENTER)
    expect(browser, is_drawn, True)


def is_drawn(browser):
    """Tell whether an image is on the canvas: images are decoded after the page has announced which comes."""
    return browser.execute_script(
        """const canvas = document.querySelector("canvas"), { width, height } = canvas;
           if (!width || !height || !canvas.getBoundingClientRect().width) return false;
           return canvas.getContext("2d").getImageData(0, 0, width, height).data.some((value) => value);"""
    )


def saved(browser, downloads, name):
    """Press the button that saves, and return the file."""
    click(browser, "#save")
    path = downloads / name
    wait(browser).until(lambda _: path.is_file() and path.stat().st_size, f"not saved: {name}")
    return path


def score(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        main(["turing", "score", *map(str, arguments)])
    output = capsys.readouterr()
    return caught.value.code, output.out, output.err


def answers_of(key):
    """Answers with known mistakes: the first of a kind are taken for another; second showings as the first.

    Real tumours: 10 as synthetic, 6 as non-tumour; synthetic tumours: 20 as real, 4 as non-tumour; synthetic
    others: 5 as real, 1 as tumour; real others: all right.
    """
    wrong = {("real", "tumor"): (10, 6), ("synthetic", "tumor"): (20, 4), ("synthetic", "non_tumor"): (5, 1)}
    seen, answers = {}, {}
    for item in key.items:
        picture = item.picture
        if item.repeats:
            answers[item.name] = answers[item.repeats]
            continue
        kind = (picture.origin, picture.kind)
        number = seen[kind] = seen.get(kind, 0) + 1
        origins, classes = wrong.get(kind, (0, 0))
        real = (picture.origin == "real") != (number <= origins)
        tumor = (picture.kind == "tumor") != (number <= classes)
        answers[item.name] = ("r" if real else "s") + ("t" if tumor else "n")
    return answers


def test_a_whole_reading_by_keyboard_with_a_reload_half_way(run, foreign, show, downloads, capsys):
    page, key = run / "turing" / "pggan.html", read_key(run / "turing" / "keys" / "pggan.json")
    answers = answers_of(key)
    browser = show(page)
    begin(browser, "Dr A. Reader")
    expect_text(browser, place="Image 1")
    browser.execute_async_script(READ, answers, 100)
    expect_text(browser, done="100 answered")

    reload(browser)
    expect_text(browser, readers="Dr A. Reader: 100 of 212 answered")
    click(browser, "#readers button")
    expect_text(browser, place="Image 101", done="100 answered")
    browser.execute_async_script(READ, answers, 200)
    expect_text(browser, outcome="All 212 images answered")

    path = saved(browser, downloads, "pggan-dr-a-reader.answers.json")
    assert {
        row["item"]: row["origin"][0] + row["class"][0] for row in json.loads(path.read_text())["answers"]
    } == answers
    status, out, err = score(capsys, run, path)
    assert (status, err) == (0, "")
    # 165 of 200: 90 and 75 real and synthetic ones are right; 189 of 200 classes are.
    assert "82.5 [76.6, 87.1]" in out
    assert "90% (90) [83, 94]" in out and "10% (10) [6, 17]" in out
    assert "25% (25) [18, 34]" in out and "75% (75) [66, 82]" in out
    assert "94.5 [90.4, 96.9]" in out
    assert "10% (10, R: 6, S: 4) [6, 17]" in out and "1% (1, R: 0, S: 1) [0, 5]" in out
    assert out.count("12/12") == 2
    assert "real or synthetic: balanced accuracy" in out and "better than chance" in out

    for change, says in (
        (lambda file: file["answers"][3].update(origin=None), "was changed after it was written"),
        (lambda file: file["answers"].pop(), "missing"),
        (lambda file: file["answers"].append(file["answers"][0]), "more than once"),
    ):
        file = json.loads(path.read_text())
        change(file)
        tampered = downloads / "tampered.json"
        tampered.write_text(json.dumps(file))
        status, _, err = score(capsys, run, tampered)
        assert status == 2 and says in err and err.count("\n") == 1
    status, _, err = score(capsys, foreign, path)
    assert status == 2 and "answers to another test" in err


def test_a_partial_reading_of_one_question(foreign, show, downloads, capsys):
    browser = show(foreign / "turing" / "dcgan.html", TABLET)
    begin(browser, "B")
    assert not browser.find_elements(By.CSS_SELECTOR, "#class")
    for answer in ("real", "synthetic", "real"):
        click(browser, f"[data-answer={answer}]")
    click(browser, "#finish")
    expect_text(browser, outcome="3 of 10 images answered")
    path = saved(browser, downloads, "dcgan-b.answers.json")
    status, out, _ = score(capsys, foreign, path)
    assert status == 0
    assert "B: partial reading: 3 of 10 images; the numbers are of these alone" in out
    click(browser, "#unanswered")
    expect_text(browser, place="Image 4")


def test_the_pause_after_an_answer_leads_no_rater_on_who_went_elsewhere(foreign, show):
    browser = show(foreign / "turing" / "dcgan.html")
    begin(browser, "hasty")
    browser.execute_async_script(
        "document.querySelector('[data-answer=real]').click();"
        "for (const id of ['finish', 'unanswered']) document.getElementById(id).click();"
        "setTimeout(arguments[0], 400)"
    )
    expect_text(browser, place="Image 2", done="1 answered")


def test_answers_can_be_changed_and_the_way_back_is_open(run, show):
    browser = show(run / "turing" / "pggan.html")
    begin(browser, "C")
    body = browser.find_element(By.TAG_NAME, "body")

    def pressed(page):
        chosen = page.find_elements(By.CSS_SELECTOR, "[aria-pressed=true]")
        return [button.get_attribute("data-answer") for button in chosen]

    body.send_keys("rt")
    expect_text(browser, place="Image 2")
    expect(browser, pressed, [])
    body.send_keys(Keys.ARROW_LEFT)
    expect(browser, pressed, ["real", "tumor"])
    body.send_keys("s")
    time.sleep(0.3)  # longer than the pause after which an answer leads on
    assert (text(browser, "place"), pressed(browser)) == ("Image 1", ["synthetic", "tumor"])
    body.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, "u")
    expect_text(browser, place="Image 4")
    click(browser, "#by-itself")
    body.send_keys("sn")
    time.sleep(0.3)
    assert text(browser, "place") == "Image 4"
    body.send_keys("h")
    element(browser, "#keys")
    body.send_keys("r")
    click(browser, "#close")
    expect(browser, pressed, ["synthetic", "non_tumor"])


def test_zoom_brightness_and_contrast(run, show):
    browser = show(run / "turing" / "pggan.html")
    begin(browser, "D")
    body = browser.find_element(By.TAG_NAME, "body")
    look = """
      const canvas = document.querySelector("canvas"), { width, height } = canvas;
      const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
      return [canvas.getBoundingClientRect().width, [...pixels].filter((_, i) => i % 4 === 0)];
    """
    width, plain = browser.execute_script(look)
    body.send_keys("+", "+", Keys.ARROW_UP)
    larger, brighter = browser.execute_script(look)
    assert larger == pytest.approx(width * 1.25**2)
    assert all(after >= before for before, after in zip(plain, brighter, strict=True)) and brighter != plain
    assert browser.find_element(By.ID, "brightness").get_attribute("value") == "5"
    body.send_keys(Keys.SHIFT, Keys.ARROW_UP * 20)
    contrast = browser.execute_script(look)[1]
    # The narrowest window is a quarter of the grey values, here from 0.35 to 0.6 of them.
    window = [min(max((value / 255 - 0.35) / 0.25, 0), 1) * 255 for value in plain]
    assert contrast == pytest.approx(window, abs=0.51)
    body.send_keys("0")
    assert browser.execute_script(look) == [width, plain]


def test_pinching_dragging_and_the_right_button(run, show):
    browser = show(run / "turing" / "pggan.html", TABLET)
    begin(browser, "G")
    box = browser.find_element(By.TAG_NAME, "canvas").rect
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def touch(kind, *points):
        fingers = [{"x": x + dx, "y": y + dy, "id": number} for number, (dx, dy) in enumerate(points)]
        browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    def mouse(kind, dx, dy):
        details = {"type": kind, "x": x + dx, "y": y + dy, "button": "right", "buttons": 2, "clickCount": 1}
        browser.execute_cdp_cmd("Input.dispatchMouseEvent", details)

    def edges():
        return browser.execute_script(
            "const { left, top, width } = document.querySelector('canvas').getBoundingClientRect();"
            "return [left, top, width]"
        )

    left, _, width = edges()
    touch("touchStart", (-50, 0), (50, 0))
    touch("touchMove", (-100, 0), (100, 0))
    touch("touchEnd")
    wider = edges()
    assert wider[2] == pytest.approx(2 * width, rel=0.02)
    assert wider[0] == pytest.approx(left - width / 2, abs=12)
    touch("touchStart", (0, 0))
    touch("touchMove", (40, 30))
    touch("touchEnd")
    assert edges()[:2] == pytest.approx([wider[0] + 40, wider[1] + 30], abs=1)
    mouse("mousePressed", 0, 0)
    mouse("mouseMoved", 30, -20)
    mouse("mouseReleased", 30, -20)
    tones = [
        browser.find_element(By.ID, entry).get_attribute("value") for entry in ("brightness", "contrast")
    ]
    assert tones == ["10", "15"]


@pytest.mark.parametrize("size", [LAPTOP, TABLET], ids=["laptop", "tablet"])
def test_everything_is_within_reach(run, show, size):
    """Nothing to press is out of sight or smaller than a fingertip, and the image has most of the page."""
    browser = show(run / "turing" / "pggan.html", size)
    begin(browser, "E")
    boxes = browser.execute_script(
        """return [...document.querySelectorAll("#read button")].map((one) => {
             const { left, top, right, bottom, width, height } = one.getBoundingClientRect();
             return [left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight, width, height];
           })"""
    )
    assert len(boxes) == 11
    assert all(inside and width >= 40 and height >= 40 for inside, width, height in boxes)
    image = browser.find_element(By.TAG_NAME, "canvas").rect
    assert min(image["width"], image["height"]) >= 650
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def test_contrast_and_focus(run, show):
    browser = show(run / "turing" / "pggan.html")
    ratios = browser.execute_script(CONTRAST)
    begin(browser, "F")
    browser.find_element(By.TAG_NAME, "body").send_keys("r")
    ratios += browser.execute_script(CONTRAST)
    browser.execute_script("document.getElementById('help').click()")
    ratios += browser.execute_script(CONTRAST)
    click(browser, "#close")
    assert len(ratios) > 60
    assert [pair for pair in ratios if pair[1] < 4.5] == []
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    ring = browser.execute_script(
        "const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);"
        "return [outlineStyle, outlineWidth]"
    )
    assert ring == ["solid", "3px"]
