"""Settings of Visual Turing Tests on the images of a finished run, from the run's own record."""

from collections.abc import Mapping, Sequence
from typing import Any

from kgan.analyses.checkpoint_selection.settings import CheckpointSelectionSettings
from kgan.analyses.curation.settings import CurationSettings
from kgan.analyses.visual_turing.settings import Turing, TuringTest, VisualTuringSettings
from kgan.data.store.store import ImageStore
from kgan.errors import RunError, did_you_mean
from kgan.pipeline.records.finished_run import FinishedRun
from kgan.registry import curated_name, display_name
from kgan.steps.settings.pools import GenerateSettings, RefineSettings
from kgan.steps.settings.training import TrainGanSettings

#: Parts of a recipe whose members have pools.
_KINDS = ("gans", "refiners", "curations")


def pools_of(run: FinishedRun) -> dict[str, str]:
    """Return the steps that hold pools, of the first split, by their GAN, curation or refiner."""
    known = {name for kind in _KINDS for name in run.recipe.get(kind) or {}}
    steps = {step.name.partition("-")[2]: step for step in run.steps}
    return {
        name: step.name
        for name, step in steps.items()
        if name in known and (step.folder / "pool.h5").is_file()
    }


def turing_settings(
    run: FinishedRun, sources: Sequence[str], changes: Mapping[str, Any], seed: int | None = None
) -> VisualTuringSettings:
    """Return settings of the step ``turing`` for a finished run.

    Args:
        run: with pools.
        sources: GANs, curations and refiners to test; those of the recipe, or all, where empty.
        changes: values of `Turing` that go before the recipe's; ``None`` for the recipe's.
        seed: of the draw; ``None`` for that of the run's own tests, so that these are made again.

    Raises:
        RunError: a source has no pool in the run.
    """
    from_recipe = run.recipe.get("turing") or {}
    section = Turing(
        **{**from_recipe, **{name: value for name, value in changes.items() if value is not None}}
    )
    pools = pools_of(run)
    names = list(sources) or [name for name in section.sources or pools if name in pools]
    for name in names:
        if name not in pools:
            raise RunError(
                f"{run.folder}: no pool of {name!r}{did_you_mean(name, pools)}; there are: "
                f"{', '.join(pools) or 'none: the run has not come so far, or kgan clean deleted them'}"
            )
    if not names:
        raise RunError(
            f"{run.folder}: no generated images; finish 'kgan run' with this recipe first, or, after "
            "'kgan clean', delete the folder of the pool's step before"
        )
    return VisualTuringSettings(
        **section.model_dump(exclude={"sources"}),
        tests=tuple(_test(run, name, pools[name]) for name in names),
        classes=ImageStore(run.folders["prepare"] / "train.h5").classes,
        seed=_seed(run) if seed is None else seed,
    )


def _seed(run: FinishedRun) -> int:
    """Return the seed of the run's own tests, or else the recipe's."""
    own = run.steps.first_of(VisualTuringSettings)
    return own.settings.seed if own else int(run.recipe.get("seed", 0))


def _test(run: FinishedRun, name: str, step: str) -> TuringTest:
    gan = _gan_behind(run, step)
    return TuringTest(
        name=name, title=_title(run, name), step=step, view=gan.view, canvas=gan.canvas, crop=gan.crop
    )


def _title(run: FinishedRun, name: str) -> str:
    curated = (run.recipe.get("curations") or {}).get(name)
    if curated:
        return curated_name(_title(run, curated["source"]))
    model: Mapping[str, Any] = next(
        (run.recipe[kind][name] for kind in _KINDS if name in (run.recipe.get(kind) or {})), {}
    )
    return display_name(name, model.get("plugin", ""), model.get("title"))


def _gan_behind(run: FinishedRun, step: str) -> TrainGanSettings:
    """Return how the GAN at the beginning of a chain of curations and refiners was trained.

    Raises:
        RunError: a step of the chain is gone.
    """
    finished = run.steps.named(step)
    settings = finished.settings if finished else None
    if isinstance(settings, TrainGanSettings):
        return settings
    if isinstance(settings, GenerateSettings):
        return _gan_behind(run, settings.models[0].step)
    if isinstance(settings, RefineSettings | CurationSettings):
        return _gan_behind(run, settings.source)
    if isinstance(settings, CheckpointSelectionSettings):
        return _gan_behind(run, settings.candidates[0].pool)
    raise RunError(f"{run.folder}: {step}, behind the images, is gone; run 'kgan run' again")
