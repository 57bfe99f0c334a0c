import math
from pathlib import Path

import pytest

from kgan.analyses.visual_turing.chance import BETTER, OPEN
from kgan.analyses.visual_turing.files import Answer, Key, Provenance, Reading
from kgan.analyses.visual_turing.sampling import REAL, SYNTHETIC, Item, Picture
from kgan.analyses.visual_turing.scoring import agreement, score
from kgan.errors import DataError

CLASSES = ("non_tumor", "tumor")

PROVENANCE = Provenance("generate-pggan", ("test",), 7, (16, 16), 0.1, 12345)


def key(of_each=50, classes=CLASSES, repeats=0):
    """A test whose items are called ``real-tumor-0`` and so on; the first ones are shown again."""
    names = [
        (origin, kind, number)
        for origin in (REAL, SYNTHETIC)
        for kind in (classes or (None,))
        for number in range(of_each)
    ]
    items = [Item(f"{o}-{k}-{n}", Picture(o, k, "s", i)) for i, (o, k, n) in enumerate(names)]
    items += [Item(f"again-{n}", items[n].picture, items[n].name) for n in range(repeats)]
    return Key("t", "pggan", "PGGAN", classes, tuple(items), PROVENANCE)


def reading(test, answer_to, rater="A"):
    """A reading by a function from (origin, class, number) to the answers: (origin, class)."""
    answers = {
        item.name: Answer(*answer_to(item.picture.origin, item.picture.kind, item.name))
        for item in test.items
    }
    return Reading(rater, "t", answers, Path(f"{rater}.json"))


def number(name):
    return int(name.rsplit("-", 1)[1])


def wilson(right, n, z=1.959963984540054):
    p, square = right / n, z * z / n
    middle, half = p + square / 2, z * math.sqrt(p * (1 - p) / n + square / (4 * n))
    return (middle - half) / (1 + square), (middle + half) / (1 + square)


def test_the_papers_table_7():
    """The answers that the paper's physician must have given to the PGGAN images give its table."""
    test = key()
    wrong_origin = {
        (REAL, "tumor"): 20,
        (REAL, "non_tumor"): 7,
        (SYNTHETIC, "tumor"): 5,
        (SYNTHETIC, "non_tumor"): 9,
    }
    wrong_class = {(REAL, "tumor"): 11, (SYNTHETIC, "tumor"): 12, (SYNTHETIC, "non_tumor"): 2}

    def answer_to(origin, kind, name):
        other = SYNTHETIC if origin == REAL else REAL
        away = CLASSES[1 - CLASSES.index(kind)]
        return (
            other if number(name) < wrong_origin[origin, kind] else origin,
            away if number(name) < wrong_class.get((origin, kind), 0) else kind,
        )

    result = score(test, reading(test, answer_to))
    origin = result.origin
    assert (origin.accuracy.value, origin.accuracy.right) == (0.795, 159)
    assert (origin.accuracy.low, origin.accuracy.high) == pytest.approx(wilson(159, 200))
    assert {pair: share.value for pair, share in origin.shares.items()} == {
        ("real", "real"): 0.73,
        ("real", "synthetic"): 0.27,
        ("synthetic", "real"): 0.14,
        ("synthetic", "synthetic"): 0.86,
    }
    kind = result.kind
    assert kind.accuracy.value == 0.875
    assert list(kind.shares) == [(a, b) for a in ("tumor", "non_tumor") for b in ("tumor", "non_tumor")]
    assert [share.right for share in kind.shares.values()] == [77, 23, 2, 98]
    assert kind.origins["tumor", "non_tumor"] == (11, 12)
    assert kind.origins["non_tumor", "tumor"] == (0, 2)
    assert (result.answered, result.images, result.state) == (200, 200, "")
    assert result.origin.chance.conclusion == result.kind.chance.conclusion == BETTER
    assert result.origin.chance.balanced == pytest.approx((0.73 + 0.86) / 2)
    assert result.kind.chance.balanced == pytest.approx((0.77 + 0.98) / 2)


def test_the_multi_sequence_papers_table_1():
    """DCGAN T1: 70 %, and 26, 24, 6, 44 images."""
    test = key(classes=())

    def answer_to(origin, _, name):
        as_real = number(name) < (26 if origin == REAL else 6)
        return (REAL if as_real else SYNTHETIC, None)

    result = score(test, reading(test, answer_to))
    assert result.kind is None
    assert result.origin.accuracy.value == 0.7
    assert [share.right for share in result.origin.shares.values()] == [26, 24, 6, 44]


def test_a_partial_reading_is_scored_as_such():
    test = key(of_each=10)
    half = reading(
        test, lambda o, k, name: (REAL, None if number(name) < 2 else k) if o == REAL else (None, None)
    )
    result = score(test, half)
    assert result.answered == 16
    assert result.origin.accuracy.n == 20
    assert result.kind.accuracy.n == 16
    assert result.state == "partial reading: 16 of 40 images; the numbers are of these alone"
    assert result.origin.shares["synthetic", "real"].value is None


def test_an_empty_reading_is_named_so():
    test = key(of_each=3)
    result = score(test, reading(test, lambda *_: (None, None)))
    assert result.state == "empty reading: no image was answered"
    assert result.origin.accuracy.value is None
    assert result.origin.chance.conclusion == result.kind.chance.conclusion == OPEN
    assert result.origin.chance.p_equivalent is result.kind.chance.balanced is None


