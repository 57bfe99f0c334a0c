"""Realism and diversity of generated images by principal components, beside published values."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kgan.analyses.fidelity.settings import FidelitySettings
from kgan.analyses.fidelity.tables import PCA_METRICS, PcaMetrics
from kgan.pipeline.records.run_folder import FinishedStep
from kgan.report.formatting import NOTHING, SPACE, count, listing, percent
from kgan.report.html import Cell, Section, Table

#: Share of the real images' variation below which a pool counts as collapsed.
_COLLAPSED = 0.25
#: Share of the real images' realism below which a pool counts as of another kind.
_UNLIKE = 0.6


def read_pca_metrics(folder: Path) -> list[PcaMetrics]:
    """Read the table from the step's folder: each set of real images before what is compared with it."""
    rows = PCA_METRICS.read(folder)
    ordered = []
    for real in (row for row in rows if row.is_real):
        ordered += [real, *(row for row in rows if row.against == real.pool)]
    return ordered


def pca_section(step: FinishedStep[FidelitySettings], labels: Mapping[str, str]) -> Iterator[Section]:
    """Yield the section on realism and diversity; none where nothing was measured."""
    rows = read_pca_metrics(step.folder)
    if rows:
        yield Section(
            "measures",
            "Realism and diversity",
            paragraphs=[
                "Realism ρ: how much of an image’s difference from the mean real image lies along the "
                f"{step.settings.components} principal components of the real images, 1 being all of it; the "
                "mean over the images. What counts is how near it comes to the real images’ own ρ: images "
                "smoother than these have a higher one.",
                "Diversity σ: the total variation of the images, the trace of their covariance; δ: how many "
                "of its eigenvalues are above 1 % of σ. A small σ, or few eigenvalues, mean images that are "
                "much alike: mode collapse.",
            ],
            tables=[_table(rows, labels)],
        )


def pca_answers(step: FinishedStep[FidelitySettings], labels: Mapping[str, str]) -> Iterator[str]:
    """Yield which GAN comes nearest to the real images, and which ones learnt nothing of use."""
    rows = read_pca_metrics(step.folder)
    real = {row.pool: row for row in rows if row.is_real}
    pools = [row for row in rows if not row.is_real]
    if not pools:
        return
    if len(real) == 1:
        yield _nearest(pools, next(iter(real.values())), labels)
    unlike = [row for row in pools if (_ratio(row.rho, real[row.against].rho) or 0.0) < _UNLIKE]
    collapsed = [row for row in pools if (_ratio(row.sigma, real[row.against].sigma) or 0.0) < _COLLAPSED]
    for group, text in (
        (unlike, f"Realism below {_UNLIKE:.0%} of the real images’ own, so hardly images of the kind"),
        (collapsed, f"Variation below {_COLLAPSED:.0%} of the real images’, which points to mode collapse"),
    ):
        if group:
            yield f"{text}: {listing([_quoted(row, labels) for row in group])}."
    yield "Each GAN was trained once: another seed gives others."


def _table(rows: Sequence[PcaMetrics], labels: Mapping[str, str]) -> Table:
    real = {row.pool: row for row in rows if row.is_real}
    columns = ["Images", "Realism ρ", "Diversity σ", "σ, % of the real images’", "Eigenvalues δ"]
    note = "σ grows with the number of pixels: compare its percentage, not itself, with other image sizes."
    if any((row.published_rho, row.published_sigma, row.published_delta) != (None,) * 3 for row in rows):
        note += (
            " “Paper”: the published value, of other images at full size. Its σ and δ were computed in "
            "another way than the paper’s text says; what that way gives here stands before it, and σ of the "
            "text above."
        )
    return Table(columns, [_row(row, real.get(row.against, row), labels) for row in rows], note=note)


def _row(row: PcaMetrics, real: PcaMetrics, labels: Mapping[str, str]) -> list[str | Cell]:
    below = f"{count(row.images)} images"
    if row.explained is not None:
        below += f", components hold {percent(row.explained)}{SPACE}%"
    published = _ratio(row.published_sigma, real.published_sigma)
    return [
        Cell(row.pool if row.is_real else labels.get(row.pool, row.pool), below, strong=row.is_real),
        _cell(row.rho, row.published_rho, None, ".3f"),
        _cell(row.sigma, row.published_sigma, row.sigma_as_published, ".4g"),
        Cell(
            percent(_ratio(row.sigma, real.sigma)),
            "" if published is None else f"paper {percent(published)}",
        ),
        _cell(row.delta, row.published_delta, row.delta_as_published, ".0f"),
    ]


def _cell(value: float | None, published: float | None, as_published: float | None, form: str) -> Cell:
    text = NOTHING if value is None else format(value, form)
    if published is None:
        return Cell(text)
    ours = "" if as_published is None else f"as in the paper {format(as_published, form)}, "
    return Cell(text, f"{ours}paper {published:g}")


def _ratio(value: float | None, real: float | None) -> float | None:
    return None if value is None or not real else value / real


def _nearest(pools: Sequence[PcaMetrics], real: PcaMetrics, labels: Mapping[str, str]) -> str:
    target = real.rho or 0.0
    best = min(pools, key=lambda row: abs((row.rho or 0.0) - target))
    start = f"Of {len(pools)} sets of generated images, nearest" if len(pools) > 1 else "How near"
    rho, share = f"{best.rho or 0.0:.3f}", percent(_ratio(best.sigma, real.sigma))
    return (
        f"{start} to the training images in realism: {_quoted(best, labels)} (ρ {rho}, real images "
        f"{target:.3f}), which varies {share}{SPACE}% as much as they do."
    )


def _quoted(row: PcaMetrics, labels: Mapping[str, str]) -> str:
    return f"“{labels.get(row.pool, row.pool)}”"
