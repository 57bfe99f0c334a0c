"""Where the t-SNE map joins a plan, and how its section of a recipe is checked."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from kgan.analyses.base import Analysis, Planner
from kgan.analyses.recipe_facts import CLASSLESS, Mistake, RecipeFacts, unknown_name
from kgan.analyses.tsne.settings import MappedSource, Tsne, TsneSettings

_CLASSIC = "classic"


class TsneAnalysis(Analysis[Tsne]):
    """A map of real and synthetic images on which similar ones lie near each other."""

    name: ClassVar[str] = "tsne"
    section_type: ClassVar[type[Tsne]] = Tsne
    description: ClassVar[str] = "A map of real and synthetic images."
    report_group: ClassVar[Literal["results", "images"]] = "images"
    report_order: ClassVar[int] = 7

    def plan(self, section: Tsne, planner: Planner) -> None:
        """Add the map; by default of all that the recipe's models make, and of classic augmentation."""
        names = section.sources if section.sources is not None else (_CLASSIC, *planner.pools)
        sources = tuple(self._source(name, planner) for name in names)
        settings = TsneSettings(
            seed=planner.seed("tsne"),
            **section.model_dump(exclude={"sources"}),
            sources=sources,
            classic=planner.classic if _CLASSIC in names else None,
            classes=tuple(planner.classes),
        )
        planner.add("tsne", settings, [planner.prepared, *(source.step for source in sources)])

    def mistakes(self, section: Tsne, facts: RecipeFacts) -> Iterator[Mistake]:
        """Yield sources that cannot be shown, and a perplexity that is too large for the images of a set."""
        if not facts.has_labels:
            yield (self.name,), "a map of images needs images with a class: expected 'data.labels'"
        here, known = (self.name, "sources"), (_CLASSIC, *facts.pools)
        for source in known if section.sources is None else section.sources:
            if source not in known:
                yield from unknown_name(here, source, known, "source", "Sources")
            elif not facts.has_classes(source):
                yield here, f"{source}: {CLASSLESS}; or leave it out of tsne.sources"
        images = 2 * section.images
        if section.perplexity >= images:
            text = f"expected less than the {images} images of a set, received {section.perplexity:g}"
            yield (self.name, "perplexity"), text

    def images_needed(self, section: Tsne, pool: str, classes: int) -> int:
        """Return how many images of each pool are mapped."""
        return section.images * classes

    def _source(self, name: str, planner: Planner) -> MappedSource:
        is_classic = name == _CLASSIC
        return MappedSource(
            name=name,
            title=planner.title(name),
            kind="classic" if is_classic else "pool",
            step=planner.prepared if is_classic else planner.pool(name),
        )
