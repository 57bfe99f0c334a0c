"""Which setups of a recipe are controls, and which setup each is compared with: its sources say both."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from kgan.analyses.recipe_facts import Mistake
from kgan.schema.sources import NEGATIVE_SOURCES, POSITIVE_SOURCES

#: Kinds of control: one that must be found better than its base, and one that must not.
POSITIVE, NEGATIVE = "positive", "negative"
_KINDS = {**dict.fromkeys(POSITIVE_SOURCES, POSITIVE), **dict.fromkeys(NEGATIVE_SOURCES, NEGATIVE)}

#: Source -> images.
Sources: TypeAlias = Mapping[str, int | str]


def control_kind(sources: Sources) -> str:
    """Return `POSITIVE` or `NEGATIVE`; an empty text for a setup that is no control."""
    return next((_KINDS[source] for source in _present(sources) if source in _KINDS), "")


def control_bases(setups: Mapping[str, Sources]) -> dict[str, str]:
    """Return each control with its base: the first setup that has all its other sources and nothing else."""
    bases = {}
    for setup, sources in setups.items():
        others = _without_controls(sources)
        base = next((name for name, parts in setups.items() if others and _present(parts) == others), None)
        if control_kind(sources) and base is not None:
            bases[setup] = base
    return bases


def control_mistakes(setups: Mapping[str, Sources]) -> Iterator[Mistake]:
    """Yield controls of both kinds, and controls without a base."""
    bases = control_bases(setups)
    for setup, sources in setups.items():
        control_sources = [source for source in _present(sources) if source in _KINDS]
        kinds = {_KINDS[source] for source in control_sources}
        here = ("setups", setup)
        if len(kinds) > 1:
            text = "no answer is known of it: expected sources of one kind of control, received"
            yield here, f"{text} {' and '.join(control_sources)}"
        elif kinds and setup not in bases:
            others = ", ".join(f"{name}: {images}" for name, images in _without_controls(sources).items())
            names = " and ".join(control_sources)
            yield (
                here,
                (
                    f"is a control ({names}): expected a setup of its other sources alone, {{{others}}}, to "
                    "compare it with"
                    if others
                    else f"is a control ({names}): expected other sources beside, those of another setup"
                ),
            )


def _present(sources: Sources) -> dict[str, int | str]:
    return {source: images for source, images in sources.items() if images != 0}


def _without_controls(sources: Sources) -> dict[str, int | str]:
    return {source: images for source, images in _present(sources).items() if source not in _KINDS}
