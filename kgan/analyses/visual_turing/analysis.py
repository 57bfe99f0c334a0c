"""Where the Visual Turing Tests join a plan, and how their section of a recipe is checked."""

from collections.abc import Iterator
from typing import ClassVar

from kgan.analyses.base import Analysis, Planner
from kgan.analyses.recipe_facts import Mistake, RecipeFacts, unknown_name
from kgan.analyses.visual_turing.settings import Turing, TuringTest, VisualTuringSettings


class VisualTuringAnalysis(Analysis[Turing]):
    """Can a rater tell real images from generated ones?"""

    name: ClassVar[str] = "turing"
    section_type: ClassVar[type[Turing]] = Turing
    description: ClassVar[str] = "The Visual Turing Test."
    report_order: ClassVar[int] = 6

    def plan(self, section: Turing, planner: Planner) -> None:
        """Add the pages for raters, one a pool."""
        names = section.sources if section.sources is not None else tuple(planner.pools)
        tests = tuple(self._test(name, planner) for name in names)
        settings = VisualTuringSettings(
            seed=planner.seed("turing"),
            **section.model_dump(exclude={"sources", "published"}),
            published={name: of for name, of in section.published.items() if name in planner.pools},
            tests=tests,
            classes=tuple(planner.classes),
        )
        planner.add("turing", settings, [planner.prepared, *(test.step for test in tests)])

    def mistakes(self, section: Turing, facts: RecipeFacts) -> Iterator[Mistake]:
        """Yield pools that do not exist, and more images shown twice than half of those that are shown."""
        for source in section.sources or ():
            yield from unknown_name((self.name, "sources"), source, facts.pools, "source", "Sources")
        if not facts.gans:
            yield (self.name,), "nothing to show raters: expected 'gans'"
        most = facts.classes * (section.real + section.synthetic) // 2
        if section.repeats > most:
            text = f"expected at most {most}, half of the images shown, received {section.repeats}"
            yield (self.name, "repeats"), text

    def images_needed(self, section: Turing, pool: str, classes: int) -> int:
        """Return how many images of each pool are shown."""
        return section.synthetic * classes

    def _test(self, name: str, planner: Planner) -> TuringTest:
        # A refiner's images keep the scale and place that its GAN gave them: real ones are shown so too.
        step, origin = planner.pool(name), planner.origin(name)
        return TuringTest(
            **dict(planner.viewed(origin)),
            name=name,
            step=step,
            title=planner.title(name),
            per_class=planner.per_class(origin),
        )
