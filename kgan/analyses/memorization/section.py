"""The report's section on memorisation: whether pools leak membership, nearest pairs, patients' scores."""

from collections.abc import Iterator, Mapping, Sequence

from kgan.analyses.memorization.settings import MemorizationSettings
from kgan.analyses.memorization.tables import PATIENTS, POOLS, PatientScore, PoolResult, pairs_file
from kgan.pipeline.records.run_folder import FinishedStep, Steps
from kgan.report.elements import Gallery
from kgan.report.figures.galleries import gallery
from kgan.report.formatting import NOTHING, SPACE, count, listing, percent, title
from kgan.report.html import Cell, Figure, Section, Table

#: Training patients that the page lists.
_LISTED = 10
_METHOD = (
    "An attacker who has the generated images and a patient’s image guesses that it was in the training if a "
    "generated image lies near it. The AUC says how often that separates a training image from one of a "
    "held-out patient (validation and test, which no GAN saw): 50 is chance, 100 leaks every image. “Nearer "
    "to training” is the share of generated images whose nearest real image is one of the training, of as "
    "many patients and images of either kind: 50 is chance. Brackets hold 95 % intervals with patients as "
    "units."
)
_CAVEAT = (
    "This attack is a simple one; where it fails, a cleverer one may not. Features see what pixels do not: a "
    "copy that is shifted or brighter."
)


def sections(run: Steps, labels: Mapping[str, str]) -> Iterator[Section]:
    """Yield the section on memorization; none where no pool was searched.

    Args:
        run: the finished steps.
        labels: GANs and refiners by the names they are known under.
    """
    step = run.first_of(MemorizationSettings)
    results = POOLS.read(step.folder) if step else []
    if step is None or not results:
        return
    scores = PATIENTS.read(step.folder)
    yield Section(
        "privacy",
        "Memorisation and privacy",
        paragraphs=[_METHOD, _CAVEAT, *_gate_sentences(results, labels)],
        tables=[_table(results, labels), *([_patients(scores, labels)] if scores else [])],
        figures=list(_figures(step, results, labels)),
    )


def answers(run: Steps, labels: Mapping[str, str]) -> Iterator[str]:
    """Yield whether the gate is open, and what it keeps from being exported; nothing without a gate."""
    step = run.first_of(MemorizationSettings)
    yield from _gate_sentences(POOLS.read(step.folder) if step else [], labels)


def _gate_sentences(results: Sequence[PoolResult], labels: Mapping[str, str]) -> Iterator[str]:
    limit = results[0].max_auc if results else None
    if limit is None:
        return
    closed = dict.fromkeys(result.pool for result in results if result.closed)
    gate = f"The recipe’s gate is a membership AUC of {percent(limit)}{SPACE}%"
    if not closed:
        yield f"{gate}; no pool is above it. What counts is the AUC itself, not its interval."
        return
    names = listing([f"“{labels.get(name, name)}”" for name in closed])
    yield (
        f"{gate}. It is closed for {names}: the models behind these images, and what was refined from them, "
        "are not exported. What counts is the AUC itself, by pixels or by features, in any class, not its "
        "interval."
    )


def _table(results: Sequence[PoolResult], labels: Mapping[str, str]) -> Table:
    has_gate = any(result.closed is not None for result in results)
    columns = ["Images", "Compared by", "Membership AUC, %", "Nearer to training, %"]
    columns += ["Median distance to training", "To held out (baseline)"]
    rows = []
    for place, result in enumerate(results):
        first = not place or _name(results[place - 1], labels) != _name(result, labels)
        rows.append([*_row(result, labels, first), *([_gate(result)] if has_gate else [])])
    notes = [f"{_name(result, labels)}: {result.note}." for result in results if result.note]
    return Table([*columns, *(["Gate"] if has_gate else [])], rows, note=" ".join(dict.fromkeys(notes)))


def _row(result: PoolResult, labels: Mapping[str, str], first: bool) -> list[str | Cell]:
    """Return the cells of a row; the first of several of the same images says how many they are."""
    sizes = (
        f"{count(result.synthetic_images)} images; training "
        f"{count(result.training_images)} of {result.training_patients}, held out "
        f"{count(result.held_out_images)} of {result.held_out_patients} patients"
    )
    training, held_out = result.distance_training, result.distance_held_out
    return [
        Cell(_name(result, labels), sizes if result.auc is not None and first else ""),
        result.features or NOTHING,
        _share(result.auc, result.low, result.high),
        _share(result.nearer, result.nearer_low, result.nearer_high),
        *(NOTHING if distance is None else f"{distance:.3g}" for distance in (training, held_out)),
    ]


def _name(row: PoolResult | PatientScore, labels: Mapping[str, str]) -> str:
    suffix = f", {title(row.class_name)}" if row.class_name else ""
    return f"{labels.get(row.pool, row.pool)}{suffix}"


def _share(value: float | None, low: float | None, high: float | None) -> Cell:
    between = "" if low is None else f"[{percent(low)},{SPACE}{percent(high)}]"
    return Cell(percent(value), between)


def _gate(result: PoolResult) -> Cell:
    closed = bool(result.closed)
    return Cell("closed" if closed else "open", strong=closed)


def _patients(scores: Sequence[PatientScore], labels: Mapping[str, str]) -> Table:
    """List the patients of the highest scores, each once a pool and class, whatever the features."""
    highest: dict[tuple[str, str, str], PatientScore] = {}
    for score in sorted(scores, key=lambda score: -score.membership_score):
        highest.setdefault((score.pool, score.class_name, score.patient), score)
    rows: list[list[str | Cell]] = [
        [
            Cell(score.patient, f"{score.images} images"),
            _name(score, labels),
            score.features,
            percent(score.membership_score),
            f"{score.distance:.3g}",
        ]
        for score in list(highest.values())[:_LISTED]
    ]
    return Table(
        ["Training patient", "By the images of", "Compared by", "Membership score, %", "Nearest image at"],
        rows,
        note="Membership score: the share of held-out images that lie farther from the generated ones than "
        "this patient’s do; 50 on average where nothing leaks. Some patient always has the highest score: "
        f"chance alone brings the first of many near 100. These are the first {len(rows)} of "
        f"{PATIENTS.file}.",
    )


def _figures(
    step: FinishedStep[MemorizationSettings], results: Sequence[PoolResult], labels: Mapping[str, str]
) -> Iterator[Gallery | Figure]:
    for pool in dict.fromkeys(result.pool for result in results):
        path = step.folder / pairs_file(pool)
        if path.is_file():
            yield gallery(
                path,
                "Generated images above their nearest training and held-out images",
                f"{labels.get(pool, pool)}: the generated images that lie nearest to a training image, "
                "compared with how near a held-out one lies, by pixels; the two are below each. A copy looks "
                "like its training image, and unlike the held-out one.",
                together=("generated", "nearest training image", "nearest held-out image"),
            )
