"""Rows of a comparison of two classifiers, as the step writes them."""

from kgan.analyses.comparison.results import read_pairs, read_results
from kgan.analyses.comparison.tables import CLASSIFICATION, METRICS, SIGNIFICANCE, Difference, Performance

UNDEFINED = (None,) * 5
RATES = {
    "real": {
        "accuracy": (0.8, 0.75, 0.85, 0.7, 0.9),
        "sensitivity": (0.7, 0.6, 0.8, None, None),
        "specificity": (0.9, 0.8, 0.95, None, None),
    },
    "+pggan": {
        "accuracy": (0.9, 0.85, 0.94, 0.8, 0.97),
        "sensitivity": (0.9, 0.8, 0.95, None, None),
        "specificity": UNDEFINED,
    },
}
ENDS = ("", "_low", "_high", "_patients_low", "_patients_high")
REAL = {
    "auroc": 0.88,
    "auroc_patients_low": 0.8,
    "auroc_patients_high": 0.95,
    "tp": 70,
    "fn": 30,
    "tn": 90,
    "fp": 10,
    "n": 200,
    "published_accuracy": 0.8633,
    "published_sensitivity": 0.8888,
    "published_specificity": 0.8322,
}
PGGAN = {"tp": 90, "fn": 10, "tn": 0, "fp": 0, "n": 100, "note": "no image of the negative class"}


def performance(setup, variant="scratch", like=None, **values):
    """A row of the classification of a setup, by default with the values of that name."""
    rates = RATES[like or setup]
    columns = dict.fromkeys(Performance.model_fields)
    for metric in METRICS:
        columns |= {metric + end: value for end, value in zip(ENDS, rates[metric], strict=True)}
    columns |= {"setup": setup, "variant": variant, "control": "", "patients": 12, "runs": 1, "note": ""}
    return Performance(**(columns | (REAL if (like or setup) == "real" else PGGAN) | values))


RESULTS = (performance("real"), performance("+pggan"))


def difference(metric, **values):
    columns = dict.fromkeys(Difference.model_fields)
    columns |= {"metric": metric, "planned": False, "n": 200, "patients": 12, "conclusion": "", "note": ""}
    return Difference(**(columns | {"test": "exact"} | values))


def differences(first="real (scratch)", second="+pggan (scratch)", planned=True, **values):
    pair = {"first": first, "second": second}
    counts = {"first_only_right": 5, "second_only_right": 25, "p": 0.0003, "p_holm": 0.0006}
    gain = {"gain": 0.1, "gain_low": 0.02, "gain_high": 0.18, "p_patients": 0.001}
    decided = {"p_patients_holm": 0.003, "conclusion": "better", "detectable": 0.09, **values}
    return [
        difference("accuracy", **pair, planned=planned, **counts, **gain, **(decided if planned else {})),
        difference("sensitivity", **pair, gain=0.2, gain_low=-0.1, gain_high=0.5, p_patients=0.3, p_holm=0.4),
        difference("specificity", **pair, note="no image of this class"),
        difference("auroc", **pair, gain=-0.012, gain_low=-0.03, gain_high=0.006, p_patients=0.21, test=""),
    ]


def written(folder, results=RESULTS, rows=None, **values):
    """Write a comparison's tables, and return its classifiers and pairs as the report reads them."""
    CLASSIFICATION.write(folder, results)
    SIGNIFICANCE.write(folder, differences(**values) if rows is None else rows)
    return read_results(folder), read_pairs(folder)
