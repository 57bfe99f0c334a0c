from kgan import registry
from kgan.registry.constants import vars_of


def test_class_attributes_are_read_from_source_with_inherited_ones(third_party):
    third_party("good")
    found = registry.constants_of("readers", "checkers")
    assert found["synthetic"] is True
    assert found["classes"] == ("non_tumor", "tumor")


def test_loaded_class_tells_the_same(third_party):
    third_party("good")
    loaded = vars_of(registry.load("readers", "checkers"))
    found = registry.constants_of("readers", "checkers")
    assert {key: loaded[key] for key in found} == found
