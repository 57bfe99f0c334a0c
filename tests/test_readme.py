"""What README.md and the guide promise is there: commands, files, plugins, links."""

import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

ROOT = Path(__file__).parents[1]
PAGES = ["README.md", "CONTRIBUTING.md", "docs/guide.md", "plugins/README.md"]
BLOCK = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
RUN, TEST = "pip install . && kgan run recipes/two_step.yaml", 'pip install ".[test]" && pytest'


def blocks(page, kind=""):
    text = (ROOT / page).read_text(encoding="utf-8")
    return [block["text"] for block in BLOCK.finditer(text) if block["kind"] == kind]


def commands():
    lines = [(page, line) for page in PAGES for block in blocks(page) for line in block.splitlines()]
    return [(page, line) for page, line in lines if line.startswith("kgan ")]


def test_two_commands_set_everything_up():
    lines = [line for block in blocks("README.md") for line in block.splitlines()]
    assert [line for line in lines if line.startswith("pip ")] == [RUN, TEST]


@pytest.mark.parametrize(("page", "line"), commands(), ids=[line for _, line in commands()])
def test_the_command_line_takes_each_command(page, line, tmp_path, monkeypatch):
    from kgan.cli.main import kgan

    monkeypatch.chdir(tmp_path)
    words = shlex.split(line.replace("/data/BRATS2016", str(tmp_path)))[1:]
    command, arguments = kgan, words
    while isinstance(command, click.Group):
        name, command, arguments = command.resolve_command(click.Context(command), arguments)
    command.make_context(line, list(arguments))


def test_the_recipe_takes_each_mix():
    from kgan import recipe as recipes

    for page in PAGES:
        for block in blocks(page, "yaml"):
            content = yaml.safe_load(block)
            setups, split = content.get("setups") or {}, content.get("data", {}).get("split")
            values = {"data.split": split} if split and setups else {}
            values |= {f"setups.{setup}": sources for setup, sources in setups.items()}
            overrides = [
                f"{key}={yaml.safe_dump(value, default_flow_style=True).strip()}"
                for key, value in values.items()
            ]
            loaded = recipes.load(ROOT / "recipes" / "two_step.yaml", overrides=overrides)
            assert {setup: loaded.setups[setup] for setup in setups} == setups
    assert recipes.load(ROOT / "recipes" / "two_step.yaml").profile == "demo"


def test_links_lead_somewhere():
    for page in PAGES:
        text = BLOCK.sub("", (ROOT / page).read_text(encoding="utf-8"))
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert (ROOT / page).parent.joinpath(target).exists(), f"{page}: {target}"


def test_every_builtin_plugin_has_its_line():
    from kgan import registry

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for kind in registry.KINDS:
        for name, offer in registry.available(kind).items():
            if offer.distribution == "kgan":
                assert f"`{name}`" in text, f"README.md does not name the {kind} plugin {name}"
