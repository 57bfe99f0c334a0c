"""How a Visual Turing Test went: the papers' tables with intervals; raters and chance, raters and each other.

An image counts once, by its first showing; second showings say how far a rater agrees with themselves. What
was left unanswered is left out and told. Three things the papers leave open, and what is done here:

* *Intervals* are Wilson's, each image an independent witness; real images come from few patients, so they are
  somewhat too narrow.
* *Chance* is that answers do not depend on what the image is, whatever the mix (`turing_chance`).
* *Agreement.* Cohen's kappa with its standard error for two readers; for more, Fleiss's, with a bootstrap
  over the images. Only images that all of them answered count.

Reference: C. Han et al., "Combining noise-to-image and image-to-image GANs", IEEE Access 2019, Table 7;
C. Han et al., "GAN-based synthetic brain MR image generation", ISBI 2018, Table 1; J. L. Fleiss, Psychol.
Bull. 76, 1971, 378–382.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from statsmodels.stats.inter_rater import fleiss_kappa

from kgan.analyses.visual_turing.chance import ALPHA, MARGIN, Chance, against_chance
from kgan.analyses.visual_turing.files import Answer, Key, Reading
from kgan.analyses.visual_turing.sampling import ORIGINS, Item
from kgan.errors import DataError
from kgan.random.streams import rng
from kgan.stats.kappa import cohen_kappa
from kgan.stats.proportions import CONFIDENCE, Proportion, proportion

_RESAMPLES = 1000


@dataclass(frozen=True)
class Table:
    """One question's answers compared with the truth.

    Args:
        names: the answers that can be given, in the order of the table.
        accuracy: share of right answers among the images answered.
        said: (truth, answer) -> share of that truth's answered images.
        origins: (truth, answer) -> how many of them are real and how many synthetic, in that order.
        again: share of second showings answered like the first.
        chance: the answers compared with guessing.
    """

    names: tuple[str, ...]
    accuracy: Proportion
    said: Mapping[tuple[str, str], Proportion]
    origins: Mapping[tuple[str, str], tuple[int, int]]
    again: Proportion
    chance: Chance


@dataclass(frozen=True)
class Score:
    """How one reader did in one test.

    Args:
        reader: their name.
        images: in the test, each counted once.
        answered: images with an answer to every question.
        origin: real against synthetic.
        kind: between the classes; ``None`` where there are none.
    """

    reader: str
    images: int
    answered: int
    origin: Table
    kind: Table | None

    @property
    def state(self) -> str:
        """Say in words how much was read: "", "partial reading: ..." or "empty reading: ..."."""
        some = self.origin.accuracy.n + (self.kind.accuracy.n if self.kind else 0)
        if not some:
            return "empty reading: no image was answered"
        if self.answered == self.images:
            return ""
        return f"partial reading: {self.answered} of {self.images} images; the figures are of these alone"


@dataclass(frozen=True)
class Agreement:
    """How far readers agree with each other beyond chance, in one question.

    Args:
        question: "origin" or "kind".
        method: "Cohen" or "Fleiss".
        readers: their names.
        images: that all of them answered.
        kappa: 1 for always; ``None`` where all gave one and the same answer throughout, or none is common.
        low: lower end of its interval; ``None`` where there is none (see `kgan.stats.kappa`).
        high: upper end.
    """

    question: str
    method: str
    readers: tuple[str, ...]
    images: int
    kappa: float | None
    low: float | None
    high: float | None


def score(key: Key, reading: Reading, margin: float = MARGIN, alpha: float = ALPHA) -> Score:
    """Compare a rater's answers with the key.

    Args:
        key: of the test.
        reading: as `kgan.analyses.visual_turing.files.read_answers` gives it, of the same test.
        margin: half the width of what counts as chance, in (0, 0.5).
        alpha: threshold of significance.
    """
    shown = key.shown
    given = {name: reading.answers[name] for name in shown}
    table = partial(_table, key, reading, margin=margin, alpha=alpha)
    origin = table(ORIGINS, lambda item: item.picture.origin, lambda answer: answer.origin)
    kinds = tuple(reversed(key.classes))  # the positive class, which is the last, stands first
    kind = table(kinds, lambda item: item.picture.kind or "", lambda answer: answer.kind) if kinds else None
    answered = sum(
        answer.origin is not None and (answer.kind is not None or not kinds) for answer in given.values()
    )
    return Score(reading.reader, len(shown), answered, origin, kind)


def agreement(key: Key, readings: Sequence[Reading], seed: int = 0) -> tuple[Agreement, ...]:
    """Return how far two or more readers of one test agree, for each question.

    Args:
        key: of the test.
        readings: of different readers.
        seed: of the bootstrap.

    Raises:
        DataError: one reader's answers are given twice.
    """
    readers = tuple(reading.reader for reading in readings)
    for number, name in enumerate(readers):
        if name in readers[:number]:
            first = readings[readers.index(name)]
            raise DataError(
                f"{first.path} and {readings[number].path}: both are answers of {name!r} to "
                f"{key.title!r}; expected one file a reader: leave one out"
            )
    if len(readers) < 2:
        return ()
    questions: list[tuple[str, tuple[str, ...], Callable[[Answer], str | None]]] = [
        ("origin", ORIGINS, lambda answer: answer.origin)
    ]
    if key.classes:
        questions.append(("kind", key.classes, lambda answer: answer.kind))
    return tuple(
        _agree(question, readers, _codes(key, readings, names, of), len(names), seed)
        for question, names, of in questions
    )


def _table(
    key: Key,
    reading: Reading,
    names: tuple[str, ...],
    truth_of: Callable[[Item], str],
    said_of: Callable[[Answer], str | None],
    margin: float,
    alpha: float,
) -> Table:
    counts = {(truth, said): [0, 0] for truth in names for said in names}
    for name, item in key.shown.items():
        said = said_of(reading.answers[name])
        if said is not None:
            counts[truth_of(item), said][ORIGINS.index(item.picture.origin)] += 1
    totals = {truth: sum(sum(counts[truth, said]) for said in names) for truth in names}
    right = sum(sum(counts[name, name]) for name in names)
    both = [
        (said_of(reading.answers[first]), said_of(reading.answers[second]))
        for second, first in key.repeated.items()
    ]
    both = [pair for pair in both if None not in pair]
    return Table(
        names,
        proportion(right, sum(totals.values())),
        {pair: proportion(sum(found), totals[pair[0]]) for pair, found in counts.items()},
        {pair: (found[0], found[1]) for pair, found in counts.items()},
        proportion(sum(first == second for first, second in both), len(both)),
        against_chance([[sum(counts[truth, said]) for said in names] for truth in names], margin, alpha),
    )


def _codes(
    key: Key, readings: Sequence[Reading], names: Sequence[str], of: Callable[[Answer], str | None]
) -> np.ndarray:
    """Return (images, readers) int: the answers to images that all of them answered."""
    rows = [[of(reading.answers[name]) for reading in readings] for name in key.shown]
    codes = [[names.index(said) for said in row if said is not None] for row in rows if None not in row]
    return np.array(codes, np.int64).reshape(-1, len(readings))


def _agree(question: str, readers: tuple[str, ...], codes: np.ndarray, answers: int, seed: int) -> Agreement:
    pair = len(readers) == 2
    method = "Cohen" if pair else "Fleiss"
    if not len(codes) or len(np.unique(codes)) < 2:
        return Agreement(question, method, readers, len(codes), None, None, None)
    if pair:
        crossed = np.zeros((answers, answers), np.int64)
        np.add.at(crossed, (codes[:, 0], codes[:, 1]), 1)
        found = cohen_kappa(crossed)
        return Agreement(question, method, readers, len(codes), found.value, found.low, found.high)
    votes = np.stack([(codes == answer).sum(1) for answer in range(answers)], axis=1)
    drawn = rng(seed, f"turing/{question}").integers(0, len(votes), (_RESAMPLES, len(votes)))
    several = [votes[rows] for rows in drawn]
    kappas = [fleiss_kappa(one) for one in several if np.count_nonzero(one.sum(0)) > 1]
    ends = np.quantile(kappas, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    limits = map(float, ends) if ends[0] < ends[1] else (None, None)  # one image, or all agree throughout
    return Agreement(question, method, readers, len(codes), float(fleiss_kappa(votes)), *limits)
