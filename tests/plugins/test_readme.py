"""The distribution that plugins/README.md shows is written out, registered and trained."""

import configparser
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from kgan.cli import main

README = Path(__file__).parents[2] / "plugins" / "README.md"
FILE = re.compile(r"^### `(?P<path>[^`]+)`$.*?^```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def example(tmp_path, monkeypatch):
    for file in FILE.finditer(README.read_text(encoding="utf-8")):
        path = tmp_path / file["path"]
        path.parent.mkdir(exist_ok=True)
        path.write_text(file["text"])
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] == "kgan_example"]:
        del sys.modules[name]


def points(folder):
    parser = configparser.ConfigParser()
    parser.read(folder / "setup.cfg")
    groups = parser["options.entry_points"]
    return {group: dict(re.findall(r"(\w+) = (\S+)", text)) for group, text in groups.items()}


@pytest.fixture
def registered(example):
    """Write the metadata that an installer would."""
    info = example / "kgan_example-0.1.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: kgan-example\nVersion: 0.1\n")
    text = "".join(
        f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in offers.items())
        for group, offers in points(example).items()
    )
    info.joinpath("entry_points.txt").write_text(text)
    return example


def test_the_files_are_a_distribution(example):
    assert {path.name for path in example.iterdir()} == {"setup.cfg", "pyproject.toml", "kgan_example"}
    assert points(example) == {
        "kgan.losses": {"hinge": "kgan_example.hinge:HingeConfig"},
        "kgan.gans": {"small": "kgan_example.config:SmallConfig"},
    }


def test_the_registry_takes_both(registered):
    from kgan import registry

    described = registry.describe("gans", "small")
    assert described.distribution == "kgan-example"
    names = {parameter.name for parameter in registry.parameters_of("gans", "small")}
    assert names == {"latent_size", "filters", "learning_rate", "pretrained_path"}
    assert registry.configure("losses", "hinge", {"margin": 2}).margin == 2.0


@pytest.mark.usefixtures("registered", "two_replicas")
def test_both_keep_their_contract(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["plugins", "check", "small"])
    assert ended.value.code == 0
    assert "small keeps its contract" in capsys.readouterr().out


def test_the_gan_trains_with_the_loss(example):
    from kgan.training.tensorflow_import import import_tensorflow

    import_tensorflow()
    import tensorflow as tf
    from kgan_example.config import SmallConfig

    gan = SmallConfig.tiny()
    gan.begin(seed=3)
    before = [variable.numpy() for variable in gan.generator.trainable_variables]
    images = tf.constant(np.random.default_rng(0).uniform(-1, 1, (4, 8, 8, 1)), tf.float32)
    for _ in range(2):
        report = gan.train_step(images)
        gan.advance()
    assert np.isfinite([float(value) for value in report.values()]).all()
    after = [variable.numpy() for variable in gan.generator.trainable_variables]
    assert any((a != b).any() for a, b in zip(before, after, strict=True))
    sampled = gan.sample(gan.sample_latents(3, tf.constant([1, 2], tf.int64)))
    assert sampled.shape == (3, 8, 8, 1)
    again = type(gan).from_config(gan.get_config())
    assert (again.config.filters, again.image_shape, again.loss.config.margin) == (4, (8, 8, 1), 1.0)
