"""Settings of the timing of a training: no step of a plan, but run like one, in a process of its own."""

from typing import Any, ClassVar

from kgan.pipeline.settings import Accelerator, StepSettings


class TimingSettings(StepSettings):
    """Settings of the timing of a training.

    Args:
        built_from: what the model is built from; see `kgan.training.model_files.build`.
        batch_size: images of one update.
        steps: of the whole training, which its phases share.
        pool: whether the making of images by the model is timed too.
        seconds: after which no further phase of the training is begun.
        each: seconds for which the steps of a phase, and the making of images, are timed.
        known: models that were timed on such images and batches already: class and number of weights.
    """

    kind: ClassVar[str] = "time"
    display_name: ClassVar[str] = "Timing"
    module: ClassVar[str] = "kgan.steps.training.timing"
    accelerator: ClassVar[Accelerator] = "several"

    built_from: dict[str, Any]
    batch_size: int
    steps: int
    pool: bool
    seconds: float
    each: float
    known: tuple[tuple[str, int], ...] = ()

    def describe(self) -> str:
        """Say what is timed."""
        return f"time steps of {self.built_from['plugin']} on batches of {self.batch_size}"
