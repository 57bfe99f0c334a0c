"""The scores of Visual Turing Tests as one table, a quantity a row."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kgan.analyses.visual_turing.files import Key
from kgan.analyses.visual_turing.scoring import Agreement, Score, Table
from kgan.files.tables import write_records
from kgan.stats.proportions import Proportion

COLUMNS = (
    "test",
    "rater",
    "question",
    "quantity",
    "value",
    "low",
    "high",
    "count",
    "of",
    "real",
    "synthetic",
)
Scored = tuple[Key, Sequence[Score], Sequence[Agreement]]


def write_scores(path: Path, scored: Sequence[Scored]) -> None:
    """Write all quantities of scored tests: shares in [0, 1] with 95 % intervals, p-values, kappas."""
    rows = ({"test": key.name, **row} for key, scores, agreed in scored for row in _rows(scores, agreed))
    write_records(path, COLUMNS, rows)


def _rows(scores: Sequence[Score], agreements: Sequence[Agreement]) -> Iterator[dict[str, Any]]:
    for score in scores:
        yield {"rater": score.rater, "question": "all", "quantity": "answered", **_count(score)}
        questions = {"origin": score.origin, "kind": score.kind}
        for question, table in questions.items():
            if table is not None:
                yield from ({"rater": score.rater, "question": question, **row} for row in _quantities(table))
    for agreement in agreements:
        yield {
            "rater": "; ".join(agreement.raters),
            "question": agreement.question,
            "quantity": f"kappa ({agreement.method})",
            "value": agreement.kappa,
            "low": agreement.low,
            "high": agreement.high,
            "of": agreement.images,
        }


def _quantities(table: Table) -> Iterator[dict[str, Any]]:
    yield {"quantity": "accuracy", **_share(table.accuracy)}
    for (truth, answer), share in table.shares.items():
        real, synthetic = table.origins[truth, answer]
        yield {
            "quantity": f"{truth} as {answer}",
            **_share(share),
            "real": real,
            "synthetic": synthetic,
        }
    yield {"quantity": "twice alike", **_share(table.again)}
    chance = table.chance
    yield {"quantity": "balanced accuracy", "value": chance.balanced, "low": chance.low, "high": chance.high}
    for quantity in ("margin", "p_equivalent", "p_different", "conclusion"):
        yield {"quantity": quantity, "value": getattr(chance, quantity)}


def _share(share: Proportion) -> dict[str, Any]:
    return {
        "value": share.value,
        "low": share.low,
        "high": share.high,
        "count": int(share.right),
        "of": share.n,
    }


def _count(score: Score) -> dict[str, Any]:
    return {"value": score.answered / score.images, "count": score.answered, "of": score.images}
