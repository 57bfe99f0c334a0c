"""``kgan recipe``: shipped recipes, resolved recipes, and their JSON Schema."""

import json
from typing import Any

import click

from kgan.cli.options import load_with, recipe_options


@click.group(
    epilog="""\b
Examples:
  kgan recipe list
  kgan recipe show two_step --profile paper
  kgan recipe deviations two_step --profile paper
  kgan recipe schema > recipe.schema.json
"""
)
def command() -> None:
    """Show recipes."""


@command.command(
    "list",
    epilog="""\b
Examples:
  kgan recipe list
""",
)
def list_recipes() -> None:
    """List the recipes that ship with kgan."""
    from kgan.cli.tables import show as show_table
    from kgan.recipe import load, shipped

    rows = []
    for name, path in shipped().items():
        recipe = load(path, needs_data=False)
        rows.append((name, recipe.title, recipe.cite))
    show_table(("name", "title", "cite"), rows)


@command.command(
    "show",
    epilog="""\b
Examples:
  kgan recipe show two_step
  kgan recipe show two_step --profile paper --set gans.pggan.train.epochs=50 > my_recipe.yaml
""",
)
@recipe_options
def show(**options: Any) -> None:
    """Print RECIPE as resolved: with its profile, all changes and all defaults."""
    import yaml

    recipe = load_with(options, needs_data=False)
    values = {key: value for key, value in recipe.resolved().items() if key != "profile"}
    click.echo(f"# {recipe.origin}, profile {recipe.profile}")
    click.echo(yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=100), nl=False)


@command.command(
    "deviations",
    epilog="""\b
Examples:
  kgan recipe deviations two_step --profile paper
""",
)
@recipe_options
def list_deviations(**options: Any) -> None:
    """List the deviations of RECIPE from its paper, and its choices where the paper is silent.

    Steps and plugins declare them; the report of a run has the same list.
    """
    from kgan.plan import plan
    from kgan.steps.checks.deviations import collect_deviations

    recipe = load_with(options, needs_data=False)
    steps = [step.settings for step in plan(recipe)]
    for deviation in collect_deviations(recipe.deviations, steps):
        click.echo(deviation.sentence)


@command.command(
    "schema",
    epilog="""\b
Examples:
  kgan recipe schema > recipe.schema.json

\b
First line of a recipe, for editors with the YAML language server:
  # yaml-language-server: $schema=recipe.schema.json
""",
)
def schema() -> None:
    """Print the JSON Schema of recipes, for completion and checks in an editor."""
    from kgan.recipe import json_schema

    click.echo(json.dumps(json_schema(), indent=1, ensure_ascii=False))
