"""``kgan turing score``: raters' answers compared with the key, as the papers' tables have it."""

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
    help="Points of balanced accuracy around 50 % that count as chance.  [default: the test's, 10]",
)
@click.option("--alpha", default=0.05, show_default=True, help="Threshold of significance.")
@click.option("--csv", "table", type=click.Path(path_type=Path), help="Write all figures to this table too.")
def command(
    key: Path, answers: tuple[Path, ...], margin: float | None, alpha: float, table: Path | None
) -> None:
    """Score ANSWERS, the files that raters saved, against the tests of RUN or against one KEY.

    Brackets hold 95 % intervals; an image counts once. R is real and S synthetic: "R as S" is the share of
    real images that were taken for synthetic. Chance is a balanced accuracy, the mean of "R as R" and
    "S as S", of 50 %, whatever the mix of the images and however often a rater says "real". For RUN the
    figures are written to RUN/results/turing.csv.
    """
    from kgan.analyses.visual_turing.scores_table import write_scores
    from kgan.analyses.visual_turing.scoring import agreement, score

    if not 0 < alpha < 1:
        raise DataError(f"--alpha {alpha:g}: expected a number between 0 and 1, such as 0.05")
    keys = _keys(key)
    readings = _readings(keys, _files(key, answers))
    found = []
    for test in keys.values():
        mine = [reading for reading in readings if reading.test == test.test]
        if mine:
            width = margin / 100 if margin else float(test.about.get("margin", 0.1))
            scores = [score(test, reading, width, alpha) for reading in mine]
            agreed = agreement(test, mine)
            found.append((test, scores, agreed))
            _say(test, scores, agreed)
    place = table or (key / "results" / "turing.csv" if key.is_dir() else None)
    if place is not None:
        write_scores(place, found)
        click.echo(f"All figures: {place}")


def _keys(path: Path) -> "dict[str, Key]":
    from kgan.analyses.visual_turing.files import read_key

    if path.is_dir():
        files = sorted((path / "turing" / "keys").glob("*.json")) or sorted((path / "keys").glob("*.json"))
        if not files:
            raise DataError(
                f"{path}: no Turing test in it; expected a run with turing/keys/*.json, as "
                "'kgan turing build' writes"
            )
    else:
        files = [path]
    keys = [read_key(file) for file in files]
    return {key.test: key for key in keys}


def _files(key: Path, answers: Sequence[Path]) -> list[Path]:
    """Return the answers files: those given, those in folders given, or those that lie in the run."""
    own = key / "turing" / "answers"
    places = list(answers) or ([own] if own.is_dir() else [])
    files = [
        file for place in places for file in (sorted(place.glob("*.json")) if place.is_dir() else [place])
    ]
    if not files:
        raise DataError(
            f"no answers to score{f' in {places[0]}' if places else ''}; give the files that readers saved, "
            "such as pggan-dr-a.answers.json"
        )
    return files


def _readings(keys: "dict[str, Key]", files: Sequence[Path]) -> "list[Reading]":
    from kgan.analyses.visual_turing.files import read_answers

    return [read_answers(file, keys.get) for file in files]


def _say(key: "Key", scores: "Sequence[Score]", agreed: "Sequence[Agreement]") -> None:
    from kgan.cli.tables import show
    from kgan.report.formatting import title as in_words

    origins = ", ".join(f"{count} {kind}" for kind, count in _counts(key).items())
    click.echo(f"{key.title}: {len(key.shown)} images ({origins})")
    tables = [("Real or synthetic", [(one, one.origin) for one in scores])]
    tables.append(("Class", [(one, one.kind) for one in scores if one.kind]))
    for title, rows in tables:
        if rows:
            letters = _letters(rows[0][1].names)
            pairs = [f"{letters[truth]} as {letters[said]}" for truth, said in rows[0][1].said]
            legend = ", ".join(
                f"{letter} {in_words(name)}" for name, letter in letters.items() if letter != name
            )
            show(
                ("reader", "read", "accuracy %", *pairs, "twice alike"),
                [_row(one, table) for one, table in rows],
                f"{title}{f' ({legend})' if legend else ''}",
            )
    for one in scores:
        for sentence in _sentences(one):
            click.echo(f"{one.reader}: {sentence}")
    for two in agreed:
        click.echo(_agreed(two))
    click.echo("")


