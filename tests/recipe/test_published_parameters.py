"""Every value of the four paper profiles: pinned to its paper, or listed as a decision of ours with a reason.

``published/<recipe>.py`` has ``PAPER``, pattern of paths -> value as the paper gives it, and ``OURS``,
reason -> the same. A new or changed value fails until it stands there, and so does a pin of a value that is
gone. Plugins' parameters are those of the recipe and the defaults of all others; ``null`` is no value.
"""

import runpy
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from kgan import recipe as recipes
from kgan import registry

PUBLISHED = {path.stem: path for path in sorted(Path(__file__).with_name("published").glob("*.py"))}

#: Words for people.
PROSE = ("name", "title", "cite", "licence", "scale", "deviations*", "profile", "data.path", "gans.*.title")


def leaves(value, path=()):
    """Yield (path, value) of all that is not a mapping; a list is one value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, str(name)))
    else:
        yield ".".join(path), list(value) if isinstance(value, tuple) else value


def completed(recipe):
    """Return the resolved recipe with the defaults of every plugin's parameters written out."""
    plain = recipe.resolved()
    _complete(plain["data"]["reader"], "readers")
    for gan in plain["gans"].values():
        _complete(gan, "gans")
        _complete(gan["loss"], "losses")
    for refiner in plain["refiners"].values():
        _complete(refiner, "gans")
    classifier = plain["classifier"]
    if classifier:
        shared = classifier.pop("parameters")
        for variant in classifier["variants"].values():
            both = {**shared, **variant["parameters"], "weights": variant["weights"]}
            full = registry.configure("classifiers", classifier["plugin"], both).model_dump()
            variant["parameters"] = {name: value for name, value in full.items() if name != "weights"}
    return plain


def _complete(part, kind):
    config = registry.configure(kind, part["plugin"], part["parameters"], needs_data=False)
    part["parameters"] = config.model_dump(exclude=set(registry.SUPPLIED[kind]))


def values_of(recipe):
    result = {path: value for path, value in leaves(completed(recipe)) if value is not None}
    return {
        path: value for path, value in result.items() if not any(fnmatchcase(path, item) for item in PROSE)
    }


def pins_of(name):
    published = runpy.run_path(str(PUBLISHED[name]))
    ours = [(pattern, value) for item in published["OURS"].values() for pattern, value in item.items()]
    pins = [*published["PAPER"].items(), *ours]
    assert len(dict(pins)) == len(pins), "a pattern stands there twice"
    return dict(pins)


def complaints(values, pins):
    """Return what does not agree; of several patterns the longest counts."""
    result, used = [], set()
    for path, value in values.items():
        patterns = [pattern for pattern in pins if fnmatchcase(path, pattern)]
        if not patterns:
            result.append(f"{path}: {value!r} is in the recipe and not in the table")
            continue
        pattern = max(patterns, key=len)
        used.add(pattern)
        if pins[pattern] != value or isinstance(value, bool) != isinstance(pins[pattern], bool):
            result.append(f"{path}: {value!r}; published is {pins[pattern]!r}")
    return [*result, *(f"{pattern}: is in the table and not in the recipe" for pattern in set(pins) - used)]


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    return lambda name: values_of(recipes.load(name, profile="paper", data=data))


def test_every_shipped_recipe_has_its_table():
    assert list(PUBLISHED) == list(recipes.shipped())


@pytest.mark.parametrize("name", PUBLISHED)
def test_values_are_the_papers(name, paper):
    result = complaints(paper(name), pins_of(name))
    assert not result, "\n".join(result)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"refiners.simgan.parameters.halve_at": 15_001}, "15001; published is 15000"),
        ({"gans.pggan.train.average": 0.999}, "in the recipe and not in the table"),
        ({"refiners.munit.flip": 1}, "1; published is True"),
        ({"classifier.train.patience": None}, "in the table and not in the recipe"),
    ],
    ids=["changed", "new", "type", "gone"],
)
def test_the_comparison_sees_a_value_that_is(change, says, paper):
    values = {path: value for path, value in {**paper("two_step"), **change}.items() if value is not None}
    (result,) = complaints(values, pins_of("two_step"))
    assert result.startswith(next(iter(change))) and says in result
