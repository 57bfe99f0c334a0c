import pytest

from kgan.data.cohort.split import PARTS, SPLITS, check_persons, patients_needed, split_patients
from kgan.errors import DataError

PATIENTS = [f"p{number:03d}" for number in range(20)]


def sizes(parts):
    return tuple(len(parts[name]) for name in SPLITS)


def test_counts_are_met_and_no_patient_is_in_two():
    parts = split_patients(PATIENTS, {"train": 12, "validation": 5, "test": 3}, seed=0)
    assert sizes(parts) == (12, 5, 3)
    assert sorted(sum(parts.values(), ())) == PATIENTS
    assert all(list(members) == sorted(members) for members in parts.values())


def test_published_split():
    patients = [f"p{number}" for number in range(220)]
    parts = split_patients(patients, {"train": 154, "validation": 44, "test": 22}, seed=1)
    assert sizes(parts) == (154, 44, 22)


def test_the_rest_is_in_no_split():
    parts = split_patients(PATIENTS, {"train": 2, "test": 1}, seed=0)
    assert sizes(parts) == (2, 0, 1)


def test_the_draw_depends_on_the_seed_alone():
    amounts = {"train": 12, "validation": 5, "test": 3}
    first = split_patients(PATIENTS, amounts, seed=0)
    assert split_patients(PATIENTS[::-1], amounts, seed=0) == first
    assert split_patients(PATIENTS, amounts, seed=1) != first


def test_everybody_has_the_same_chance():
    tested = [0] * 20
    for seed in range(400):
        for patient in split_patients(PATIENTS, {"train": 15, "test": 5}, seed)["test"]:
            tested[int(patient[1:])] += 1
    assert min(tested) > 65 and max(tested) < 138


@pytest.mark.parametrize(
    ("shares", "count", "expected"),
    [
        ((0.7, 0.2, 0.1), 220, (154, 44, 22)),
        ((0.7, 0.2, 0.1), 10, (7, 2, 1)),
        ((0.7, 0.2, 0.1), 3, (1, 1, 1)),
        ((0.7, 0.2, 0.1), 4, (2, 1, 1)),
        ((0.34, 0.33, 0.33), 5, (2, 2, 1)),
        ((0.5, 0.0, 0.25), 8, (4, 0, 2)),
        # 3.6, 0.9 and 1.5 patients: who has one where 0.9 are due is not due another.
        ((0.6, 0.15, 0.25), 6, (4, 1, 1)),
        ((0.6, 0.15, 0.25), 7, (4, 1, 2)),
        ((0.6, 0.15, 0.25), 48, (29, 7, 12)),
    ],
)
def test_shares(shares, count, expected):
    patients = [f"p{number}" for number in range(count)]
    assert sizes(split_patients(patients, dict(zip(SPLITS, shares, strict=True)), 0)) == expected


def test_needs():
    assert patients_needed({"train": 154, "validation": 44, "test": 22}) == 220
    assert patients_needed({"train": 0.7, "validation": 0.2, "test": 0.1}) == 3
    assert patients_needed({"train": 0.7, "test": 0.3}) == 2


def test_too_few():
    says = r"needs 220 patients \(154 train \+ 44 validation \+ 22 test\); there are 20"
    with pytest.raises(DataError, match=says):
        split_patients(PATIENTS, {"train": 154, "validation": 44, "test": 22}, 0)


@pytest.mark.parametrize(
    "amounts",
    [
        {"train": 0.7, "test": 0.4},
        {"train": 3, "test": 0.5},
        {"train": 2.5},
        {"train": -1, "test": 4},
        {},
        {"tain": 3},
    ],
    ids=str,
)
def test_amounts_that_are_none(amounts):
    with pytest.raises(DataError):
        split_patients(PATIENTS, amounts, 0)


