"""How like the real images generated ones are, and how varied: in figures, beside published ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kgan.files.columns import Count, Maybe, Real, Row, Text
from kgan.pipeline.run_folder import FinishedStep, read_table
from kgan.report.formatting import NOTHING, SPACE, count, listing, percent
from kgan.report.html import Cell, Section, Table

#: Share of the real images' variation below which a pool is said to have next to none.
_COLLAPSED = 0.25
#: Share of the real images' realism below which a pool is said to be of something else.
_UNLIKE = 0.6


class Line(Row):
    """One line of ``measures.csv``."""

    pool: Text
    against: Text
    images: Count
    explained: Maybe[Real] = None
    rho: Maybe[Real] = None
    sigma: Maybe[Real] = None
    delta: Maybe[Real] = None
    sigma_as_published: Maybe[Real] = None
    delta_as_published: Maybe[Real] = None
    published_rho: Maybe[Real] = None
    published_sigma: Maybe[Real] = None
    published_delta: Maybe[Real] = None


@dataclass(frozen=True, eq=False)
class Measured:
    """One set of images.

    Args:
        name: in the table; "real" or longer for real images.
        against: the real images that it is held against; empty for these themselves.
        images: how many were measured.
        explained: share of the variation that the components hold; real images only.
        values: rho, sigma, delta.
        published: the same, where a paper gives them.
        alike: sigma and delta reckoned as the published ones were.
    """

    name: str
    against: str
    images: int
    explained: float | None
    values: Mapping[str, float | None]
    published: Mapping[str, float | None]
    alike: Mapping[str, float | None] = field(default_factory=dict)


def read_measures(path: Path) -> tuple[Measured, ...]:
    """Read ``measures.csv`` of the measure step: each set of real images before what is held against it."""
    found = [_measured(row) for row in read_table(path, Line)]
    real = [one for one in found if not one.against]
    return tuple(
        one for reference in real for one in [reference, *(o for o in found if o.against == reference.name)]
    )


def measures_section(step: FinishedStep | None, labels: Mapping[str, str]) -> Section | None:
    """Make the section on realism and diversity; ``None`` where they were not measured."""
    found = read_measures(step.folder / "measures.csv") if step else ()
    if step is None or not found:
        return None
    components = step.settings.get("components", "?")
    return Section(
        "measures",
        "Realism and diversity",
        paragraphs=[
            "Realism ρ: how much of an image’s difference from the mean real image lies along the "
            f"{components} principal components of the real images, 1 being all of it; the mean over the "
            "images. What counts is how near it comes to the real images’ own ρ: images smoother than these "
            "have a higher one.",
            "Diversity σ: the total variation of the images, the trace of their covariance; δ: how many of "
            "its eigenvalues are above 1 % of σ. A small σ, or few eigenvalues, mean images that are much "
            "alike: mode collapse.",
        ],
        tables=[_table(found, labels)],
    )


def measures_answer(step: FinishedStep | None, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Say in a few sentences which GAN comes nearest to the real images, and which learnt nothing of use."""
    found = read_measures(step.folder / "measures.csv") if step else ()
    real = {one.name: one for one in found if not one.against}
    pools = [one for one in found if one.against]
    if not pools:
        return ()
    sentences = [_nearest(pools, next(iter(real.values())), labels)] if len(real) == 1 else []
    unlike = [one for one in pools if (_share(one, real[one.against], name="rho") or 0.0) < _UNLIKE]
    flat = [one for one in pools if (_share(one, real[one.against]) or 0.0) < _COLLAPSED]
    for names, what in (
        (unlike, f"Realism below {_UNLIKE:.0%} of the real images’ own, so hardly images of the like"),
        (flat, f"Variation below {_COLLAPSED:.0%} of the real images’, which points to mode collapse"),
    ):
        if names:
            sentences.append(f"{what}: {listing([_quoted(one, labels) for one in names])}.")
    return (*sentences, "Each GAN was trained once: another seed gives others.")


def _measured(row: Line) -> Measured:
    return Measured(
        name=row.pool,
        against=row.against,
        images=row.images,
        explained=row.explained,
        values={"rho": row.rho, "sigma": row.sigma, "delta": row.delta},
        published={"rho": row.published_rho, "sigma": row.published_sigma, "delta": row.published_delta},
        alike={"sigma": row.sigma_as_published, "delta": row.delta_as_published},
    )


def _table(found: Sequence[Measured], labels: Mapping[str, str]) -> Table:
    real = {one.name: one for one in found if not one.against}
    rows = [_row(one, real.get(one.against, one), labels) for one in found]
    columns = ["Images", "Realism ρ", "Diversity σ", "σ, % of the real images’", "Eigenvalues δ"]
    note = "σ grows with the number of pixels: compare its percentage, not itself, with other image sizes."
    if any(value is not None for one in found for value in one.published.values()):
        note += (
            " “Paper”: the published figure, of other images at full size. Its σ and δ were computed in "
            "another way than the paper’s text says; what that way gives here stands before it, and σ of the "
            "text above."
        )
    return Table(columns, rows, note=note)


def _row(one: Measured, real: Measured, labels: Mapping[str, str]) -> list[str | Cell]:
    below = f"{count(one.images)} images"
    if one.explained is not None:
        below += f", components hold {percent(one.explained)}{SPACE}%"
    share, published = _share(one, real), _share(one, real, published=True)
    return [
        Cell(one.name if one is real else labels.get(one.name, one.name), below, strong=one is real),
        _figure(one, "rho", ".3f"),
        _figure(one, "sigma", ".4g"),
        Cell(percent(share), "" if published is None else f"paper {percent(published)}"),
        _figure(one, "delta", ".0f"),
    ]


def _figure(one: Measured, name: str, form: str) -> Cell:
    value, published, alike = one.values[name], one.published[name], one.alike.get(name)
    text = NOTHING if value is None else format(value, form)
    if published is None:
        return Cell(text)
    ours = "" if alike is None else f"as in the paper {format(alike, form)}, "
    return Cell(text, f"{ours}paper {published:g}")


def _share(one: Measured, real: Measured, published: bool = False, name: str = "sigma") -> float | None:
    mine, whole = ((side.published if published else side.values)[name] for side in (one, real))
    return None if mine is None or not whole else mine / whole


def _nearest(pools: Sequence[Measured], real: Measured, labels: Mapping[str, str]) -> str:
    target = real.values["rho"] or 0.0
    best = min(pools, key=lambda one: abs((one.values["rho"] or 0.0) - target))
    of = f"Of {len(pools)} sets of generated images, nearest" if len(pools) > 1 else "How near"
    rho, share = f"{best.values['rho'] or 0.0:.3f}", percent(_share(best, real))
    return (
        f"{of} to the training images in realism: {_quoted(best, labels)} (ρ {rho}, real images "
        f"{target:.3f}), which varies {share}{SPACE}% as much as they do."
    )


def _quoted(one: Measured, labels: Mapping[str, str]) -> str:
    return f"“{labels.get(one.name, one.name)}”"
