"""The table of the controls: each control against its base, in each metric."""

from kgan.analyses.comparison.controls.derivation import NEGATIVE, POSITIVE
from kgan.analyses.comparison.tables import BETTER, Difference
from kgan.files.columns import Text
from kgan.files.tables import Table

#: Of positive controls: found what is there, or not.
FOUND, NOT_FOUND = "found", "not found"
#: Of negative controls: found nothing where nothing is, or found something.
NOTHING_FOUND, FALSE_ALARM = "nothing found", "false alarm"
#: Of either: too few patients for any test.
NOT_TESTABLE = "not testable"


class ControlDifference(Difference):
    """A control, which is the second classifier, and its base.

    Its family is that of the controls of its kind; ``planned`` and ``p_patients_holm`` are of this family.

    Args:
        control: `POSITIVE` or `NEGATIVE`.
        result: in the primary metric; empty on the others.
    """

    control: Text
    result: Text


CONTROLS = Table("controls.csv", ControlDifference)


def control_result(control: str, conclusion: str, testable: bool = True) -> str:
    """Return what a comparison of a control with its base shows.

    Args:
        control: `POSITIVE` or `NEGATIVE`.
        conclusion: of the comparison in the primary metric.
        testable: whether the cohort is large enough for the test to find anything.

    Raises:
        ValueError: there is no such kind of control.
    """
    results = {POSITIVE: (FOUND, NOT_FOUND), NEGATIVE: (FALSE_ALARM, NOTHING_FOUND)}
    if control not in results:
        raise ValueError(f"a control is {POSITIVE} or {NEGATIVE}, received {control!r}")
    if not testable:
        return NOT_TESTABLE
    is_better, is_not = results[control]
    return is_better if conclusion == BETTER else is_not
