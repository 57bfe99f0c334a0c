"""The browser that the pages are tested in."""

from browser.waiting import element

_PAGE = '<meta name="viewport" content="width=device-width"><title>A page</title><p>Here</p>'


def test_a_page_from_disk_is_shown_at_the_size_requested(tmp_path, show):
    page = tmp_path / "page.html"
    page.write_text(_PAGE, encoding="utf-8")

    browser = show(page, (820, 1180))

    assert element(browser, "p").text == "Here"
    assert browser.execute_script("return [innerWidth, innerHeight]") == [820, 1180]
