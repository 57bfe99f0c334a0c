"""The report's section on the recognition of generated images."""

from collections.abc import Iterator, Mapping, Sequence

from kgan.analyses.recognition.settings import RecognitionSettings
from kgan.analyses.recognition.tables import REAL, RECOGNIZED, Recognized
from kgan.pipeline.records.run_folder import Steps
from kgan.report.formatting import NOTHING, count, percent, title
from kgan.report.html import Cell, Section, Table

_METHOD = (
    "A generated image of a class is of use if it shows that class. The classifier of “{setup}”, which saw "
    "real images and their classic augmentation alone, assigns each image to a class, at a score of 0.5. The "
    "share that it assigns to the class for which the image was made stands beside that of real test images. "
    "If it is far below, what makes the class cannot be recognised; if it is far above, the images show it "
    "more plainly than real ones do."
)


def sections(run: Steps, labels: Mapping[str, str]) -> Iterator[Section]:
    """Yield the section on recognition; none where no pool was classified.

    Args:
        run: the finished steps.
        labels: GANs and refiners by the names they are known under.
    """
    step = run.first_of(RecognitionSettings)
    rows = RECOGNIZED.read(step.folder) if step else []
    if step is None or not rows:
        return
    yield Section(
        "recognition",
        "Recognition of generated images",
        [_METHOD.format(setup=step.settings.setup)],
        tables=[_table(rows, labels)],
    )


def _table(rows: Sequence[Recognized], labels: Mapping[str, str]) -> Table:
    real = {row.class_name: row for row in rows if row.image_set == REAL}
    lines = [
        [
            Cell(labels.get(row.image_set, row.image_set), title(row.class_name)),
            count(row.images),
            Cell(percent(row.share), _interval(row)),
            _baseline(real.get(row.class_name)),
            NOTHING if row.of_real is None else percent(row.of_real),
        ]
        for row in rows
        if row.image_set != REAL
    ]
    columns = [
        "Images",
        "Classified",
        "Recognised, %",
        "Real test images, % (baseline)",
        "Of the baseline, %",
    ]
    note = "Brackets hold 95 % intervals: generated images as units, patients as units of real ones."
    return Table(columns, lines, note=note)


def _baseline(row: Recognized | None) -> str | Cell:
    return NOTHING if row is None else Cell(percent(row.share), _interval(row))


def _interval(row: Recognized) -> str:
    if row.low is None or row.high is None:
        return ""
    return f"[{percent(row.low)}, {percent(row.high)}]"
