"""The law of everything that a recipe configures."""

import json

from kgan.contracts.config import from_json
from kgan.testing.checks import Make


def check_config_survives_json(make: Make) -> None:
    """The configuration, and what is built of it, come out of JSON as they went in."""
    instance = make()
    config = instance.config
    again = from_json(json.loads(json.dumps(config.to_json())))
    assert again == config, (
        f"another configuration after a round through JSON: {again!r}; expected {config!r}"
    )
    if hasattr(instance, "get_config"):
        values = json.loads(json.dumps(instance.get_config()))
        rebuilt = type(instance).from_config(values)
        assert type(rebuilt) is type(instance), f"from_config builds {type(rebuilt).__name__}"
        assert rebuilt.get_config() == instance.get_config(), "from_config builds something else"
