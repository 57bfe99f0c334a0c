"""All measures of how like real images synthetic ones are, of one choice of features."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from kgan.data.randomness import rng
from kgan.errors import DataError
from kgan.evaluation.frechet import frechet_distance, shrunk_frechet_distance
from kgan.evaluation.halving import CUTS, DRAWS, Spread, cut_in_two, floor, spread
from kgan.evaluation.kernel_distance import SUBSET, squared_mmd
from kgan.evaluation.neighbours import NEIGHBOURS, fidelity
from kgan.evaluation.two_sample import two_sample
from kgan.evaluation.vectors import check_varied
from kgan.progress import Progress, Silent

#: Name -> its range; measures may not leave it.
RANGES: Mapping[str, tuple[float, float]] = {
    "kid": (-np.inf, np.inf),
    "fid_shrunk": (0.0, np.inf),
    "fid": (0.0, np.inf),
    "precision": (0.0, 1.0),
    "recall": (0.0, 1.0),
    "density": (0.0, np.inf),
    "coverage": (0.0, 1.0),
    "c2st": (0.0, 1.0),
}
#: Cuts of the real patients that the test by a classifier, which takes longest, is repeated on.
_TEST_CUTS = 3

_SILENT = Silent()


@dataclass(frozen=True)
class Likeness:
    """One measure of synthetic images against real ones.

    Args:
        name: one of `RANGES`.
        value: ``None`` where it is refused.
        low: lower limit of the 95 % interval, by patient; ``None`` where it cannot be told.
        high: upper limit.
        halved: mean value of halves of both sets, to be held against the floor.
        floor: the same of one half of the real patients against the other.
        p: against chance; of "c2st" alone.
        note: why something is missing, in words; empty otherwise.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    halved: float | None = None
    floor: float | None = None
    p: float | None = None
    note: str = ""


def work(draws: int = DRAWS) -> int:
    """Return how many units `likeness` reports to its progress."""
    return 1 + draws + CUTS + 1 + _TEST_CUTS


def likeness(
    real: np.ndarray,
    patients: np.ndarray,
    synthetic: np.ndarray,
    owners: np.ndarray | None = None,
    *,
    neighbours: int = NEIGHBOURS,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress = _SILENT,
) -> list[Likeness]:
    """Measure synthetic images against real ones.

    Args:
        real: (m, d) float64 features.
        patients: (m,) str, whose each real image is.
        synthetic: (n, d) float64 features.
        owners: (n,) str, whose each synthetic image is, where it is a patient's too.
        neighbours: of precision, recall, density and coverage.
        draws: halves that the intervals rest on.
        seed: of all draws.
        progress: told how far it is, in units of `work`; begun by the caller.

    Raises:
        DataError: fewer images than neighbours, or real images that are all the same.
    """
    if min(len(real), len(synthetic)) <= neighbours:
        raise DataError(
            f"{neighbours} neighbours among {len(real)} real and {len(synthetic)} synthetic images; expected "
            "more images of each than neighbours: take more images or fewer neighbours"
        )
    check_varied(real, "the real set")
    owners = np.arange(len(synthetic)) if owners is None else np.asarray(owners)
    real, patients = _shuffled(real, np.asarray(patients), seed, 0)
    synthetic, owners = _shuffled(synthetic, owners, seed, 1)
    statistic = _Statistic(neighbours)
    least = neighbours + 1
    values = statistic(real, synthetic)
    progress.advance()
    spreads = spread(
        statistic,
        real,
        patients,
        synthetic,
        owners,
        draws=draws,
        least=least,
        seed=seed,
        progress=progress,
    )
    floors = floor(statistic, real, patients, least=least, seed=seed, progress=progress)
    found = []
    for name, value in values.items():
        known, lowest = spreads.get(name), floors.get(name)
        found.append(
            Likeness(
                name,
                _number(value),
                *_limits(name, value, known.margin if known else None),
                halved=known.halved if known else None,
                floor=_number(lowest),
                note=_why(name, value, known, len(np.unique(patients)), real.shape[1]),
            )
        )
    return [*found, _told((real, patients), (synthetic, owners), seed, progress)]


@dataclass(frozen=True)
class _Statistic:
    """The measures that are taken of halves too; NaN where a measure refuses."""

    neighbours: int

    def __call__(self, real: np.ndarray, synthetic: np.ndarray) -> dict[str, float]:
        enough = min(len(real), len(synthetic)) > real.shape[1]
        return {
            "kid": _kid(real, synthetic),
            "fid_shrunk": shrunk_frechet_distance(real, synthetic),
            "fid": frechet_distance(real, synthetic) if enough else float("nan"),
            **asdict(fidelity(real, synthetic, self.neighbours)),
        }


def _kid(real: np.ndarray, synthetic: np.ndarray) -> float:
    """Mean over pairs of subsets that share no image; both sets are in random order."""
    number = max(1, min(len(real), len(synthetic)) // SUBSET)
    parts = zip(np.array_split(real, number), np.array_split(synthetic, number), strict=True)
    return float(np.mean([squared_mmd(one, other) for one, other in parts]))


def _told(
    mine: tuple[np.ndarray, np.ndarray], theirs: tuple[np.ndarray, np.ndarray], seed: int, progress: Progress
) -> Likeness:
    """Test (images, whose they are) of both sides by a classifier."""
    (real, patients), (synthetic, owners) = mine, theirs
    if min(len(np.unique(patients)), len(np.unique(owners))) < 2:
        progress.advance(1 + _TEST_CUTS)
        return Likeness("c2st", None, note="c2st: images of one patient, so nobody is left to ask of")
    found = two_sample(real, patients, synthetic, owners, seed=seed)
    progress.advance()
    floors = []
    for cut in range(_TEST_CUTS):
        one, other = cut_in_two(patients, seed, cut)
        if min(len(np.unique(patients[side])) for side in (one, other)) >= 2:
            floors.append(two_sample(real[one], patients[one], real[other], patients[other], seed=seed).value)
        progress.advance()
    lowest = float(np.mean(floors)) if floors else None
    note = "" if floors else "c2st: no floor with fewer than four patients"
    return Likeness("c2st", found.value, found.low, found.high, None, lowest, found.p, note)


def _shuffled(points: np.ndarray, owners: np.ndarray, seed: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    order = rng(seed, "likeness/order", side).permutation(len(points))
    return points[order], owners[order]


def _limits(name: str, value: float, margin: float | None) -> tuple[float | None, float | None]:
    if margin is None or not np.isfinite(value):
        return None, None
    lowest, highest = RANGES[name]
    return max(lowest, value - margin), min(highest, value + margin)


def _number(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)


def _why(name: str, value: float, known: Spread | None, patients: int, dimension: int) -> str:
    if not np.isfinite(value):
        return (
            f"no bare FID: expected more than {dimension} images of each set, the number of features; see "
            "KID and the shrunk FID"
        )
    if patients < 2:
        return "no interval and no floor: real images of one patient"
    if known is None:
        return "no interval: halves of the patients have too few images"
    if known.margin is None:
        return f"{name}: no interval, as halves have fewer images than the {dimension} features"
    return ""
