"""Recipes: YAML files to frozen, validated values, and those to ordered steps. Needs no TensorFlow."""

from kgan.recipe.export import json_schema
from kgan.recipe.load import load, shipped
from kgan.recipe.plan import Step, plan, until
from kgan.recipe.schema import Recipe

__all__ = ["Recipe", "Step", "json_schema", "load", "plan", "shipped", "until"]