def test_scans_of_one_subject_stay_together():
    subjects = {patient: patient[:-1] for patient in PATIENTS[:10]} | {"p010": "twice", "p011": "twice"}
    amounts = {"train": 12, "validation": 5, "test": 3}
    for seed in range(20):
        parts = split_patients(PATIENTS, amounts, seed, subjects)
        assert sizes(parts) == (12, 5, 3)
        assert set(PATIENTS[:10]) <= set(parts["train"])
        assert sum({"p010", "p011"} <= set(members) for members in parts.values()) == 1


def test_counts_that_would_part_a_subject():
    subjects = {patient: str(number // 2) for number, patient in enumerate(PATIENTS)}
    with pytest.raises(DataError, match="without parting scans of one person; nearest is 12 train"):
        split_patients(PATIENTS, {"train": 13, "validation": 4, "test": 3}, 0, subjects)
    shares = {"train": 0.7, "validation": 0.2, "test": 0.1}
    assert sizes(split_patients(PATIENTS, shares, 0, subjects)) == (14, 4, 2)


def test_draws_of_one_seed_test_no_patient_twice():
    patients = [f"p{number}" for number in range(20)]
    amounts = {"train": 10, "validation": 4, "test": 6}
    draws = [split_patients(patients, amounts, 3, number=number) for number in range(3)]
    tested = [patient for draw in draws for patient in draw["test"]]
    assert len(tested) == len(set(tested)) == 18
    for draw in draws:
        assert {name: len(members) for name, members in draw.items()} == amounts
        assert len({patient for members in draw.values() for patient in members}) == 20
    assert draws[0] == split_patients(patients, amounts, 3)
    assert draws[1]["train"] != draws[0]["train"]
    with pytest.raises(DataError, match="draw 4 .* would test somebody twice: of 20 patients 18 were tested"):
        split_patients(patients, amounts, 3, number=3)


def test_further_draws_keep_a_persons_scans_together():
    patients = [f"s{number}" for number in range(18)]
    subjects = {patient: f"who{number // 2}" for number, patient in enumerate(patients)}
    for number in range(3):
        draw = split_patients(patients, {"train": 8, "validation": 4, "test": 6}, 1, subjects, number)
        for members in draw.values():
            assert all(
                subjects[member] in [subjects[o] for o in members if o != member] for member in members
            )


@pytest.mark.parametrize("other", ["P000", "p0 00", "p\u200b000", " p000"], ids=ascii)
def test_patients_who_look_alike_are_never_shared_out(other):
    with pytest.raises(
        DataError, match="the cohort's patients: .* look like one patient; .* If they are one"
    ):
        split_patients([*PATIENTS, other], {"train": 0.7, "test": 0.3}, 0)


def test_persons_who_look_alike_are_never_shared_out():
    subjects = {"p001": "Brats17_TCIA_1", "p002": "brats17_tcia_1"}
    with pytest.raises(DataError, match="the persons whose scans these are: 'Brats17_TCIA_1' and 'brats17"):
        split_patients(PATIENTS, {"train": 0.7, "test": 0.3}, 0, subjects)


def test_a_draw_that_will_not_do_is_repeated():
    amounts = {"train": 0.5, "validation": 0.2, "test": 0.3}
    first = split_patients(PATIENTS, amounts, 0)

    def accepts(parts):
        return {"p003"} <= set(parts["test"]) and {"p004"} <= set(parts["validation"])

    parts = split_patients(PATIENTS, amounts, 0, accepts=accepts)
    assert accepts(parts) and not accepts(first) and sizes(parts) == sizes(first)
    assert parts == split_patients(PATIENTS[::-1], amounts, 0, accepts=accepts)
    assert split_patients(PATIENTS, amounts, 0, accepts=lambda parts: True) == first
    assert split_patients(PATIENTS, amounts, 0, accepts=lambda parts: False) == first


def test_further_draws_know_which_draws_would_not_do():
    amounts = {"train": 10, "validation": 4, "test": 6}

    def accepts(parts):
        return sum(patient in parts["test"] for patient in PATIENTS[:10]) == 3

    draws = [split_patients(PATIENTS, amounts, 5, number=number, accepts=accepts) for number in range(3)]
    tested = [patient for draw in draws for patient in draw["test"]]
    assert len(tested) == len(set(tested)) == 18
    assert all(map(accepts, draws))


def test_counts_that_a_draw_misses_by_chance_are_met_by_another():
    """Three persons with two scans each and three with one: 4 + 3 + 2 can be met, and not by every order."""
    patients = [f"s{number}" for number in range(9)]
    subjects = {f"s{number}": f"who{number // 2}" for number in range(6)}
    for seed in range(20):
        parts = split_patients(patients, {"train": 4, "validation": 3, "test": 2}, seed, subjects)
        assert sizes(parts) == (4, 3, 2)


@pytest.mark.parametrize(
    "name", ["P1\u00a0", "Screenshot 3.01\u202fPM", "P\t1", "P\u200b1", " P1", "P1\u2028"]
)
def test_a_name_that_no_table_can_hold_is_refused_at_the_door(name):
    with pytest.raises(
        DataError, match="characters that are not shown, or blanks at an end; expected a name"
    ):
        check_persons(["P2", name], {})


COUNTS = {"train": 6, "validation": 3, "test": 4}


def test_further_patients_are_drawn_after_the_others_and_leave_them_as_they_are():
    without = split_patients(PATIENTS, COUNTS, seed=3)
    assert list(without) == list(SPLITS)
    assert split_patients(PATIENTS, {**COUNTS, "further": 0}, seed=3) == without
    for further in (1, 5, 7):
        parts = split_patients(PATIENTS, {**COUNTS, "further": further}, seed=3)
        assert list(parts) == list(PARTS) and len(parts["further"]) == further
        assert {name: parts[name] for name in SPLITS} == without
        assert len(set(sum(parts.values(), ()))) == 13 + further
    several = {seed: split_patients(PATIENTS, {**COUNTS, "further": 5}, seed=seed) for seed in (3, 4)}
    assert several[3]["further"] != several[4]["further"]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_no_person_is_in_the_further_part_and_in_another(number):
    subjects = {patient: f"s{int(patient[1:]) // 2}" for patient in PATIENTS}
    amounts = {"train": 6, "validation": 2, "test": 4, "further": 6}
    parts = split_patients(PATIENTS, amounts, 1, subjects, number)
    persons = [{subjects[patient] for patient in parts[name]} for name in PARTS]
    assert [len(names) for names in persons] == [3, 1, 2, 3]
    assert len(set.union(*persons)) == 9


def test_shares_of_further_patients():
    parts = split_patients(PATIENTS, {"train": 0.3, "validation": 0.2, "test": 0.2, "further": 0.3}, 0)
    assert [len(parts[name]) for name in PARTS] == [6, 4, 4, 6]


def test_further_patients_are_drawn_again_until_accepted_and_no_other_part_is():
    first = split_patients(PATIENTS, {**COUNTS, "further": 2}, seed=0)
    others = set(PATIENTS) - set(sum(first.values(), ()))

    def accepts(parts):
        return others.issuperset(parts.get("further", ()))

    again = split_patients(PATIENTS, {**COUNTS, "further": 2}, 0, accepts=accepts)
    assert set(again["further"]) < others
    assert {name: again[name] for name in SPLITS} == {name: first[name] for name in SPLITS}


def test_too_few_for_further_patients():
    says = r"needs 21 patients \(6 train \+ 3 validation \+ 4 test \+ 8 further\); there are 20"
    with pytest.raises(DataError, match=says):
        split_patients(PATIENTS, {**COUNTS, "further": 8}, 0)
    subjects = dict.fromkeys(PATIENTS[:8], "one") | dict.fromkeys(PATIENTS[8:], "other")
    with pytest.raises(DataError, match="cannot be met without parting scans"):
        split_patients(PATIENTS, {"train": 8, "validation": 0, "test": 0, "further": 2}, 0, subjects)
