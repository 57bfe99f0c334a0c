"""Whether generated images give training patients away: figures, the nearest pairs, the most exposed."""

from collections.abc import Mapping, Sequence

from pydantic import Field

from kgan.files.columns import Count, Maybe, Name, Real, Row, Share, Text, YesNo
from kgan.pipeline.run_folder import FinishedStep, read_table
from kgan.report.formatting import NOTHING, SPACE, count, listing, percent, title
from kgan.report.html import Cell, Figure, Section, Table

#: Training patients that the page lists.
_EXPOSED = 10
_WHAT = (
    "An attacker who has the generated images and a patient’s image guesses that it was in the training if a "
    "generated image lies near it. The AUC says how often that tells a training image from one of a held-out "
    "patient (validation and test, which no GAN saw): 50 is chance, 100 gives every image away. “Nearer to "
    "training” is the share of generated images whose nearest real image is one of the training, of as many "
    "patients and images of either kind: 50 is chance. Brackets hold 95 % intervals with patients as units."
)
_ROUGH = (
    "This attack is a simple one; where it fails, a cleverer one may not. Features see what pixels do not: a "
    "copy that is shifted or brighter."
)


class Judged(Row):
    """One line of ``privacy.csv``: a pool and class by one choice of features."""

    pool: Name
    kind: Text = Field(alias="class")
    features: Text
    auc: Maybe[Share]
    low: Maybe[Real]
    high: Maybe[Real]
    nearer: Maybe[Share]
    nearer_low: Maybe[Real]
    nearer_high: Maybe[Real]
    distance_training: Maybe[Real]
    distance_held_out: Maybe[Real]
    training_images: Maybe[Count]
    training_patients: Maybe[Count]
    held_out_images: Maybe[Count]
    held_out_patients: Maybe[Count]
    synthetic_images: Maybe[Count]
    max_auc: Maybe[Share]
    closed: Maybe[YesNo]
    note: Text


class Exposed(Row):
    """One line of ``exposed.csv``: a training patient."""

    pool: Name
    kind: Text = Field(alias="class")
    features: Text
    patient: Name
    images: Count
    exposure: Share
    distance: Real


def privacy_section(step: FinishedStep | None, labels: Mapping[str, str]) -> Section | None:
    """Make the section on memorisation; ``None`` where it was not looked for.

    Args:
        step: the privacy step.
        labels: GANs and refiners by the names they are known under.
    """
    found = read_table(step.folder / "privacy.csv", Judged) if step else []
    if step is None or not found:
        return None
    exposed = read_table(step.folder / "exposed.csv", Exposed)
    return Section(
        "privacy",
        "Memorisation and privacy",
        paragraphs=[_WHAT, _ROUGH, *privacy_answer(step, labels)],
        tables=[_table(found, labels), *([_patients(exposed, labels)] if exposed else [])],
        figures=_figures(step, found, labels),
    )


def privacy_answer(step: FinishedStep | None, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Say in a sentence or two whether the gate is open, and what it keeps from being exported."""
    found = read_table(step.folder / "privacy.csv", Judged) if step else []
    limit = found[0].max_auc if found else None
    if limit is None:
        return ()
    closed = dict.fromkeys(row.pool for row in found if row.closed)
    gate = f"The recipe’s gate is a membership AUC of {percent(limit)}{SPACE}%"
    if not closed:
        return (f"{gate}; no pool is above it. What counts is the figure itself, not its interval.",)
    names = listing([f"“{labels.get(name, name)}”" for name in closed])
    return (
        f"{gate}. It is closed for {names}: the models behind these images, and what was refined from them, "
        "are not exported. What counts is the figure itself, by pixels or by features, in any class, not its "
        "interval.",
    )


def _table(found: Sequence[Judged], labels: Mapping[str, str]) -> Table:
    judged = any(row.closed is not None for row in found)
    columns = ["Images", "Compared by", "Membership AUC, %", "Nearer to training, %", "Median distance"]
    rows = []
    for place, row in enumerate(found):
        first = not place or _name(found[place - 1], labels) != _name(row, labels)
        rows.append([*_row(row, labels, first), *([_gate(row)] if judged else [])])
    notes = [f"{_name(row, labels)}: {row.note}." for row in found if row.note]
    return Table([*columns, *(["Gate"] if judged else [])], rows, note=" ".join(dict.fromkeys(notes)))


def _row(row: Judged, labels: Mapping[str, str], first: bool) -> list[str | Cell]:
    """Return the cells of a row; the first of several of the same images says how many they are."""
    sizes = (
        f"{count(row.synthetic_images)} images; training "
        f"{count(row.training_images)} of {row.training_patients}, held out "
        f"{count(row.held_out_images)} of {row.held_out_patients} patients"
    )
    median = row.distance_training, row.distance_held_out
    return [
        Cell(_name(row, labels), sizes if row.auc is not None and first else ""),
        row.features or NOTHING,
        _share(row.auc, row.low, row.high),
        _share(row.nearer, row.nearer_low, row.nearer_high),
        Cell(
            NOTHING if median[0] is None else f"{median[0]:.3g}",
            "" if median[1] is None else f"held out {median[1]:.3g}",
        ),
    ]


def _name(row: Judged | Exposed, labels: Mapping[str, str]) -> str:
    kind = f", {title(row.kind)}" if row.kind else ""
    return f"{labels.get(row.pool, row.pool)}{kind}"


def _share(value: float | None, low: float | None, high: float | None) -> Cell:
    between = "" if low is None else f"[{percent(low)},{SPACE}{percent(high)}]"
    return Cell(percent(value), between)


def _gate(row: Judged) -> Cell:
    closed = bool(row.closed)
    return Cell("closed" if closed else "open", strong=closed)


def _patients(exposed: Sequence[Exposed], labels: Mapping[str, str]) -> Table:
    """List the patients whose images are most told from held-out ones, whatever they are compared by."""
    worst = sorted(exposed, key=lambda row: -row.exposure)
    seen: dict[tuple[str, str, str], Exposed] = {}
    for row in worst:
        seen.setdefault((row.pool, row.kind, row.patient), row)
    rows: list[list[str | Cell]] = [
        [
            Cell(row.patient, f"{row.images} images"),
            _name(row, labels),
            row.features,
            percent(row.exposure),
            f"{row.distance:.3g}",
        ]
        for row in list(seen.values())[:_EXPOSED]
    ]
    return Table(
        ["Training patient", "By the images of", "Compared by", "Exposure, %", "Nearest image at"],
        rows,
        note="Exposure: the share of held-out images that lie farther from the generated ones than this "
        "patient’s do; 50 on average where nothing leaks. Some patient is always the most exposed: chance "
        f"alone brings the first of many near 100. These are the first {len(rows)} of exposed.csv.",
    )


def _figures(step: FinishedStep, found: Sequence[Judged], labels: Mapping[str, str]) -> list[Figure]:
    figures = []
    for name in dict.fromkeys(row.pool for row in found):
        path = step.folder / f"pairs-{name}.png"
        if path.is_file():
            label = labels.get(name, name)
            figures.append(
                Figure(
                    path,
                    "Generated images above their nearest training and held-out images",
                    f"{label}: the generated images that lie nearest to a training image, compared with how "
                    "near a held-out one lies, by pixels; the two are below each. A copy looks like its "
                    "training image, and unlike the held-out one.",
                )
            )
    return figures
