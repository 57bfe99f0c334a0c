"""Checkpoints that are restored completely, or reported as damaged and skipped."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from kgan.errors import RunError
from kgan.files.atomic import write_text
from kgan.files.digest import file_digest

MAX_CHECKPOINTS = 2


class Checkpoints:
    """The newest two checkpoints of a list of variables.

    A checkpoint consists of TensorFlow's files and of ``<step>.json`` with their SHA-256 digests, written
    last. A checkpoint without this file, or with other digests, is ignored. The file says in which precision
    the networks compute, as a training goes on in the one that it began with.

    Args:
        folder: of the files.
        state: variables, in a fixed order.
        say: receives one line about each damaged checkpoint.
    """

    def __init__(self, folder: Path, state: Sequence[Any], say: Callable[[str], None]) -> None:
        self.folder = folder
        self.say = say
        variables = [getattr(variable, "value", variable) for variable in state]
        variables = [v if isinstance(v, tf.Variable) else s for v, s in zip(variables, state, strict=True)]
        self.shapes = [list(variable.shape) for variable in variables]
        self.checkpoint = tf.train.Checkpoint(**{f"v{i:05d}": v for i, v in enumerate(variables)})

    def save(self, step: int) -> None:
        """Save the state of ``step`` and delete all but the newest two checkpoints."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.checkpoint.write(str(self.folder / str(step)))
        files = sorted(self.folder.glob(f"{step}.*"))
        digests = {path.name: file_digest(path) for path in files if path.suffix != ".json"}
        record = {"step": step, "files": digests, "shapes": self.shapes, "precision": _precision()}
        write_text(self.folder / f"{step}.json", json.dumps(record))
        for old in self.steps()[:-MAX_CHECKPOINTS]:
            self._delete(old)

    def restore(self) -> int:
        """Restore the newest intact checkpoint and return its step, or 0 if there is none.

        Raises:
            RunError: a checkpoint is of a training in another precision.
        """
        begun = begun_precision(self.folder)
        if begun not in (None, _precision()):
            raise RunError(
                f"{self.folder}: the training began in {begun}; expected {_precision()}, as its networks. "
                f"Set precision: {begun}, or remove the folder to begin again."
            )
        for step in reversed(self.steps()):
            if self._is_intact(step):
                self.checkpoint.read(str(self.folder / str(step))).assert_consumed()
                return step
            self.say(
                f"checkpoint {step} in {self.folder} is damaged: not used, falling back to the previous one"
            )
            self._delete(step)
        return 0

    def steps(self) -> list[int]:
        """Return the steps with a record, in ascending order."""
        return _steps(self.folder)

    def _is_intact(self, step: int) -> bool:
        try:
            record = json.loads((self.folder / f"{step}.json").read_text())
            matches = all(
                file_digest(self.folder / name) == digest for name, digest in record["files"].items()
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return False
        return matches and record["shapes"] == self.shapes

    def _delete(self, step: int) -> None:
        for path in sorted(self.folder.glob(f"{step}.*"), key=lambda path: path.suffix != ".json"):
            path.unlink(missing_ok=True)


def begun_precision(folder: Path) -> str | None:
    """Return the precision of the training whose checkpoints a folder holds; ``None`` if there are none.

    Args:
        folder: of the checkpoints; it need not exist.
    """
    for step in reversed(_steps(folder)):
        try:
            return str(json.loads((folder / f"{step}.json").read_text())["precision"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return None


def _steps(folder: Path) -> list[int]:
    return sorted(int(path.stem) for path in folder.glob("*.json") if path.stem.isdigit())


def _precision() -> str:
    return str(keras.config.dtype_policy().compute_dtype)
