import pytest

from kgan.analyses.patient_equivalence.quantity import CensoredCount
from kgan.analyses.patient_equivalence.tables import CURVES, CurvePoint, EquivalenceFacts
from kgan.errors import DataError

POINT = CurvePoint(
    patients=7,
    with_pool=True,
    accuracy=0.5,
    low=None,
    high=None,
    auroc=None,
    auroc_low=None,
    auroc_high=None,
    equivalent=CensoredCount(6.234),
    equivalent_low=CensoredCount(-7, -1),
    equivalent_high=CensoredCount(14, 1),
    runs=2,
    note="",
)


def test_censored_counts_are_written_and_read(tmp_path):
    CURVES.write(tmp_path, [POINT])
    assert ",6.23,<-7,>14,2," in (tmp_path / CURVES.file).read_text()
    (row,) = CURVES.read(tmp_path)
    assert (row.equivalent, row.equivalent_low) == (CensoredCount(6.23), CensoredCount(-7, -1))


def test_a_count_that_is_none_is_refused(tmp_path):
    CURVES.write(tmp_path, [POINT])
    path = tmp_path / CURVES.file
    path.write_text(path.read_text().replace(">14", "many"))
    with pytest.raises(DataError, match="equivalent_high is 'many', expected a number of patients"):
        CURVES.read(tmp_path)


def test_facts_are_plain_values():
    facts = EquivalenceFacts(
        headlines=("a",), rises=True, test_images=9, test_patients=3, runs=1, not_covered="b"
    )
    assert EquivalenceFacts.model_validate_json(facts.model_dump_json()) == facts
