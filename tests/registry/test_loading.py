import pytest

from kgan import registry
from kgan.contracts.reader import Reader
from kgan.errors import PluginError


def test_load_gives_the_class(third_party):
    third_party("good")
    cls = registry.load("readers", "checkers")
    assert issubclass(cls, Reader)
    assert len(cls(boards=3).patients()) == 3


@pytest.mark.parametrize(
    ("folder", "name", "says"),
    [
        (
            "fails_to_import",
            "fails",
            "of kgan-fails 0.1 fails to import .*No module named 'a_module_that",
        ),
        ("wrong_base", "stranger", "of kgan-stranger 1.0 .* does not extend kgan.contracts.reader.Reader"),
        ("wrong_base", "number", "of kgan-stranger 1.0 .* is no class"),
        ("wrong_base", "gone", "fails to import kgan_stranger:Gone: AttributeError"),
        ("unfinished", "unfinished", "of kgan-unfinished 0.1 .* does not implement read"),
        ("unfinished", "unwritable", "takes what no recipe can write: backend"),
    ],
)
def test_broken_plugins_say_why_and_harm_no_other(third_party, folder, name, says):
    third_party(folder, "good")
    with pytest.raises(PluginError, match=says):
        registry.load("readers", name)
    assert registry.load("readers", "checkers").__name__ == "Checkers"


def test_plugin_that_exits_at_import_is_a_failure(third_party):
    site = third_party("wrong_base")
    (site / "kgan_exits.py").write_text("raise SystemExit('bye\\nbye')")
    points = site / "kgan_stranger-1.0.dist-info" / "entry_points.txt"
    points.write_text("[kgan.readers]\nodd = kgan_exits:Odd\n")
    with pytest.raises(PluginError, match="SystemExit: bye bye"):
        registry.load("readers", "odd")


def test_third_party_gan_trains(third_party):
    third_party("good")
    import numpy as np

    plain = registry.load("losses", "plain")(scale=2.0)
    gan = registry.load("gans", "tiles")(image_shape=(4, 4, 1), loss=plain, latent=3)
    gan.begin(seed=1)
    results = gan.train_step(np.zeros((2, 4, 4, 1), "float32"))
    assert set(results) == {"critic_loss", "generator_loss"}
    assert registry.load("gans", "polish").__name__ == "Polish"
    assert registry.load("classifiers", "brightness").__name__ == "Brightness"
