"""Early stopping on the validation split, resumable like the training itself."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from kgan.contracts.classifier import Classifier
from kgan.training.log import EPOCHS_FILE, TrainingLog

_EPSILON = 1e-7


class EarlyStopping:
    """Validates after each epoch, keeps the best weights, stops ``patience`` epochs after the best one.

    The criterion is the log loss of the validation split (our choice: the papers state only the patience).

    The best weights are variables of the checkpoint, so they are always complete and consistent with its best
    epoch.

    Args:
        network: with the weights to keep.
        epoch_steps: steps per epoch.
        patience: epochs without improvement.
        scores: model -> (n,) float scores of the validation images.
        truth: (n,) labels of the validation images.
        folder: of ``epochs.csv``.
    """

    def __init__(
        self,
        network: keras.Model,
        epoch_steps: int,
        patience: int,
        scores: Callable[[Classifier], np.ndarray],
        truth: np.ndarray,
        folder: Path,
    ) -> None:
        self.epoch_steps, self.patience = epoch_steps, patience
        self.scores, self.truth, self.folder = scores, truth, folder
        self.best = tf.Variable(np.inf, dtype=tf.float64, trainable=False)
        self.best_epoch = tf.Variable(-1, dtype=tf.int64, trainable=False)
        with tf.device("CPU:0"):
            self.weights = [tf.Variable(v.numpy(), trainable=False) for v in network.variables]
        self.log: TrainingLog | None = None

    @property
    def state(self) -> tuple[tf.Variable, ...]:
        """Variables of the checkpoint."""
        return self.best, self.best_epoch, *self.weights

    def __call__(self, model: Classifier, step: int) -> bool:
        """Evaluate the epoch that ends at ``step``; return whether to stop."""
        epoch = step // self.epoch_steps - 1
        scores = self.scores(model)
        loss = log_loss(self.truth, scores)
        accuracy = float(np.mean((scores >= 0.5) == (self.truth == 1)))
        self._log(step, epoch, loss, accuracy)
        if loss < float(self.best):
            self.best.assign(loss)
            self.best_epoch.assign(epoch)
            for kept, variable in zip(self.weights, model.network.variables, strict=True):
                kept.assign(variable.value)
        model.begin_epoch(epoch + 1)
        return epoch - int(self.best_epoch) >= self.patience

    def finish(self, model: Classifier) -> None:
        """Restore the weights of the best epoch."""
        if int(self.best_epoch) >= 0:
            for kept, variable in zip(self.weights, model.network.variables, strict=True):
                variable.assign(kept)

    def _log(self, step: int, epoch: int, loss: float, accuracy: float) -> None:
        if self.log is None:
            self.log = TrainingLog(self.folder / EPOCHS_FILE, step - self.epoch_steps)
        self.log.add(step, str(epoch), {"validation_loss": loss, "validation_accuracy": accuracy})
        self.log.write()


def log_loss(truth: np.ndarray, scores: np.ndarray) -> float:
    """Return the mean negative log-likelihood of labels (n,) under scores (n,) in [0, 1]."""
    scores = np.clip(np.asarray(scores, np.float64), _EPSILON, 1 - _EPSILON)
    return float(-np.mean(np.where(truth == 1, np.log(scores), np.log1p(-scores))))
