"""The figures of scored Visual Turing Tests as one table, a figure a row."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kgan.analyses.visual_turing.files import Key
from kgan.analyses.visual_turing.scoring import Agreement, Score, Table
from kgan.files.tables import write_records
from kgan.stats.proportions import Proportion

COLUMNS = ("test", "reader", "question", "figure", "value", "low", "high", "count", "of", "real", "synthetic")
Scored = tuple[Key, Sequence[Score], Sequence[Agreement]]


def write_scores(path: Path, scored: Sequence[Scored]) -> None:
    """Write all figures of scored tests: shares in [0, 1] with 95 % intervals, p-values, kappas."""
    rows = ({"test": key.name, **row} for key, scores, agreed in scored for row in _rows(scores, agreed))
    write_records(path, COLUMNS, rows)


def _rows(scores: Sequence[Score], agreed: Sequence[Agreement]) -> Iterator[dict[str, Any]]:
    for one in scores:
        yield {"reader": one.reader, "question": "all", "figure": "answered", **_count(one)}
        questions = {"origin": one.origin, "kind": one.kind}
        for question, table in questions.items():
            if table is not None:
                yield from ({"reader": one.reader, "question": question, **row} for row in _figures(table))
    for two in agreed:
        yield {
            "reader": "; ".join(two.readers),
            "question": two.question,
            "figure": f"kappa ({two.method})",
            **{
                name: getattr(two, part)
                for name, part in (("value", "kappa"), ("low", "low"), ("high", "high"))
            },
            "of": two.images,
        }


def _figures(table: Table) -> Iterator[dict[str, Any]]:
    yield {"figure": "accuracy", **_rate(table.accuracy)}
    for (truth, said), share in table.said.items():
        real, synthetic = table.origins[truth, said]
        yield {"figure": f"{truth} as {said}", **_rate(share), "real": real, "synthetic": synthetic}
    yield {"figure": "twice alike", **_rate(table.again)}
    chance = table.chance
    yield {"figure": "balanced accuracy", "value": chance.balanced, "low": chance.low, "high": chance.high}
    for figure in ("margin", "p_equivalent", "p_different", "verdict"):
        yield {"figure": figure, "value": getattr(chance, figure)}


def _rate(rate: Proportion) -> dict[str, Any]:
    return {"value": rate.value, "low": rate.low, "high": rate.high, "count": int(rate.right), "of": rate.n}


def _count(one: Score) -> dict[str, Any]:
    return {"value": one.answered / one.images, "count": one.answered, "of": one.images}
