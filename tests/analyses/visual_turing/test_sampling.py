from collections import Counter

import pytest

from kgan.analyses.visual_turing.sampling import REAL, SYNTHETIC, Group, Picture, draw
from kgan.errors import DataError


def group(origin, kind, available=30, wanted=10, patients=5):
    pictures = [
        Picture(origin, kind, "pool", index, f"p{index % patients}" if origin == REAL else "")
        for index in range(available)
    ]
    return Group(f"{origin} images of class {kind}", pictures, wanted)


def four(**keywords):
    return [
        group(origin, kind, **keywords) for origin in (REAL, SYNTHETIC) for kind in ("tumor", "non_tumor")
    ]


def test_a_draw_is_a_function_of_seed_and_stream():
    first = draw(four(), 4, 7, "turing/a")
    assert draw(four(), 4, 7, "turing/a") == first
    assert draw(four(), 4, 8, "turing/a") != first
    assert draw(four(), 4, 7, "turing/b") != first


def test_each_group_has_its_number_and_names_say_nothing():
    items = draw(four(), 0, 1, "turing/a")
    assert set(Counter((i.picture.origin, i.picture.kind) for i in items).values()) == {10}
    assert len({item.picture for item in items}) == 40
    assert len({item.name for item in items}) == 40
    assert all(len(item.name) == 8 and int(item.name, 16) >= 0 for item in items)


def test_order_is_independent_of_origin():
    """Over many tests, real images stand in the mean where synthetic ones do, and are as often first."""
    places = {REAL: [], SYNTHETIC: []}
    first = Counter()
    for seed in range(200):
        items = draw(four(wanted=5), 0, seed, "turing/a")
        first[items[0].picture.origin] += 1
        for place, item in enumerate(items):
            places[item.picture.origin].append(place)
    means = [sum(result) / len(result) for result in places.values()]
    assert abs(means[0] - means[1]) < 1.5  # four standard errors
    assert 70 <= first[REAL] <= 130


def test_real_images_are_spread_over_the_patients():
    items = draw([group(REAL, "tumor", available=100, wanted=12, patients=5)], 0, 3, "turing/a")
    assert sorted(Counter(item.picture.patient for item in items).values()) == [2, 2, 2, 3, 3]


def test_repeats_come_late_and_evenly():
    items = draw(four(), 8, 5, "turing/a")
    again = [item for item in items if item.repeats]
    assert set(Counter((i.picture.origin, i.picture.kind) for i in again).values()) == {2}
    names = [item.name for item in items]
    for item in again:
        earlier = names.index(item.repeats)
        assert items[earlier].picture == item.picture
        assert items[earlier].repeats is None
        assert earlier < 20 <= names.index(item.name)
        assert item.name != item.repeats


def test_sequences_share_equally():
    pictures = [
        Picture(REAL, None, "test", index, "p", index, ("t1", "t1c", "t2", "flair")[index % 4])
        for index in range(80)
    ]
    items = draw([Group("real images", pictures, 50, ("t1", "t1c", "t2", "flair"))], 0, 1, "turing/a")
    assert Counter(item.picture.sequence for item in items) == {"t1": 13, "t1c": 13, "t2": 12, "flair": 12}


@pytest.mark.parametrize(
    ("groups", "repeats", "says"),
    [
        ([group(REAL, "tumor", available=9)], 0, "too few real images of class tumor: 9, expected 10"),
        (
            [Group("real images", [Picture(REAL, None, "test", 0, sequence="t1")], 2, ("t1", "t2"))],
            0,
            "too few real images: 0 of sequence t2, expected 1",
        ),
        ([group(REAL, "tumor")], 6, "6 images to repeat among 10; expected at most 5"),
    ],
    ids=["images", "sequence", "repeats"],
)
def test_too_few_are_refused(groups, repeats, says):
    with pytest.raises(DataError, match=says):
        draw(groups, repeats, 0, "turing/a")
