"""A reader that names its sequences and checks its own figures."""

from kgan.contracts.constraints import Count
from kgan.contracts.reader import Reader
from kgan.errors import RecipeError


class Slides(Reader):
    """Two sequences."""

    sequences = ("red", "green")
    checked_by = "kgan_picky.slides:check"

    def __init__(self, *, first: Count = 1, last: Count = 9) -> None: ...


def check(figures):
    if figures["last"] < figures["first"]:
        raise RecipeError(f"slides: last {figures['last']}; expected {figures['first']} or more")
