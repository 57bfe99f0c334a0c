"""``kgan recipe``: recipes by name, as resolved, and their JSON Schema."""

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
    """Look at recipes."""


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
    """Print RECIPE as resolved: profile and changes laid over it, every default written out."""
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
    """List where RECIPE departs from its paper or decides what that leaves open.

    Steps and plugins say so themselves; the report of a run has the same list.
    """
    from kgan.plan import plan
    from kgan.steps.checks.deviations import RECIPE, collect_deviations, named

    recipe = load_with(options, needs_data=False)
    steps = [step.settings for step in plan(recipe)]
    for one in collect_deviations(recipe.deviations, steps):
        click.echo(one.text if one.where == RECIPE else f"{named(one.where)}: {one.text}")


@command.command(
    "schema",
    epilog="""\b
Examples:
  kgan recipe schema > recipe.schema.json

\b
Then, as a recipe's first line, for editors that know the YAML language server:
  # yaml-language-server: $schema=recipe.schema.json
""",
)
def schema() -> None:
    """Print the JSON Schema of recipes, from which editors complete and check them."""
    from kgan.recipe import json_schema

    click.echo(json.dumps(json_schema(), indent=1, ensure_ascii=False))
