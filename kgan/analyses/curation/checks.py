"""How a recipe's curation of a pool is checked."""

import json
from collections.abc import Iterator
from pathlib import Path

from kgan.analyses.curation.settings import Curation
from kgan.analyses.recipe_facts import Key, Mistake, RecipeFacts, feature_mistakes


def curation_mistakes(name: str, curation: Curation, facts: RecipeFacts) -> Iterator[Mistake]:
    """Yield what is wrong with a curation beside its types and its source.

    Args:
        name: of the curation.
        curation: the section.
        facts: of the recipe.
    """
    here = ("curations", name)
    if curation.rule == "decided":
        yield from _decisions(here, curation, facts)
    if curation.features.classifier is not None:
        yield from _circle(name, curation.features.classifier, facts)
    yield from feature_mistakes((*here, "features"), curation.features, facts)
    if curation.rule == "none":
        return
    images = facts.pool_size(curation.source) // facts.classes * facts.classes
    if curation.clusters > images:
        text = f"expected at most one an image of {curation.source!r}, {images:,}"
        yield (*here, "clusters"), f"{text}, received {curation.clusters:,}"


def _decisions(here: Key, curation: Curation, facts: RecipeFacts) -> Iterator[Mistake]:
    """Refuse a person's decisions that are not there, or that cannot hold for several splits."""
    if facts.splits > 1:
        text = "a person has seen the pool of one split; the others have test patients of their own"
        yield (*here, "rule"), f"{text}: expected automatic or none with repeats.splits"
    path = Path(str(curation.decisions))
    if not path.is_file():
        text = f"no file {path}; expected one that the curation step or its page wrote"
        yield (*here, "decisions"), text
    elif not _holds_decisions(path):
        text = f"{path} holds no decisions; expected a file saved from the curation page"
        yield (*here, "decisions"), text


def _holds_decisions(path: Path) -> bool:
    """Tell whether a file looks like decisions; whether they fit the pool, its step finds out."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and "format" in content and "clusters" in content


def _circle(curation: str, setup: str, facts: RecipeFacts) -> Iterator[Mistake]:
    """Refuse a classifier that learns from images which only the curation gives."""
    for source in facts.setups.get(setup, {}):
        pool: str | None = source
        while pool is not None and pool != curation:
            pool = facts.source_of(pool)
        if pool == curation:
            text = f"{setup!r} learns from {source!r}, which waits for this curation"
            here = ("curations", curation, "features", "classifier")
            yield here, f"a circle: {text}; expected a setup without it, such as one of real images"
