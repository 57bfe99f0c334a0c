"""Options shared by the commands that load a recipe."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kgan.recipe import Recipe, load


def recipe_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the argument RECIPE and the options that change its values."""
    for add in reversed(
        (
            click.argument("recipe"),
            click.option("--profile", help="Profile, such as demo, small or paper.  [default: the recipe's]"),
            click.option("--data", type=click.Path(path_type=Path), help="Folder of scans."),
            click.option(
                "--set",
                "overrides",
                multiple=True,
                metavar="A.B=VALUE",
                help="Change one value; repeatable.",
            ),
            click.option("--seed", type=int, help="Seed of all random numbers.  [default: the recipe's]"),
        )
    ):
        function = add(function)
    return function


def load_with(options: dict[str, Any], needs_data: bool = True) -> Recipe:
    """Load the recipe that the options of `recipe_options` describe."""
    return load(
        options["recipe"],
        profile=options["profile"],
        data=options["data"],
        overrides=options["overrides"],
        seed=options["seed"],
        needs_data=needs_data,
    )
