"""A real browser for the pages: Debian's Chromium, headless, driven by Selenium without a network."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service

_NEEDED = {"chromium": "/usr/bin/chromium", "chromedriver": "/usr/bin/chromedriver"}
_QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
)
#: The two sizes that every page has to be usable at: a laptop's and a tablet's, upright.
LAPTOP, TABLET = (1280, 720), (820, 1180)


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the module's browser puts downloads in."""
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, downloads: Path) -> Iterator[webdriver.Chrome]:
    """One headless Chromium for the module, with a profile of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = _found("chromium")
    for argument in (*_QUIET, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    options.add_experimental_option(
        "prefs", {"download.default_directory": str(downloads), "download.prompt_for_download": False}
    )
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    try:
        # Both programs are named, so that Selenium looks for none on the network.
        driver = webdriver.Chrome(options=options, service=Service(_found("chromedriver")))
    except WebDriverException as error:
        pytest.fail(f"Chromium does not start: {error.msg}", pytrace=False)
    driver.set_script_timeout(30)
    yield driver
    driver.quit()


@pytest.fixture
def show(browser: webdriver.Chrome) -> Iterator[Callable[..., webdriver.Chrome]]:
    """A function that opens a file of the disk at a size; afterwards nothing may stand on the console.

    Its arguments are the file and, as an option, ``size`` (width, height) in CSS pixels.
    """
    browser.get_log("browser")

    def open_page(page: Path, size: tuple[int, int] = LAPTOP) -> webdriver.Chrome:
        touches = size == TABLET
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": touches},
        )
        browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": touches})
        browser.get(page.resolve().as_uri())
        return browser

    yield open_page
    output = [
        entry["message"] for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")
    ]
    browser.get("about:blank")
    if output:
        pytest.fail(f"the browser's console says: {'; '.join(output)}", pytrace=False)


def _found(name: str) -> str:
    path = shutil.which(name) or shutil.which(_NEEDED[name])
    if path is None:
        pytest.fail(
            f"no {name}: the tests of pages drive a real browser; apt-get install chromium chromium-driver",
            pytrace=False,
        )
    return path
