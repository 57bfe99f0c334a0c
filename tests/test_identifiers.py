import unicodedata

import pytest

from kgan.errors import DataError
from kgan.identifiers import canonical, check_distinct, same_name

#: What a person reads as one and the same patient.
ONE = {
    "case": ("P1", "p1"),
    "blank-before": ("P1", " P1"),
    "blank-after": ("P1", "P1 "),
    "blank-inside": ("P1", "P 1"),
    "blank-between-digits": ("P1 2", "P12"),
    "tab": ("P1", "P1\t"),
    "no-break-space": ("P1", "\u00a0P1"),
    "leading-zeros": ("P1", "P001"),
    "leading-zeros-of-a-word": ("Site1 7", "Site1 007"),
    "zeros-alone": ("0", "000"),
    "all-of-them": ("Site-2/P10", " site-02/p 0010"),
    "composed": (unicodedata.normalize("NFC", "Zoé"), unicodedata.normalize("NFD", "zoé")),
    "full-width": ("P1", "\uff301"),
    "arabic-digits": ("P12", "P\u0661\u0662"),
    "zero-width-space": ("P1", "P\u200b1"),
    "byte-order-mark": ("P1", "\ufeffP1"),
    "soft-hyphen": ("P1", "P\u00ad1"),
    "joiner": ("P1", "P\u034f1"),
    "filler": ("P1", "P1\u3164"),
    "control": ("P1", "P1\x00"),
    "dashes": ("P-1", "P\u20131"),
    "sharp-s": ("Voß", "VOSS"),
}
TWO = [
    ("P1", "P2"),
    ("P1", "P10"),
    ("P10", "P100"),
    ("P101", "P11"),
    ("a1", "b1"),
    ("P-1", "P1"),
]


@pytest.mark.parametrize(("name", "other"), ONE.values(), ids=ONE)
def test_what_names_one_patient(name, other):
    assert name != other and canonical(name) == canonical(other)
    assert canonical(canonical(other)) == canonical(other)
    with pytest.raises(
        DataError, match="^the table: .* look like one patient; expected names .* Rename one$"
    ):
        check_distinct(["x", name, other], "the table", "Rename one")
    assert same_name(other, ["x", name]) == name


@pytest.mark.parametrize(("name", "other"), TWO, ids=str)
def test_what_names_two(name, other):
    check_distinct([name, other, name], "the table", "")
    assert same_name(other, [name]) is None


@pytest.mark.parametrize("name", ["", " ", "\u200b", "\t\ufeff"], ids=ascii)
def test_an_invisible_name_is_none(name):
    with pytest.raises(DataError, match="expected a name that can be seen"):
        check_distinct(["a", name], "the table", "")


def test_the_message_shows_what_is_not_seen():
    with pytest.raises(DataError) as caught:
        check_distinct(["P1", "P\u200b1"], "the table", "")
    assert r"'P1' and 'P\u200b1' look like one patient" in str(caught.value)
