"""Patients split into training, validation, test and further ones, so that no patient is in two of them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from kgan.errors import DataError
from kgan.identifiers import check_distinct, quoted
from kgan.random.streams import rng

SPLITS = ("train", "validation", "test")
#: Patients held back from all but the classifiers of control setups; there are none unless requested.
FURTHER = "further"
PARTS = (*SPLITS, FURTHER)
#: How often a draw is repeated, at most, until it is accepted.
TRIES = 1000

#: Whether patients by split are accepted.
Accepts = Callable[[Mapping[str, Sequence[str]]], bool]


def patients_needed(amounts: Mapping[str, float]) -> int:
    """Return how many patients a split needs at least.

    Args:
        amounts: for each of `PARTS`, how many patients (whole numbers), or which share of them (between 0
            and 1, together at most 1); 0 for a part that is not named.

    Raises:
        DataError: the amounts are neither.
    """
    values = _checked(amounts)
    counts = values if _are_counts(values) else [value > 0 for value in values]
    return int(sum(counts))


def split_patients(
    patients: Sequence[str],
    amounts: Mapping[str, float],
    seed: int,
    subjects: Mapping[str, str] | None = None,
    number: int = 0,
    accepts: Accepts | None = None,
) -> dict[str, tuple[str, ...]]:
    """Split patients at random.

    Where the counts add up to fewer than there are, the rest is in no split. Further patients are drawn from
    those whom the other three parts leave, so that of one cohort these are the same without them. Repeated
    draws of one seed test everybody at most once: the tests of several draws can be put together as if each
    patient had been kept for one large test.

    Args:
        patients: identifiers, in any order (the result does not depend on it).
        amounts: as for `patients_needed`.
        seed: of the draw.
        subjects: who was scanned, by patient; patients of one subject come into the same split.
        number: of the draw, from 0.
        accepts: whether a draw is accepted; one that is not, or that separates scans of a subject, is
            repeated up to `TRIES` times. If none is accepted, the first is returned.

    Returns:
        dict: sorted identifiers for each of `SPLITS`, and for `FURTHER` where any are requested.

    Raises:
        DataError: two patients, or two subjects, look like one; there are too few patients, or subjects with
            several scans do not fit the counts, or the earlier draws have left too few who were not tested.
    """
    check_persons(patients, subjects or {})
    needed = patients_needed(amounts)
    if needed > len(patients):
        raise DataError(f"the split needs {needed} patients ({_words(amounts)}); there are {len(patients)}")
    values = _checked(amounts)
    exact = _are_counts(values)
    room = [int(value) for value in values] if exact else _rounded(values, len(patients))
    *places, held_back = room
    groups = _groups(patients, subjects or {})
    tested: set[str] = set()
    for again in range(number + 1):
        shared = _draw(groups, places, seed, again, tested, accepts)
        if again and len(shared[-1]) < places[-1]:
            raise DataError(
                f"draw {again + 1} of the split {_words(amounts)} would test somebody twice: of "
                f"{len(patients)} patients {len(tested)} were tested by the draws before it. Lower "
                "repeats.splits, or test fewer patients in data.split"
            )
        tested |= set(shared[-1])
    if held_back:
        shared = [*shared, _draw_further(groups, shared, held_back, seed, number, accepts)]
    if _is_short(shared, room) and (exact or not all(shared[i] for i, value in enumerate(values) if value)):
        raise DataError(
            f"the split {_words(amounts)} cannot be met without parting scans of one person; nearest is "
            f"{_words(dict(zip(PARTS, map(len, shared), strict=False)))}: write these numbers into data.split"
        )
    return _named(shared)


def check_persons(patients: Sequence[str], subjects: Mapping[str, str]) -> None:
    """Refuse names that no table can hold, and patients or persons with several scans of whom two look alike.

    Args:
        patients: identifiers.
        subjects: who was scanned, by patient; a patient that is left out is a person of that name.

    Raises:
        DataError: names the first, or two of them, and says what to do.
    """
    way_out = (
        "If they are one person, keep one of the two, or give the images of both one name in patients.csv; "
        "if they are two, rename one"
    )
    check_distinct(sorted(patients), "the cohort's patients", way_out)
    persons = {subjects.get(patient, patient) for patient in patients}
    check_distinct(sorted(persons), "the persons whose scans these are", way_out)
    for patient in sorted(patients):
        if not patient.isprintable() or patient != patient.strip():
            raise DataError(
                f"the cohort's patients: {quoted(patient)} has characters that are not shown, or blanks at "
                "an end; expected a name as tables can hold it. Rename it"
            )


def _draw(
    groups: list[list[str]],
    room: list[int],
    seed: int,
    number: int,
    tested: set[str],
    accepts: Accepts | None,
) -> list[list[str]]:
    """Distribute groups until all sets are full and the result is accepted."""

    def share(stream: str) -> list[list[str]]:
        if number:
            return _share_again(groups, room, seed, stream, tested)
        return _share(groups, room, seed, stream)

    def is_accepted(shared: list[list[str]]) -> bool:
        return not _is_short(shared, room) and (accepts is None or accepts(_named(shared)))

    return _first_accepted(_stream(number), share, is_accepted)


def _draw_further(
    groups: list[list[str]],
    others: list[list[str]],
    count: int,
    seed: int,
    number: int,
    accepts: Accepts | None,
) -> list[str]:
    """Draw further patients among the groups that are in no other part."""
    taken = {patient for members in others for patient in members}
    left = [group for group in groups if not taken.intersection(group)]

    def share(stream: str) -> list[list[str]]:
        return _share(left, [count], seed, stream)

    def is_accepted(shared: list[list[str]]) -> bool:
        return not _is_short(shared, [count]) and (accepts is None or accepts(_named([*others, *shared])))

    return _first_accepted(f"{_stream(number)}/{FURTHER}", share, is_accepted)[0]


def _stream(number: int) -> str:
    return "split" + (f"/{number}" if number else "")


def _first_accepted(
    stream: str, share: Callable[[str], list[list[str]]], is_accepted: Callable[[list[list[str]]], bool]
) -> list[list[str]]:
    """Share until a result is accepted; return the first where none is."""
    first: list[list[str]] | None = None
    for attempt in range(TRIES):
        shared = share(stream + (f"/attempt {attempt}" if attempt else ""))
        first = shared if first is None else first
        if is_accepted(shared):
            return shared
    return first or []


def _is_short(shared: Sequence[Sequence[str]], room: Sequence[int]) -> bool:
    return any(have > len(members) for have, members in zip(room, shared, strict=False))


def _named(shared: Sequence[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(sorted(members)) for name, members in zip(PARTS, shared, strict=False)}


def _checked(amounts: Mapping[str, float]) -> list[float]:
    unknown = sorted(set(amounts) - set(PARTS))
    values = [amounts.get(name, 0) for name in PARTS]
    if unknown or any(isinstance(value, bool) or value < 0 for value in values) or not any(values):
        raise DataError(f"the split {dict(amounts)} is none; expected patients for {', '.join(PARTS)}")
    if not _are_counts(values) and (any(value >= 1 for value in values) or sum(values) > 1 + 1e-9):
        raise DataError(
            f"the split {_words(amounts)} mixes counts and shares, or its shares add up to more than 1; "
            "expected whole numbers of patients, or shares such as 0.7, 0.2, 0.1"
        )
    return values


def _are_counts(values: Sequence[float]) -> bool:
    return all(float(value).is_integer() for value in values)


def _words(amounts: Mapping[str, float]) -> str:
    parts = [name for name in PARTS if name in SPLITS or amounts.get(name)]
    return " + ".join(f"{amounts.get(name, 0):g} {name}" for name in parts)


def _rounded(shares: Sequence[float], count: int) -> list[int]:
    """Turn shares into counts: at least 1 where a share is requested, the largest remainders rounded up."""
    total = min(count, int(sum(shares) * count + 0.5))
    room = [max(int(share * count), share > 0) for share in shares]
    while sum(room) < total:
        room[max(range(len(shares)), key=lambda i: shares[i] * count - room[i])] += 1
    while sum(room) > count:
        room[room.index(max(room))] -= 1
    return [int(value) for value in room]


def _groups(patients: Sequence[str], subjects: Mapping[str, str]) -> list[list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for patient in sorted(patients):
        groups[subjects.get(patient, patient)].append(patient)
    return [groups[subject] for subject in sorted(groups)]


def _share_again(
    groups: list[list[str]], room: list[int], seed: int, stream: str, tested: set[str]
) -> list[list[str]]:
    """Split again; the test set takes only patients who were not tested before."""
    *others, test = room
    fresh = [group for group in groups if not tested.intersection(group)]
    chosen = _share(fresh, [0, test], seed, f"{stream}/test")[1]
    left = [group for group in groups if not set(chosen).intersection(group)]
    return [*_share(left, others, seed, stream), chosen]


def _share(groups: list[list[str]], room: Sequence[int], seed: int, stream: str) -> list[list[str]]:
    """Put groups where there is room, the largest first, each by chance in proportion to the room left."""
    draw = rng(seed, stream)
    left = list(room)
    shuffled = [groups[i] for i in draw.permutation(len(groups))]
    shared: list[list[str]] = [[] for _ in left]
    for group in sorted(shuffled, key=len, reverse=True):
        fits = [places if places >= len(group) else 0 for places in left]
        if any(fits):
            place = int(draw.choice(len(left), p=[fit / sum(fits) for fit in fits]))
            shared[place].extend(group)
            left[place] -= len(group)
    return shared
