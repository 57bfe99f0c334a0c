import pytest

from kgan.analyses.patient_equivalence.figure import Curve, draw_equivalent
from kgan.analyses.patient_equivalence.quantity import CensoredCount, EquivalentPatients


@pytest.mark.parametrize("value", ["6", "-2", ">7", "0"])
@pytest.mark.parametrize("sizes", [(7, 14), (7, 100, 101, 102)], ids=str)
def test_the_figure_is_drawn_whatever_is_known(tmp_path, value, sizes):
    def curve(label, height):
        accuracies = [height] * len(sizes)
        limits = [height - 0.1] * (len(sizes) - 1), [height + 0.1] * (len(sizes) - 1)
        return Curve(label, accuracies, accuracies, [None, *limits[0]], [None, *limits[1]])

    interval = CensoredCount(0), CensoredCount(9, 1)
    estimates = [EquivalentPatients(size, CensoredCount.read(value), *interval) for size in sizes]
    draw_equivalent(tmp_path / "x.png", sizes, (curve("a $ pool", 0.6), curve("b", 0.65)), estimates)
    assert [path.name for path in tmp_path.iterdir()] == ["x.png"]
    assert (tmp_path / "x.png").read_bytes()[:4] == b"\x89PNG"
