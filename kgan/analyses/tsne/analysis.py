"""Where the t-SNE map joins a plan."""

from typing import ClassVar

from kgan.analyses.base import Analysis, Planner
from kgan.analyses.tsne.settings import MappedSource, Tsne, TsneSettings

_CLASSIC = "classic"


class TsneAnalysis(Analysis[Tsne]):
    """A map of real and synthetic images on which similar ones lie near each other."""

    name: ClassVar[str] = "tsne"
    section_type: ClassVar[type[Tsne]] = Tsne
    description: ClassVar[str] = "A map of real and synthetic images."

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

    def _source(self, name: str, planner: Planner) -> MappedSource:
        is_classic = name == _CLASSIC
        return MappedSource(
            name=name,
            title=planner.title(name),
            kind="classic" if is_classic else "pool",
            step=planner.prepared if is_classic else planner.pool(name),
        )
