from typing import Literal

import pytest
from pydantic import BaseModel

from kgan.files.inputs import InputFile, InputFolder, input_paths


class Inner(BaseModel):
    weights: Literal["imagenet"] | InputFile | None = None


class Outer(BaseModel):
    path: InputFolder | None = None
    inner: Inner = Inner()
    named: dict[str, Inner] = {}
    several: tuple[InputFile, ...] = ()
    text: str = "no/path"


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (Outer(), []),
        (Outer(path="scans"), [(("path",), "scans", True)]),
        (Outer(inner=Inner(weights="imagenet")), []),
        (Outer(inner=Inner(weights="w.h5")), [(("inner", "weights"), "w.h5", False)]),
        (Outer(named={"a": Inner(weights="w.h5")}), [(("named", "a", "weights"), "w.h5", False)]),
        (Outer(several=("a", "b")), [(("several", 0), "a", False), (("several", 1), "b", False)]),
    ],
    ids=["none", "folder", "literal", "nested", "mapping", "sequence"],
)
def test_input_paths_are_found_by_their_type(model, expected):
    assert [(place, path, mark.folder) for place, path, mark in input_paths(model)] == expected
