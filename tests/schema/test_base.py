import pytest
from pydantic import ValidationError

from kgan.schema.base import Plugin


def test_a_plugin_needs_a_name_and_no_parameters():
    assert Plugin(plugin="pggan").parameters == {}
    with pytest.raises(ValidationError, match="Field required"):
        Plugin(parameters={})


def test_what_is_not_declared_is_refused_with_its_name():
    with pytest.raises(ValidationError) as caught:
        Plugin(plugin="pggan", parameter={})
    assert [(error["loc"], error["type"]) for error in caught.value.errors()] == [
        (("parameter",), "extra_forbidden")
    ]


def test_nothing_can_be_changed_afterwards():
    with pytest.raises(ValidationError, match="frozen"):
        Plugin(plugin="pggan").plugin = "wgan"
