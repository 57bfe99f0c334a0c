"""Where the search for training patients joins a plan, and how its section of a recipe is checked."""

from collections.abc import Iterator
from typing import ClassVar

from kgan.analyses.base import Analysis, Planner
from kgan.analyses.memorization.settings import MemorizationSettings, Privacy
from kgan.analyses.recipe_facts import Mistake, RecipeFacts, feature_mistakes
from kgan.steps.settings.shared import ViewedPool, classifier_behind


class MemorizationAnalysis(Analysis[Privacy]):
    """Whether pools leak whose images the GAN was trained on."""

    name: ClassVar[str] = "privacy"
    section_type: ClassVar[type[Privacy]] = Privacy
    description: ClassVar[str] = "Whether pools leak membership of training patients; a gate for the export."
    report_order: ClassVar[int] = 5

    def plan(self, section: Privacy, planner: Planner) -> None:
        """Add the search of all pools."""
        features = planner.features(section.features)
        pools = tuple(
            ViewedPool(**dict(planner.viewed(name)), name=name, step=planner.pool(name))
            for name in [*planner.pools]
        )
        settings = MemorizationSettings(
            seed=planner.seed("privacy"),
            images=section.images,
            max_auc=section.max_auc,
            pools=pools,
            features=features,
        )
        needs = [planner.prepared, *(pool.step for pool in pools), *classifier_behind(features)]
        planner.add("privacy", settings, needs)

    def mistakes(self, section: Privacy, facts: RecipeFacts) -> Iterator[Mistake]:
        """Yield features that cannot be had."""
        yield from feature_mistakes((self.name, "features"), section.features, facts)
