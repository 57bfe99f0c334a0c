import pytest

from kgan.analyses.patient_equivalence.figure import Curve, draw_equivalent
from kgan.analyses.patient_equivalence.quantity import Amount, Worth


@pytest.mark.parametrize("value", ["6", "-2", ">7", "0"])
@pytest.mark.parametrize("sizes", [(7, 14), (7, 100, 101, 102)], ids=str)
def test_the_figure_is_drawn_whatever_is_known(tmp_path, value, sizes):
    def curve(label, height):
        accuracies = [height] * len(sizes)
        limits = [height - 0.1] * (len(sizes) - 1), [height + 0.1] * (len(sizes) - 1)
        return Curve(label, accuracies, accuracies, [None, *limits[0]], [None, *limits[1]])

    worths = [Worth(size, Amount.read(value), Amount(0), Amount(9, 1)) for size in sizes]
    draw_equivalent(tmp_path / "x.png", sizes, (curve("a $ pool", 0.6), curve("b", 0.65)), worths)
    assert [path.name for path in tmp_path.iterdir()] == ["x.png"]
    assert (tmp_path / "x.png").read_bytes()[:4] == b"\x89PNG"
