"""How far each pool is from the real images that its model learnt from, by one choice of features."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any

from kgan.analyses.fidelity import metrics_table
from kgan.analyses.fidelity.metrics.all_metrics import fidelity_metrics, work_units
from kgan.data.store.gan_view import PaddedView
from kgan.data.store.store import ImageStore
from kgan.features.extraction import extract_features
from kgan.features.factory import make_features
from kgan.features.fixed import Features
from kgan.features.pairing import pair_sets
from kgan.pipeline.context import StepContext
from kgan.steps.persons import persons_of

TABLE = "distances.csv"


def write_distances(
    context: StepContext, real: Callable[[Mapping[str, Any]], tuple[str, PaddedView]]
) -> dict[str, str]:
    """Write ``distances.csv``: a row for each measure of each pool.

    Settings:
        pools: as of the measure step.
        distances: ``features`` ("pixels", "random", or what `kgan.steps.features` takes), ``neighbours``,
            ``images`` (of each set, at most) and ``draws`` (halves that the intervals rest on).

    Args:
        context: of the step.
        real: gives a pool's settings the name of the real images that its model saw, and these.

    Returns:
        dict: the files to publish.

    Raises:
        DataError: features cannot be had, or a set is too small for the neighbours.
    """
    asked, pools = context.settings["distances"], context.settings["pools"]
    draws = int(asked["draws"])
    context.progress.begin(
        f"{context.name}: distances", len(pools) * (2 * asked["images"] + work_units(draws))
    )
    made = features_for(context, asked["features"])
    rows: list[dict[str, Any]] = []
    for pool in pools:
        name, images = real(pool)
        store = ImageStore(context.inputs[pool["step"]] / "pool.h5")
        owners = persons_of(context.prepared, images.seen.patients)
        pair = pair_sets(images, owners, store, images=asked["images"], seed=context.seed)
        features = made(pair.real.image_shape[-1])
        found = fidelity_metrics(
            extract_features(pair.real, features, name, context.progress),
            pair.patients,
            extract_features(pair.synthetic, features, pool["name"], context.progress),
            neighbours=asked["neighbours"],
            draws=draws,
            seed=context.seed,
            progress=context.progress,
        )
        context.progress.advance(2 * (asked["images"] - len(pair.real)), pool["name"])
        height, width, _ = pair.real.image_shape
        about = {
            "pool": pool["name"],
            "against": name,
            "features": features.name,
            "real_images": len(pair.real),
            "patients": len(set(pair.patients.tolist())),
            "synthetic_images": len(pair.synthetic),
            "image_size": f"{height}x{width}",
            "neighbours": asked["neighbours"],
        }
        rows += metrics_table.rows(found, about)
    metrics_table.write(context.out / TABLE, rows)
    return {f"results/{TABLE}": TABLE}


def features_for(context: StepContext, asked: str | Mapping[str, Any]) -> Callable[[int], Features]:
    """Return what gives a step's features for images of so many channels; each network is made once.

    Args:
        context: of the step; a classifier that is asked for is among its inputs.
        asked: "pixels", "random", or a mapping as `kgan.steps.features` takes it.

    Returns:
        a function that raises DataError for an unknown name, or weights that cannot be had.
    """
    if isinstance(asked, str):
        return cache(partial(make_features, asked))
    return _network(replace(context, settings={**context.settings, "features": asked}))


def _network(context: StepContext) -> Callable[[int], Features]:
    """Networks say themselves which numbers of channels they take."""

    @cache
    def made() -> Features:
        from kgan.steps.features import choose_features
        from kgan.training.tensorflow_import import import_tensorflow

        import_tensorflow()
        return choose_features(context, context.settings["features"]).features

    return lambda channels: made()