@pytest.mark.parametrize(("real", "synthetic"), [(80, 20), (20, 80), (50, 50), (99, 1), (1, 1)])
@pytest.mark.parametrize("answer", [REAL, SYNTHETIC])
def test_one_answer_to_everything_is_not_better_than_chance(real, synthetic, answer):
    """80 real and 20 synthetic images, all called real: p was 1e-9, "better than chance"."""
    names = [(REAL, number) for number in range(real)] + [(SYNTHETIC, number) for number in range(synthetic)]
    items = tuple(Item(f"{o}-{n}", Picture(o, CLASSES[n % 2], "s", n)) for o, n in names)
    test = Key("t", "pggan", "PGGAN", CLASSES, items, PROVENANCE)
    result = score(test, reading(test, lambda o, k, n: (answer, "tumor")))
    for table in (result.origin, result.kind):
        if table.chance.balanced is not None:
            assert (table.chance.balanced, table.chance.p_different) == (0.5, 1.0)
            assert table.chance.low < 0.5 < table.chance.high
        assert table.chance.conclusion == OPEN


def test_a_rater_who_stops_when_most_images_were_real_is_compared_with_the_mix_that_they_saw():
    test = key(of_each=50)
    half = reading(test, lambda o, k, name: (REAL, k) if o == REAL or number(name) < 10 else (None, None))
    result = score(test, half)
    assert result.origin.accuracy.value == 100 / 120
    assert (result.origin.chance.balanced, result.origin.chance.p_different) == (0.5, 1.0)
    assert result.kind.chance.conclusion == BETTER
    alone = score(test, reading(test, lambda o, k, name: (REAL if o == REAL else None, k)))
    assert (alone.origin.accuracy.value, alone.origin.chance.balanced) == (1.0, None)
    assert alone.origin.chance.conclusion == OPEN


def test_second_showings_count_for_consistency_alone():
    test = key(of_each=10, repeats=4)

    def answer_to(origin, kind, name):
        other = SYNTHETIC if origin == REAL else REAL
        return (other if name == "again-0" else origin), (None if name == "again-3" else kind)

    result = score(test, reading(test, answer_to))
    assert result.origin.accuracy.value == 1
    assert (result.origin.again.right, result.origin.again.n) == (3, 4)
    assert (result.kind.again.right, result.kind.again.n) == (3, 3)


def test_cohens_kappa_by_hand():
    """20 both real, 15 both synthetic, 5 and 10 apart: observed 0.7, expected 0.5, kappa 0.4."""
    test = key(of_each=25, classes=())
    first = reading(test, lambda o, k, name: (o, None), "A")
    second = reading(
        test,
        lambda o, k, name: (REAL if number(name) < (20 if o == REAL else 10) else SYNTHETIC, None),
        "B",
    )
    (result,) = agreement(test, [first, second])
    assert (result.method, result.images, result.question) == ("Cohen", 50, "origin")
    assert result.kappa == pytest.approx(0.4)
    assert result.low < 0.4 < result.high


def test_fleiss_kappa_by_hand():
    """Votes 3:0, 0:3, 2:1, 1:2: observed 2/3, expected 1/2, kappa 1/3."""
    test = key(of_each=2, classes=())
    as_real = {"real-None-0": "ABC", "real-None-1": "", "synthetic-None-0": "AB", "synthetic-None-1": "C"}
    readings = [
        reading(test, lambda o, k, name, who=who: (REAL if who in as_real[name] else SYNTHETIC, None), who)
        for who in "ABC"
    ]
    (result,) = agreement(test, readings)
    assert (result.method, result.images) == ("Fleiss", 4)
    assert result.kappa == pytest.approx(1 / 3)
    assert -1 <= result.low <= result.kappa <= result.high <= 1
    assert agreement(test, readings) == (result,)


def test_only_images_that_all_answered_count_in_agreement():
    test = key(of_each=10)
    first = reading(test, lambda o, k, name: (o, k), "A")
    second = reading(test, lambda o, k, name: (o if number(name) < 5 else None, k), "B")
    origin, kind = agreement(test, [first, second])
    assert (origin.images, kind.images) == (20, 40)
    assert origin.kappa == kind.kappa == 1


def test_kappa_is_undefined_where_all_answers_are_one():
    test = key(of_each=5, classes=())
    readings = [reading(test, lambda *_: (REAL, None), who) for who in "AB"]
    assert agreement(test, readings)[0].kappa is None
    empty = [reading(test, lambda *_: (None, None), who) for who in "ABC"]
    assert agreement(test, empty)[0].images == 0


def test_raters_who_agree_throughout_have_no_interval():
    test = key(of_each=5)
    three = [reading(test, lambda o, k, _: (o, k), who) for who in "ABC"]
    for result in (*agreement(test, three), *agreement(test, three[:2])):
        assert (result.kappa, result.low, result.high) == (1, None, None)


def test_one_rater_agrees_with_no_other():
    test = key(of_each=5)
    assert agreement(test, [reading(test, lambda o, k, _: (o, k))]) == ()


def test_two_files_of_one_rater_are_refused():
    test = key(of_each=5)
    twice = [reading(test, lambda o, k, _: (o, k)) for _ in range(2)]
    with pytest.raises(DataError, match="both are answers of 'A' to 'PGGAN'"):
        agreement(test, twice)
