"""What the report says of Visual Turing Tests: those written for this run, and what a paper's reader said."""

from collections.abc import Mapping, Sequence
from typing import Any

from kgan.pipeline.run_folder import FinishedStep
from kgan.report.formatting import NOTHING, SPACE, count, listing
from kgan.report.html import Cell, Section, Table

_KINDS = ("real", "synthetic")
_SPLITS = {"test": "test", "validation": "validation", "train": "training"}


def turing_section(
    step: FinishedStep | None, turing: Mapping[str, Any] | None, labels: Mapping[str, str]
) -> Section | None:
    """Make the section on readers; ``None`` where there is no test and nothing is published.

    Args:
        step: that wrote the tests; ``None`` where none did.
        turing: the recipe's part of that name.
        labels: GANs, curations and refiners by the names they are known under.
    """
    tests = step.facts.get("tests", ()) if step else ()
    published = (turing or {}).get("published") or {}
    tables = [*_written(tests, labels), *_published(published, labels)]
    if not tables:
        return None
    paragraphs = [
        "Can a rater distinguish real images from generated ones? They see them in random order, one at a "
        "time, and judge each. Who guesses has a balanced accuracy (the mean of the shares of real and of "
        "generated images that are judged rightly) of 50 %, whatever the mix; nearer to it is better."
    ]
    if tests:
        paragraphs.append(
            "Each test is one file that works from a disk in any browser: give it to readers, without the "
            "folder “keys”, which says what each image is. They save their answers as a file; put these "
            "files into the folder turing/answers of this run, and the command below compares them with the "
            "key."
        )
    return Section(
        "turing",
        "Visual Turing Test" if tests else "Visual Turing Test, as published",
        paragraphs=paragraphs,
        tables=tables,
        code=[("Score readers’ answers", "kgan turing score RUN    # RUN is the folder of this report")]
        if tests
        else (),
        links=[f"turing/{test['name']}.html" for test in tests],
    )


def _written(tests: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> list[Table]:
    rows = [
        [
            labels.get(test["name"], test["name"]),
            Cell(f"{count(test['real'])}{SPACE}:{SPACE}{count(test['synthetic'])}", "real : synthetic"),
            count(test["repeats"]),
            f"{test['image_size'][0]}{SPACE}×{SPACE}{test['image_size'][1]}",
            Cell(
                count(test["patients"]), f"{listing([_SPLITS[split] for split in test['real_from']])} split"
            ),
        ]
        for test in tests
    ]
    headings = ("Images by", "Images", "Shown twice", "Pixels", "Patients of the real ones")
    return [Table(headings, rows)] if rows else []


def _published(published: Mapping[str, Mapping[str, Any]], labels: Mapping[str, str]) -> list[Table]:
    if not published:
        return []
    with_classes = any(about.get("class_accuracy") is not None for about in published.values())
    headings = ["Published: images by", "Accuracy %", *(f"{kind.capitalize()} images" for kind in _KINDS)]
    headings += ["Class: accuracy %", "Positive images", "Negative images"] if with_classes else []
    rows = []
    for name, about in published.items():
        row: list[str | Cell] = [labels.get(name, name), f"{about['accuracy']:g}"]
        row += [_taken(about.get(kind), "as real : as synthetic") for kind in _KINDS]
        if with_classes:
            right = about.get("class_accuracy")
            row.append(NOTHING if right is None else f"{right:g}")
            row += [_taken(about.get(kind), "as positive : as negative") for kind in ("positive", "negative")]
        rows.append(row)
    return [Table(headings, rows, note="The paper’s figures, for its own images.")]


def _taken(counts: Sequence[int] | None, below: str) -> str | Cell:
    return Cell(f"{counts[0]}{SPACE}:{SPACE}{counts[1]}", below) if counts else NOTHING
