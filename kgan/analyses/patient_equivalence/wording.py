"""Patient equivalence in plain sentences."""

from collections.abc import Sequence

from kgan.analyses.patient_equivalence.quantity import CensoredCount, EquivalentPatients
from kgan.report.formatting import SPACE, count

_FLAT = (
    "Without the pool, accuracy did not rise with the number of patients, so its equivalent in patients says "
    "little here: compare the accuracies."
)


def headlines(estimates: Sequence[EquivalentPatients], rises: bool = True) -> tuple[str, ...]:
    """Say to how many patients the pool is equivalent beside the fewest and beside the most real patients.

    Args:
        estimates: by number of patients.
        rises: whether more patients gain anything without the pool.
    """
    ends = (estimates[0], estimates[-1]) if len(estimates) > 1 else estimates
    flat = () if rises else (_FLAT,)
    return (*(sentence(estimate) for estimate in ends), *flat)


def sentence(estimate: EquivalentPatients) -> str:
    """Say in one sentence to how many patients the pool is equivalent beside some real patients."""
    start = f"With {_real_patients(estimate.patients)}, the pool is equivalent to {_value(estimate)}"
    low, high = estimate.low, estimate.high
    if low is None or high is None:
        return f"{start}; no interval can be given."
    limits = f"95{SPACE}% interval {interval(low, high)}"
    claims = estimate.value.beyond or round(estimate.value.number)
    perhaps = ", so perhaps to none" if claims and not estimate.excludes_zero else ""
    return f"{start} ({limits}{perhaps})."


def not_covered(runs: int) -> str:
    """Say what the intervals leave out.

    Args:
        runs: the fewest of any classifier.
    """
    pool = "the training of the pool's model, as the pool was made once"
    if runs > 1:
        return (
            "The intervals account for chance in the test patients and in the runs, of which each classifier "
            f"has {runs} or more, each on another draw of the training patients; not for {pool}."
        )
    return (
        "The intervals account for chance in the test patients alone, and are too narrow: they leave out the "
        "variation between runs and between draws of the training patients, as each classifier was trained "
        f"once (repeats.seeds: 3 adds both), and {pool}."
    )


def censored_text(value: CensoredCount) -> str:
    """Write a number of patients: ``6``, ``−2``, ``more than 14``."""
    words = {1: "more than ", -1: "less than ", 0: ""}[value.beyond]
    return words + whole(value.number)


def interval(low: CensoredCount, high: CensoredCount) -> str:
    """Write limits: ``−2 to 15``, or ``more than 14 throughout`` where both are beyond what was measured."""
    if low.beyond and low == high:
        return f"{censored_text(low)} throughout"
    return f"{censored_text(low)} to {censored_text(high)}"


def whole(value: float) -> str:
    """Write a number rounded to patients."""
    return f"{round(value) or 0:,}".replace("-", "−")


def _value(estimate: EquivalentPatients) -> str:
    number, beyond = estimate.value.number, estimate.value.beyond
    rounded = round(number)
    reached = _real_patients(estimate.patients + rounded)
    if beyond > 0:
        if not rounded:
            return f"some, but how many cannot be estimated, as no classifier had more than {reached}"
        return f"more than {whole(number)} more: {reached} without it do not do as well"
    if beyond < 0:
        if not rounded:
            return "less than none: without it the classifier does better"
        return f"less than {whole(number)}: without it {reached} do better"
    if not rounded:
        return "none: without it the same number of patients does as well"
    return f"{whole(number)} more" if rounded > 0 else f"{whole(number)}: without it {reached} do as well"


def _real_patients(patients: int) -> str:
    return f"{count(patients)} real patient{'' if patients == 1 else 's'}"
