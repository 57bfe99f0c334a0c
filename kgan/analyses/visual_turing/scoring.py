"""How a Visual Turing Test went: the papers' tables with intervals; raters and chance, raters and each other.

An image counts once, by its first showing; second showings say how far a rater agrees with themselves.
Images without an answer are left out, and counted. Three things the papers leave open, and what is done here:

* *Intervals* are Wilson's, each image an independent witness; real images come from few patients, so they are
  somewhat too narrow.
* *Chance* is that answers do not depend on what the image is, whatever the mix (`turing_chance`).
* *Agreement.* Cohen's kappa with its standard error for two raters; for more, Fleiss's, with a bootstrap
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
        shares: (truth, answer) -> share of that truth's answered images.
        origins: (truth, answer) -> how many of them are real and how many synthetic, in that order.
        again: share of second showings answered like the first.
        chance: the answers compared with guessing.
    """

    names: tuple[str, ...]
    accuracy: Proportion
    shares: Mapping[tuple[str, str], Proportion]
    origins: Mapping[tuple[str, str], tuple[int, int]]
    again: Proportion
    chance: Chance


@dataclass(frozen=True)
class Score:
    """How one rater did in one test.

    Args:
        rater: their name.
        images: in the test, each counted once.
        answered: images with an answer to every question.
        origin: real against synthetic.
        kind: between the classes; ``None`` where there are none.
    """

    rater: str
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
        return f"partial reading: {self.answered} of {self.images} images; the numbers are of these alone"


@dataclass(frozen=True)
class Agreement:
    """How far raters agree with each other beyond chance, in one question.

    Args:
        question: "origin" or "kind".
        method: "Cohen" or "Fleiss".
        raters: their names.
        images: that all of them answered.
        kappa: 1 for always; ``None`` where all gave one and the same answer throughout, or none is common.
        low: lower end of its interval; ``None`` where there is none (see `kgan.stats.kappa`).
        high: upper end.
    """

    question: str
    method: str
    raters: tuple[str, ...]
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
    return Score(reading.rater, len(shown), answered, origin, kind)


def agreement(key: Key, readings: Sequence[Reading], seed: int = 0) -> tuple[Agreement, ...]:
    """Return how far two or more raters of one test agree, for each question.

    Args:
        key: of the test.
        readings: of different raters.
        seed: of the bootstrap.

    Raises:
        DataError: one rater's answers are given twice.
    """
    raters = tuple(reading.rater for reading in readings)
    for number, name in enumerate(raters):
        if name in raters[:number]:
            first = readings[raters.index(name)]
            raise DataError(
                f"{first.path} and {readings[number].path}: both are answers of {name!r} to "
                f"{key.title!r}; expected one file a rater: leave one out"
            )
    if len(raters) < 2:
        return ()
    questions: list[tuple[str, tuple[str, ...], Callable[[Answer], str | None]]] = [
        ("origin", ORIGINS, lambda answer: answer.origin)
    ]
    if key.classes:
        questions.append(("kind", key.classes, lambda answer: answer.kind))
    return tuple(
        _agree(question, raters, _codes(key, readings, names, of), len(names), seed)
        for question, names, of in questions
    )


def _table(
    key: Key,
    reading: Reading,
    names: tuple[str, ...],
    truth_of: Callable[[Item], str],
    answer_of: Callable[[Answer], str | None],
    margin: float,
    alpha: float,
) -> Table:
    counts = {(truth, answer): [0, 0] for truth in names for answer in names}
    for name, item in key.shown.items():
        answer = answer_of(reading.answers[name])
        if answer is not None:
            counts[truth_of(item), answer][ORIGINS.index(item.picture.origin)] += 1
    totals = {truth: sum(sum(counts[truth, answer]) for answer in names) for truth in names}
    right = sum(sum(counts[name, name]) for name in names)
    both = [
        (answer_of(reading.answers[first]), answer_of(reading.answers[second]))
        for second, first in key.repeated.items()
    ]
    both = [pair for pair in both if None not in pair]
    return Table(
        names,
        proportion(right, sum(totals.values())),
        {pair: proportion(sum(by_origin), totals[pair[0]]) for pair, by_origin in counts.items()},
        {pair: (by_origin[0], by_origin[1]) for pair, by_origin in counts.items()},
        proportion(sum(first == second for first, second in both), len(both)),
        against_chance([[sum(counts[truth, answer]) for answer in names] for truth in names], margin, alpha),
    )


def _codes(
    key: Key, readings: Sequence[Reading], names: Sequence[str], of: Callable[[Answer], str | None]
) -> np.ndarray:
    """Return (images, raters) int: the answers to images that all of them answered."""
    rows = [[of(reading.answers[name]) for reading in readings] for name in key.shown]
    codes = [[names.index(answer) for answer in row if answer is not None] for row in rows if None not in row]
    return np.array(codes, np.int64).reshape(-1, len(readings))


def _agree(question: str, raters: tuple[str, ...], codes: np.ndarray, answers: int, seed: int) -> Agreement:
    pair = len(raters) == 2
    method = "Cohen" if pair else "Fleiss"
    if not len(codes) or len(np.unique(codes)) < 2:
        return Agreement(question, method, raters, len(codes), None, None, None)
    if pair:
        crossed = np.zeros((answers, answers), np.int64)
        np.add.at(crossed, (codes[:, 0], codes[:, 1]), 1)
        kappa = cohen_kappa(crossed)
        return Agreement(question, method, raters, len(codes), kappa.value, kappa.low, kappa.high)
    votes = np.stack([(codes == answer).sum(1) for answer in range(answers)], axis=1)
    drawn = rng(seed, f"turing/{question}").integers(0, len(votes), (_RESAMPLES, len(votes)))
    several = [votes[rows] for rows in drawn]
    kappas = [
        fleiss_kappa(drawn_votes) for drawn_votes in several if np.count_nonzero(drawn_votes.sum(0)) > 1
    ]
    ends = np.quantile(kappas, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    limits = map(float, ends) if ends[0] < ends[1] else (None, None)  # one image, or all agree throughout
    return Agreement(question, method, raters, len(codes), float(fleiss_kappa(votes)), *limits)
