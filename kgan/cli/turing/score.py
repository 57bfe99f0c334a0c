"""``kgan turing score``: scores of raters, as in the tables of the papers."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgan.errors import DataError

if TYPE_CHECKING:
    from kgan.analyses.visual_turing.files import Key, Reading
    from kgan.analyses.visual_turing.scoring import Agreement, Score, Table
    from kgan.stats.proportions import Proportion

_NOTHING = "-"
_QUESTIONS = {"origin": "real or synthetic", "kind": "class"}


@click.command(
    epilog="""\b
Examples:
  kgan turing score runs/two_step-demo                       all of runs/two_step-demo/turing/answers
  kgan turing score runs/two_step-demo dr-a.answers.json dr-b.answers.json
  kgan turing score turing/keys/pggan.json answers/*.json --csv scores.csv
"""
)
@click.argument("key", metavar="RUN|KEY", type=click.Path(path_type=Path))
@click.argument("answers", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--margin",
    type=click.FloatRange(0, 50, min_open=True, max_open=True),
    help="Equivalence margin around 50 % balanced accuracy, in points.  [default: the test's, 10]",
)
@click.option("--alpha", default=0.05, show_default=True, help="Significance level.")
@click.option("--csv", "table", type=click.Path(path_type=Path), help="Also write all results to this table.")
def command(
    key: Path, answers: tuple[Path, ...], margin: float | None, alpha: float, table: Path | None
) -> None:
    """Score ANSWERS, the files of the raters, with the keys of RUN or with one KEY.

    Brackets are 95 % intervals; each image counts once. R is real and S synthetic: "R as S" is the proportion
    of real images judged synthetic. Chance is a balanced accuracy, the mean of "R as R" and "S as S", of
    50 %, for any mix of images and any tendency of a rater to answer "real". For RUN the results are written
    to RUN/results/turing.csv.
    """
    from kgan.analyses.visual_turing.scores_table import write_scores
    from kgan.analyses.visual_turing.scoring import agreement, score

    if not 0 < alpha < 1:
        raise DataError(f"--alpha {alpha:g}: expected a number between 0 and 1, such as 0.05")
    keys = _keys(key)
    readings = _readings(keys, _files(key, answers))
    results = []
    for test in keys.values():
        answered = [reading for reading in readings if reading.test == test.test]
        if answered:
            half_width = margin / 100 if margin else test.provenance.margin
            scores = [score(test, reading, half_width, alpha) for reading in answered]
            agreed = agreement(test, answered)
            results.append((test, scores, agreed))
            _print(test, scores, agreed)
    place = table or (key / "results" / "turing.csv" if key.is_dir() else None)
    if place is not None:
        write_scores(place, results)
        click.echo(f"All results: {place}")


def _keys(path: Path) -> "dict[str, Key]":
    from kgan.analyses.visual_turing.files import read_key

    if path.is_dir():
        files = sorted((path / "turing" / "keys").glob("*.json")) or sorted((path / "keys").glob("*.json"))
        if not files:
            raise DataError(
                f"{path}: no Turing test in this folder; expected a run with turing/keys/*.json, "
                "written by 'kgan turing build'"
            )
    else:
        files = [path]
    keys = [read_key(file) for file in files]
    return {key.test: key for key in keys}


def _files(key: Path, answers: Sequence[Path]) -> list[Path]:
    """Return the answer files: the given ones, those in the given folders, or those of the run."""
    default = key / "turing" / "answers"
    places = list(answers) or ([default] if default.is_dir() else [])
    files = [
        file for place in places for file in (sorted(place.glob("*.json")) if place.is_dir() else [place])
    ]
    if not files:
        raise DataError(
            f"no answers to score{f' in {places[0]}' if places else ''}; give the files of the raters, "
            "such as pggan-dr-a.answers.json"
        )
    return files


def _readings(keys: "dict[str, Key]", files: Sequence[Path]) -> "list[Reading]":
    from kgan.analyses.visual_turing.files import read_answers

    return [read_answers(file, keys.get) for file in files]


def _print(key: "Key", scores: "Sequence[Score]", agreed: "Sequence[Agreement]") -> None:
    from kgan.cli.tables import show
    from kgan.report.formatting import title as in_words

    origins = ", ".join(f"{count} {kind}" for kind, count in _counts(key).items())
    click.echo(f"{key.title}: {len(key.shown)} images ({origins})")
    tables = [("Real or synthetic", [(rater, rater.origin) for rater in scores])]
    tables.append(("Class", [(rater, rater.kind) for rater in scores if rater.kind]))
    for title, rows in tables:
        if rows:
            letters = _letters(rows[0][1].names)
            pairs = [f"{letters[truth]} as {letters[answer]}" for truth, answer in rows[0][1].shares]
            legend = ", ".join(
                f"{letter} {in_words(name)}" for name, letter in letters.items() if letter != name
            )
            show(
                ("rater", "answered", "accuracy %", *pairs, "repeats equal"),
                [_row(rater, table) for rater, table in rows],
                f"{title}{f' ({legend})' if legend else ''}",
            )
    for rater in scores:
        for sentence in _sentences(rater):
            click.echo(f"{rater.rater}: {sentence}")
    for question in agreed:
        click.echo(_agreed(question))
    click.echo("")


def _counts(key: "Key") -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in key.shown.values():
        words = " ".join(part for part in (item.picture.origin, item.picture.kind) if part)
        counts[words] = counts.get(words, 0) + 1
    return dict(sorted(counts.items()))


def _letters(names: Sequence[str]) -> dict[str, str]:
    """Return the initials of the names, or the names themselves if initials coincide."""
    initials = [name[0].upper() for name in names]
    return dict(zip(names, initials if len(set(initials)) == len(initials) else names, strict=True))


def _row(rater: "Score", table: "Table") -> tuple[str, ...]:
    return (
        rater.rater,
        f"{table.accuracy.n}/{rater.images}",
        _limits(table.accuracy.value, table.accuracy.low, table.accuracy.high),
        *(_share(table, pair) for pair in table.shares),
        f"{table.again.right:g}/{table.again.n}" if table.again.n else _NOTHING,
    )


def _limits(value: float | None, low: float | None, high: float | None) -> str:
    if value is None or low is None or high is None:
        return _NOTHING
    return f"{100 * value:.1f} [{100 * low:.1f}, {100 * high:.1f}]"


def _share(table: "Table", pair: tuple[str, str]) -> str:
    """Format a cell as in the paper: proportion, number, and the origins of misclassified images."""
    proportion = table.shares[pair]
    if proportion.value is None:
        return _NOTHING
    real, synthetic = table.origins[pair]
    of_class = "real" not in table.names
    split = f", R: {real}, S: {synthetic}" if of_class and pair[0] != pair[1] and proportion.right else ""
    return f"{100 * proportion.value:.0f}% ({proportion.right:g}{split}) {_range(proportion)}"


def _range(proportion: "Proportion") -> str:
    low, high = proportion.low, proportion.high
    return "" if low is None or high is None else f"[{100 * low:.0f}, {100 * high:.0f}]"


def _sentences(rater: "Score") -> "Iterator[str]":
    """Yield the number of answers if they are incomplete, and the comparison with chance per question."""
    if rater.state:
        yield rater.state
    for question, table in (("origin", rater.origin), ("kind", rater.kind)):
        if table is not None and table.accuracy.n:
            yield f"{_QUESTIONS[question]}: {_compared(table)}"


def _compared(table: "Table") -> str:
    from kgan.analyses.visual_turing import chance as kinds

    chance = table.chance
    if chance.balanced is None or chance.p_different is None:
        return "no comparison with chance, because the answered images are all of one kind"
    low, high = (f"{100 * (chance.guess + side * chance.margin):g}" for side in (-1, 1))
    conclusion = {
        kinds.EQUIVALENT: f"no better than chance: the balanced accuracy is between {low} and {high} %",
        kinds.CLOSE: f"close to chance, between {low} and {high} %, but significantly different from it",
        kinds.BETTER: "better than chance",
        kinds.WORSE: "worse than chance: most images are confused",
        kinds.OPEN: f"inconclusive: with {table.accuracy.n} images neither a difference from chance nor "
        "equivalence to it is significant",
    }[chance.conclusion]
    tests = f"difference p = {chance.p_different:.3g}"
    if chance.p_equivalent is not None:
        tests += f", equivalence within {low} to {high} % p = {chance.p_equivalent:.3g}"
    return f"balanced accuracy {_limits(chance.balanced, chance.low, chance.high)} %; {conclusion} ({tests})"


def _agreed(question: "Agreement") -> str:
    start = f"{_QUESTIONS[question.question]}: agreement of {', '.join(question.raters)}"
    if question.kappa is None:
        reason = "they share no answered image" if not question.images else "all answers are the same"
        return f"{start}: kappa is undefined, because {reason}"
    low, high = question.low, question.high
    limits = "" if low is None or high is None else f" [{low:.2f}, {high:.2f}]"
    return f"{start}: {question.method}'s kappa {question.kappa:.2f}{limits} over {question.images} images"
