"""What a Visual Turing Test on a run that is there already is made of, from the run's own record."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgan.analyses.visual_turing.settings import Turing, TuringTest, VisualTuringSettings
from kgan.errors import RunError, did_you_mean
from kgan.pipeline import manifest

#: Settings of the step ``turing`` that a recipe's part ``turing`` has under the same names.
FIGURES = ("real", "synthetic", "repeats", "image_size", "real_from", "margin")
#: Parts of a recipe whose members have pools.
_KINDS = ("gans", "refiners", "curations")


@dataclass(frozen=True)
class Finished:
    """The finished steps of a run.

    Args:
        folder: of the run.
        recipe: as resolved.
        places: folder of each finished step, by its name.
        manifests: of the same steps.
    """

    folder: Path
    recipe: Mapping[str, Any]
    places: Mapping[str, Path]
    manifests: Mapping[str, Mapping[str, Any]]

    @property
    def pools(self) -> dict[str, str]:
        """Name of a GAN, curation or refiner -> the step that holds its pool, of the first split."""
        known = {name for kind in _KINDS for name in self.recipe.get(kind) or {}}
        found = {step.partition("-")[2]: step for step in self.places}
        return {
            name: step
            for name, step in found.items()
            if name in known and (self.places[step] / "pool.h5").is_file()
        }


def read_run(folder: Path) -> Finished:
    """Read which steps of a run are finished.

    Raises:
        RunError: the folder is no run, or its data have not been prepared.
    """
    record = folder / "run.json"
    try:
        about = json.loads(record.read_text(encoding="utf-8"))
        ids = {str(name): str(step["id"]) for name, step in about["steps"].items()}
        recipe = dict(about["recipe"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(
            f"{record}: missing or no record of a run; expected the folder that 'kgan run' wrote, such as "
            "runs/two_step-demo"
        ) from error
    places, manifests = {}, {}
    for name, number in ids.items():
        found = manifest.read(folder / "steps" / name / number)
        if found is not None and (found.get("step"), found.get("id")) == (name, number):
            places[name], manifests[name] = folder / "steps" / name / number, found
    if "prepare" not in places:
        raise RunError(f"{folder}: its data are not prepared; finish 'kgan run' with this recipe first")
    return Finished(folder, recipe, places, manifests)


def turing_settings(
    run: Finished, sources: Sequence[str], figures: Mapping[str, Any]
) -> VisualTuringSettings:
    """Return settings of the step ``turing`` for a finished run.

    Args:
        run: with pools.
        sources: GANs, curations and refiners to test; those of the recipe, or all, where empty.
        figures: some of `FIGURES` and ``seed`` that go before the recipe's; ``None`` for the recipe's.

    Raises:
        RunError: a source has no pool in the run.
    """
    part = dict(run.recipe.get("turing") or {})
    given = {name: value for name, value in figures.items() if value is not None}
    from_recipe = {name: part[name] for name in FIGURES if name in part}
    whole = Turing(**{**from_recipe, **{name: given[name] for name in given if name in FIGURES}})
    wanted = list(sources) or [name for name in part.get("sources") or run.pools if name in run.pools]
    for name in wanted:
        if name not in run.pools:
            raise RunError(
                f"{run.folder}: no pool of {name!r}{did_you_mean(name, run.pools)}; there are: "
                f"{', '.join(run.pools) or 'none, as the run has not come so far'}"
            )
    if not wanted:
        raise RunError(f"{run.folder}: no generated images yet; finish 'kgan run' with this recipe first")
    tests = tuple(
        TuringTest(name=name, title=_title(run, name), step=run.pools[name], **_seen(run, run.pools[name]))
        for name in wanted
    )
    return VisualTuringSettings(
        **whole.model_dump(include=set(FIGURES)),
        tests=tests,
        classes=run.manifests["prepare"].get("facts", {}).get("classes", []),
        seed=int(given.get("seed", _seed(run))),
    )


def _seed(run: Finished) -> int:
    """Return the seed of the run's own tests, so that these are made again, or else the recipe's."""
    own = run.manifests.get("turing", {}).get("settings", {})
    return int(own.get("seed", run.recipe.get("seed", 0)))


def _title(run: Finished, name: str) -> str:
    curated = (run.recipe.get("curations") or {}).get(name)
    if curated:
        return f"{_title(run, curated['source'])}, curated"
    about: Mapping[str, Any] = next(
        (run.recipe[kind][name] for kind in _KINDS if name in (run.recipe.get(kind) or {})), {}
    )
    return str(about.get("title") or name)


def _seen(run: Finished, step: str) -> dict[str, Any]:
    """Return how the GAN at the beginning of a chain of curations and refiners saw the real images."""
    settings = run.manifests[step].get("settings", {})
    source = settings.get("source")
    if isinstance(source, str) and source in run.manifests:
        return _seen(run, source)
    train = (settings.get("models") or [{}])[0].get("step")
    seen = run.manifests.get(train, {}).get("settings")
    if seen is None:
        raise RunError(f"{run.folder}: the training behind {step} is gone; run 'kgan run' again")
    return {key: seen.get(key) for key in ("view", "canvas", "crop")}
