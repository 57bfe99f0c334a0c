"""The law of everything that a recipe configures."""

import inspect
import json

from kgan.testing.checks import Make


def check_config_survives_json(make: Make) -> None:
    """``get_config`` names every argument of the constructor and gives, through JSON, an equal instance."""
    instance = make()
    config = json.loads(json.dumps(instance.get_config()))
    again = type(instance).from_config(config)
    assert again.get_config() == instance.get_config(), "another configuration after a round through JSON"
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    parameters = inspect.signature(type(instance)).parameters.values()
    missing = [p.name for p in parameters if p.kind in named and p.name not in config]
    assert not missing, f"get_config lacks {', '.join(missing)}"
