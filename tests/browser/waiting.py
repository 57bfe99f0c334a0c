"""Waiting for a page: a test waits for what it looks up, presses or compares, however busy the machine is."""

from collections.abc import Callable
from typing import TypeVar

from selenium.common.exceptions import (
    NoSuchElementException,
    StaleElementReferenceException,
    TimeoutException,
)
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as conditions
from selenium.webdriver.support.ui import WebDriverWait

T = TypeVar("T")

#: A page that has not done something by then does not do it.
SECONDS = 20
_CHANGING = (NoSuchElementException, StaleElementReferenceException)


def wait(browser: Chrome) -> WebDriverWait[Chrome]:
    """Return a wait that bears elements that come, go and are replaced."""
    return WebDriverWait(browser, SECONDS, poll_frequency=0.05, ignored_exceptions=_CHANGING)


def element(browser: Chrome, selector: str) -> WebElement:
    """Return the first visible element of a CSS selector, as soon as there is one."""
    return wait(browser).until(
        conditions.visibility_of_element_located((By.CSS_SELECTOR, selector)), f"not visible: {selector}"
    )


def click(browser: Chrome, selector: str) -> None:
    """Press an element as soon as it is there, visible and enabled."""
    target = conditions.element_to_be_clickable((By.CSS_SELECTOR, selector))
    wait(browser).until(target, f"cannot be pressed: {selector}").click()


def text(browser: Chrome, identity: str) -> str:
    """Return the visible text of the element of an id."""
    return browser.find_element(By.ID, identity).text


def expect(browser: Chrome, probe: Callable[[Chrome], T], expected: T) -> None:
    """Wait until ``probe(browser)`` is ``expected``; else fail with what it is."""
    try:
        wait(browser).until(lambda page: probe(page) == expected)
    except TimeoutException:
        assert probe(browser) == expected


def expect_text(browser: Chrome, **expected: str) -> None:
    """Wait until the elements of these ids read as expected; else fail with what they read."""
    expect(browser, lambda page: {name: text(page, name) for name in expected}, expected)


def reload(browser: Chrome) -> None:
    """Load the page again, and wait until the old one is gone and the new one has run its scripts."""
    browser.execute_script("window.isFromBefore = true")
    browser.refresh()
    fresh = "return !window.isFromBefore && document.readyState === 'complete'"
    wait(browser).until(lambda page: page.execute_script(fresh), "the page did not load again")
