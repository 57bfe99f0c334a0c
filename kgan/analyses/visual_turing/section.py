"""The report's section on the Visual Turing Tests: those written for the run, and published answers."""

from collections.abc import Iterator, Mapping, Sequence

from kgan.analyses.visual_turing.facts import WrittenTest, written_tests
from kgan.analyses.visual_turing.settings import PublishedTuring, VisualTuringSettings
from kgan.pipeline.records.run_folder import Steps
from kgan.report.formatting import NOTHING, SPACE, count, listing
from kgan.report.html import Cell, Section, Table

_SPLITS = {"test": "test", "validation": "validation", "train": "training"}
_QUESTION = (
    "Can a rater distinguish real images from generated ones? They see them in random order, one at a time, "
    "and judge each. Who guesses has a balanced accuracy (the mean of the shares of real and of generated "
    "images that are judged rightly) of 50 %, whatever the mix; nearer to it is better."
)
_USE = (
    "Each test is one file that works from a disk in any browser: give it to raters, without the folder "
    "“keys”, which says what each image is. They save their answers as a file; put these files into the "
    "folder turing/answers of this run, and the command below compares them with the key."
)
_COMMAND = ("Score raters’ answers", "kgan turing score RUN    # RUN is the folder of this report")


def sections(run: Steps, labels: Mapping[str, str]) -> Iterator[Section]:
    """Yield the section on the Visual Turing Tests; none where there is no test.

    Args:
        run: the finished steps.
        labels: GANs, curations and refiners by the names they are known under.
    """
    step = run.first_of(VisualTuringSettings)
    if step is not None:
        yield from _sections(written_tests(step.facts), step.settings.published, labels)


def _sections(
    tests: Sequence[WrittenTest], published: Mapping[str, PublishedTuring], labels: Mapping[str, str]
) -> Iterator[Section]:
    tables = [*_written(tests, labels), *_published(published, labels)]
    if tables:
        yield Section(
            "turing",
            "Visual Turing Test" if tests else "Visual Turing Test, as published",
            paragraphs=[_QUESTION, *([_USE] if tests else [])],
            tables=tables,
            code=[_COMMAND] if tests else (),
            links=[f"turing/{test.name}.html" for test in tests],
        )


def _written(tests: Sequence[WrittenTest], labels: Mapping[str, str]) -> Iterator[Table]:
    rows: list[list[str | Cell]] = [
        [
            labels.get(test.name, test.name),
            Cell(f"{count(test.real)}{SPACE}:{SPACE}{count(test.synthetic)}", "real : synthetic"),
            count(test.repeats),
            f"{test.image_size[0]}{SPACE}×{SPACE}{test.image_size[1]}",
            Cell(count(test.patients), f"{listing([_SPLITS[split] for split in test.real_from])} split"),
        ]
        for test in tests
    ]
    if rows:
        yield Table(("Images by", "Images", "Shown twice", "Pixels", "Patients of the real ones"), rows)


def _published(published: Mapping[str, PublishedTuring], labels: Mapping[str, str]) -> Iterator[Table]:
    if not published:
        return
    with_classes = any(answers.class_accuracy is not None for answers in published.values())
    columns = ["Published: images by", "Accuracy %", "Real images", "Synthetic images"]
    columns += ["Class: accuracy %", "Positive images", "Negative images"] if with_classes else []
    rows: list[list[str | Cell]] = []
    for name, answers in published.items():
        row: list[str | Cell] = [labels.get(name, name), f"{answers.accuracy:g}"]
        row += [_judged(counts, "as real : as synthetic") for counts in (answers.real, answers.synthetic)]
        if with_classes:
            accuracy = answers.class_accuracy
            row.append(NOTHING if accuracy is None else f"{accuracy:g}")
            classes = (answers.positive, answers.negative)
            row += [_judged(counts, "as positive : as negative") for counts in classes]
        rows.append(row)
    yield Table(columns, rows, note="The paper’s numbers, for its own images.")


def _judged(counts: tuple[int, int] | None, below: str) -> str | Cell:
    return Cell(f"{counts[0]}{SPACE}:{SPACE}{counts[1]}", below) if counts else NOTHING
