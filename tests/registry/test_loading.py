import subprocess
import sys

import pytest

from kgan import registry
from kgan.contracts.config import ReaderConfig
from kgan.errors import PluginError

GUIDE = r"read 'A plugin in ten minutes' \(plugins/README.md\)$"


def test_the_configuration_is_loaded(third_party):
    third_party("good")
    config = registry.config_class("readers", "checkers")
    assert issubclass(config, ReaderConfig)
    assert len(config(boards=3).build().patients()) == 3


@pytest.mark.parametrize(
    ("folder", "name", "message"),
    [
        (
            "fails_to_import",
            "fails",
            "of kgan-fails 0.1 .* fails to import: .*No module named 'a_module_that",
        ),
        (
            "wrong_base",
            "stranger",
            f"of kgan-stranger 1.0 .* is a class; expected a configuration.*: {GUIDE}",
        ),
        (
            "wrong_base",
            "number",
            f"is of type int; expected a configuration that extends ReaderConfig.*{GUIDE}",
        ),
        ("wrong_base", "gone", "fails to import: AttributeError: .*Gone"),
        ("wrong_base", "nowhere", "fails to import: ModuleNotFoundError: .*nowhere"),
        ("wrong_base", "crooked", "expected module:Config"),
        ("unfinished", "unfinished", f"of kgan-unfinished 0.1 .* does not implement build: {GUIDE}"),
        ("unfinished", "unwritable", "fails to import: PydanticSchemaGenerationError"),
    ],
)
def test_broken_plugins_say_why_and_harm_no_other(third_party, folder, name, message):
    third_party(folder, "good")
    with pytest.raises(PluginError, match=message) as caught:
        registry.config_class("readers", name)
    assert "\n" not in str(caught.value)
    assert registry.config_class("readers", "checkers").__name__ == "CheckersConfig"


def test_a_class_of_an_older_kgan_is_refused_with_the_page_to_read(third_party):
    third_party("picky")
    message = (
        r"^reader 'old' of kgan-picky 0.5 \(kgan_picky.old:Old\) is a class; expected a configuration that "
        f"extends ReaderConfig of kgan.contracts.config: {GUIDE}"
    )
    with pytest.raises(PluginError, match=message):
        registry.config_class("readers", "old")


def test_a_module_that_imports_keras_is_refused_and_keras_is_not_imported(third_party):
    third_party("picky")
    code = f"""
import sys
sys.path[:] = {sys.path!r}
from kgan import registry
try:
    registry.config_class("gans", "heavy")
except Exception as error:
    print(type(error).__name__, error)
print({{"tensorflow", "keras"}} & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    error, modules = done.stdout.splitlines()
    assert error.startswith(
        "PluginError GAN 'heavy' of kgan-picky 0.5 (kgan_picky.heavy:HeavyConfig) imports"
    )
    assert "expected a configuration, which imports neither tensorflow nor keras before it builds" in error
    assert modules == "set()"


def test_plugin_that_exits_at_import_is_a_failure(third_party):
    site = third_party("wrong_base")
    (site / "kgan_exits.py").write_text("raise SystemExit('bye\\nbye')")
    points = site / "kgan_stranger-1.0.dist-info" / "entry_points.txt"
    points.write_text("[kgan.readers]\nodd = kgan_exits:Odd\n")
    with pytest.raises(PluginError, match="SystemExit: bye bye"):
        registry.config_class("readers", "odd")


def test_third_party_gan_trains(third_party):
    third_party("good")
    import numpy as np

    plain = registry.configure("losses", "plain", {"scale": 2.0}).build()
    gan = registry.configure("gans", "tiles", {"latent": 3}).build((4, 4, 1), plain)
    gan.begin(seed=1)
    results = gan.train_step(np.zeros((2, 4, 4, 1), "float32"))
    assert set(results) == {"critic_loss", "generator_loss"}


@pytest.mark.parametrize("kind", registry.KINDS)
def test_no_installed_configuration_imports_what_is_heavy(kind):
    code = (
        "import sys\nfrom kgan import registry\n"
        f"for name in registry.available({kind!r}): registry.config_class({kind!r}, name)\n"
        "print({'tensorflow', 'keras', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
