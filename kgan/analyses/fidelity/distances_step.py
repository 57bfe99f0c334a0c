"""How far each pool is from the real images that its model learnt from, by one choice of features."""

from collections.abc import Callable

from kgan.analyses.fidelity.metrics.all_metrics import FidelityMetrics, work_units
from kgan.analyses.fidelity.settings import DistanceSettings, FidelitySettings, MeasuredPool
from kgan.analyses.fidelity.tables import DISTANCES, Distance, distance_rows
from kgan.data.store.gan_view import PaddedView
from kgan.data.store.store import ImageStore
from kgan.features.extraction import extract_features
from kgan.features.fixed import Features
from kgan.features.pairing import PairedSets, pair_sets
from kgan.pipeline.context import StepContext
from kgan.steps.features import features_by_channels
from kgan.steps.persons import persons_of


def write_distances(
    context: StepContext[FidelitySettings],
    distances: DistanceSettings,
    real: Callable[[MeasuredPool], tuple[str, PaddedView]],
) -> None:
    """Write `DISTANCES`: a row for each metric of each pool.

    Args:
        context: of the step.
        distances: what the cohort supports of the settings.
        real: gives of a pool the name of the real images that its model saw, and these.

    Raises:
        DataError: features cannot be had, or a set is too small for the neighbours.
    """
    pools = context.settings.pools
    work = len(pools) * (2 * distances.images + work_units(distances.draws))
    context.progress.begin(f"{context.name}: distances", work)
    measuring = _Measuring(context, distances)
    rows: list[Distance] = []
    for pool in pools:
        rows += measuring.rows(pool, *real(pool))
    DISTANCES.write(context.out, rows)


class _Measuring:
    """Measures pools; those of one view and of equally many images share their real images.

    Args:
        context: of the step.
        distances: what the cohort supports of the settings.
    """

    def __init__(self, context: StepContext[FidelitySettings], distances: DistanceSettings) -> None:
        self.context, self.distances = context, distances
        self.features = features_by_channels(context, distances.features)
        self._by_real_images: dict[tuple[str, int, tuple[int, ...]], FidelityMetrics] = {}

    def rows(self, pool: MeasuredPool, name: str, images: PaddedView) -> list[Distance]:
        """Return the rows of a pool; ``name`` is that of the real images that its model saw."""
        context, distances = self.context, self.distances
        store = ImageStore(context.inputs[pool.step] / "pool.h5")
        owners = persons_of(context.prepared, images.seen.patients)
        pair = pair_sets(images, owners, store, images=distances.images, seed=context.seed)
        extractor = self.features(pair.real.image_shape[-1])
        metrics = self._against(name, pair, extractor).of(
            extract_features(pair.synthetic, extractor, pool.name, context.progress),
            progress=context.progress,
        )
        context.progress.advance(2 * distances.images - len(pair.real), pool.name)
        height, width, _ = pair.real.image_shape
        properties = {
            "pool": pool.name,
            "against": name,
            "features": extractor.name,
            "real_images": len(pair.real),
            "patients": len(set(pair.patients.tolist())),
            "synthetic_images": len(pair.synthetic),
            "image_size": f"{height}x{width}",
            "neighbours": distances.neighbours,
        }
        return distance_rows(metrics, properties)

    def _against(self, name: str, pair: PairedSets, extractor: Features) -> FidelityMetrics:
        """Return what measures against the real images of a pair: chosen by their number and the seed."""
        key = name, len(pair.real), pair.real.image_shape
        if key not in self._by_real_images:
            self._by_real_images[key] = FidelityMetrics(
                extract_features(pair.real, extractor, name),
                pair.patients,
                neighbours=self.distances.neighbours,
                draws=self.distances.draws,
                seed=self.context.seed,
            )
        return self._by_real_images[key]
