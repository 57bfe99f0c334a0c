import pytest

from kgan.pipeline.state.changes import changes


def made_of(**parts):
    return {
        "kind": "classify",
        "settings": {},
        "plugins": {},
        "files": {},
        "code": "0",
        "inputs": {},
        "kgan": "1",
        **parts,
    }


def says(old, new):
    return changes(made_of(**old), made_of(**new))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ({"train": {"steps": 5}}, {"train": {"steps": 10}}, "train.steps was 5, is 10"),
        ({"flip": True}, {"flip": False}, "flip was true, is false"),
        ({"exclude": None}, {"exclude": "a.csv"}, "exclude was null, is a.csv"),
        ({"crop": None}, {"crop": [62, 62]}, "crop was null, is [62, 62]"),
        ({"margin": 6.0}, {"margin": 4.5}, "margin was 6, is 4.5"),
        ({"cells": None}, {"cells": [{"a": 1}]}, "cells is given now"),
        ({}, {"crop": None}, "crop is new: null"),
        ({"crop": 3}, {}, "crop is gone, was 3"),
        ({"labels": {"margin": 2}}, {"labels": None}, "labels is no longer given"),
        ({"labels": None}, {"labels": {"margin": 2}}, "labels is given now"),
        ({"size": [64, 64]}, {"size": (32, 64)}, "size was [64, 64], is [32, 64]"),
        ({"size": list(range(40))}, {"size": list(range(41))}, "size was a list of 40, is a list of 41"),
        ({"seed": 12345}, {"seed": 54321}, "the seed"),
        ({"recipe": {"gans": {"a": 1}}}, {"recipe": {"gans": {"a": 2}}}, "gans.a was 1, is 2"),
        (
            {"sources": [{"name": "real", "count": None}, {"name": "pggan", "count": 4}]},
            {"sources": [{"name": "real", "count": 8}, {"name": "simgan", "count": 4}]},
            "sources without pggan; sources with simgan; sources.real.count was null, is 8",
        ),
        (
            {"models": [{"step": "a"}, {"step": "b"}]},
            {"models": [{"step": "b"}, {"step": "a"}]},
            "models in another order",
        ),
        ({"text": "a" * 50 + "b"}, {"text": "a" * 50 + "c"}, "text is another"),
    ],
)
def test_settings_in_words(old, new, words):
    assert says({"settings": old}, {"settings": new}) == f"changed: {words}"


def test_lists_and_tuples_of_the_same_are_the_same():
    old, new = {"size": [1, 2], "x": 1}, {"size": (1, 2), "x": 2}
    assert says({"settings": old}, {"settings": new}) == "changed: x was 1, is 2"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ({"gans/a": "kgan 1 ab"}, {"gans/a": "kgan 1 cd"}, "the code of GAN a"),
        ({"losses/a": "kgan 1 ab"}, {"losses/a": "kgan 2 cd"}, "loss a was of kgan 1, is of kgan 2"),
        ({"losses/b": "kgan 1 ab"}, {"losses/a": "kgan 2 cd"}, "what it does"),
    ],
)
def test_plugins_in_words(old, new, words):
    assert says({"plugins": old}, {"plugins": new}) == f"changed: {words}"


def test_inputs_have_names_and_no_identities():
    old = {"prepare": "0f", "train-a": "1f", "gone": "2f"}
    new = {"prepare": "aa", "train-a": "1f", "come": "bb"}
    words = says({"inputs": old}, {"inputs": new})
    assert words == "changed: made from prepare, come, which changed; no longer made from gone"
    many = {f"train-{number}": "ff" for number in range(9)}
    assert "train-0, train-1, train-2 and 6 more, which changed" in says({}, {"inputs": many})


def test_source_version_and_a_long_list_of_changes():
    weights = "classifier.parameters.weights"
    assert says({"files": {weights: "a"}}, {"files": {weights: "b"}}) == (
        f"changed: the content of {weights} changed"
    )
    scans = "reader.parameters.path"
    assert says({"files": {scans: "a"}}, {"files": {scans: "b"}}) == "changed: the scans changed"
    assert says({}, {"code": "1"}) == "changed: the code of kgan"
    assert says({}, {"kgan": "2"}) == "changed: kgan was 1, is 2"
    many = dict.fromkeys("abcde", 1)
    assert says({}, {"settings": many}).endswith("c is new: 1; and 2 more")