def _counts(key: "Key") -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in key.shown.values():
        words = " ".join(part for part in (item.picture.origin, item.picture.kind) if part)
        counts[words] = counts.get(words, 0) + 1
    return dict(sorted(counts.items()))


def _letters(names: Sequence[str]) -> dict[str, str]:
    """Return the names' capital initials, or the names themselves where two have the same."""
    initials = [name[0].upper() for name in names]
    return dict(zip(names, initials if len(set(initials)) == len(initials) else names, strict=True))


def _row(one: "Score", table: "Table") -> tuple[str, ...]:
    return (
        one.reader,
        f"{table.accuracy.n}/{one.images}",
        _limits(table.accuracy.value, table.accuracy.low, table.accuracy.high),
        *(_share(table, pair) for pair in table.said),
        f"{table.again.right:g}/{table.again.n}" if table.again.n else _NOTHING,
    )


def _limits(value: float | None, low: float | None, high: float | None) -> str:
    if value is None or low is None or high is None:
        return _NOTHING
    return f"{100 * value:.1f} [{100 * low:.1f}, {100 * high:.1f}]"


def _share(table: "Table", pair: tuple[str, str]) -> str:
    """Write a cell as the paper does: the share, the number, and of which origin wrong classes are."""
    found = table.said[pair]
    if found.value is None:
        return _NOTHING
    real, synthetic = table.origins[pair]
    of_class = "real" not in table.names
    split = f", R: {real}, S: {synthetic}" if of_class and pair[0] != pair[1] and found.right else ""
    return f"{100 * found.value:.0f}% ({found.right:g}{split}) {_range(found)}"


def _range(rate: "Proportion") -> str:
    return "" if rate.low is None or rate.high is None else f"[{100 * rate.low:.0f}, {100 * rate.high:.0f}]"


def _sentences(one: "Score") -> "Iterator[str]":
    """Yield what was read, where that is not all, and how each question's answers compare with chance."""
    if one.state:
        yield one.state
    for question, table in (("origin", one.origin), ("kind", one.kind)):
        if table is not None and table.accuracy.n:
            yield f"{_QUESTIONS[question]}: {_compared(table)}"


def _compared(table: "Table") -> str:
    from kgan.analyses.visual_turing import chance as verdicts

    chance = table.chance
    if chance.balanced is None or chance.p_different is None:
        return "nothing can be said of chance, as images of one kind alone were answered"
    low, high = (f"{100 * (chance.guess + side * chance.margin):g}" for side in (-1, 1))
    said = {
        verdicts.EQUIVALENT: f"no better than chance: the balanced accuracy lies between {low} and {high} %",
        verdicts.CLOSE: f"close to chance, between {low} and {high} %, and yet not chance",
        verdicts.BETTER: "better than chance",
        verdicts.WORSE: "worse than chance: one is taken for the other more often than not",
        verdicts.OPEN: f"not better than chance as far as {table.accuracy.n} images tell, which do not show "
        "either that it is no better",
    }[chance.verdict]
    tests = f"difference p = {chance.p_different:.3g}"
    if chance.p_equivalent is not None:
        tests += f", equivalence within {low} to {high} % p = {chance.p_equivalent:.3g}"
    return f"balanced accuracy {_limits(chance.balanced, chance.low, chance.high)} %; {said} ({tests})"


def _agreed(one: "Agreement") -> str:
    who = f"{_QUESTIONS[one.question]}: agreement of {', '.join(one.readers)}"
    if one.kappa is None:
        why = "they share no answered image" if not one.images else "all answers are the same"
        return f"{who}: kappa is undefined, as {why}"
    limits = "" if one.low is None or one.high is None else f" [{one.low:.2f}, {one.high:.2f}]"
    return f"{who}: {one.method}'s kappa {one.kappa:.2f}{limits} over {one.images} images"
