from pathlib import Path

import pytest

from kgan.errors import RunError
from kgan.steps.checks.equal_precision import refuse_unequal_precisions

A, B = Path("train-a"), Path("train-b")


@pytest.mark.parametrize(
    "configs", [{A: {}}, {A: {}, B: {"precision": "float32"}}, {A: {"precision": "bfloat16"}}]
)
def test_models_of_one_precision_make_a_pool(configs):
    refuse_unequal_precisions("generate-x", configs)


def test_others_would_tell_the_classes_apart():
    with pytest.raises(
        RunError, match=r"generate-x: .*\(train-a bfloat16, train-b float32\), so that a classifier"
    ):
        refuse_unequal_precisions("generate-x", {A: {"precision": "bfloat16"}, B: {"precision": "float32"}})
