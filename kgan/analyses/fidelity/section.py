"""The report's sections on fidelity metrics, and the answer where GANs alone are compared."""

from collections.abc import Iterator, Mapping

from kgan.analyses.fidelity.distances_section import distances_section
from kgan.analyses.fidelity.pca_section import pca_answers, pca_section
from kgan.analyses.fidelity.settings import FidelitySettings
from kgan.pipeline.records.run_folder import Steps
from kgan.report.html import Section


def sections(run: Steps, labels: Mapping[str, str]) -> Iterator[Section]:
    """Yield the sections on realism and diversity, and on distances; none where nothing was measured."""
    step = run.first_of(FidelitySettings)
    if step is not None:
        yield from pca_section(step, labels)
        yield from distances_section(step, labels)


def answers(run: Steps, labels: Mapping[str, str]) -> Iterator[str]:
    """Yield which GAN comes nearest to the real images, and which ones learnt nothing of use."""
    step = run.first_of(FidelitySettings)
    if step is not None:
        yield from pca_answers(step, labels)
