"""One folder for each question about a run, in the order in which they are planned."""

from typing import Any

from kgan.analyses.base import Analysis
from kgan.analyses.comparison.analysis import ComparisonAnalysis
from kgan.analyses.fidelity.analysis import FidelityAnalysis
from kgan.analyses.memorization.analysis import MemorizationAnalysis
from kgan.analyses.patient_equivalence.analysis import PatientEquivalenceAnalysis
from kgan.analyses.recognition.analysis import RecognitionAnalysis
from kgan.analyses.tsne.analysis import TsneAnalysis
from kgan.analyses.visual_turing.analysis import VisualTuringAnalysis

ANALYSES: tuple[Analysis[Any], ...] = (
    TsneAnalysis(),
    FidelityAnalysis(),
    MemorizationAnalysis(),
    VisualTuringAnalysis(),
    PatientEquivalenceAnalysis(),
    RecognitionAnalysis(),
    ComparisonAnalysis(),
)
