"""Checkpoints that are found whole, or said to be damaged and passed over, never half-used."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import tensorflow as tf

from kgan.files.atomic import write_text
from kgan.files.digest import file_digest

KEPT = 2


class Checkpoints:
    """The newest two checkpoints of a list of variables.

    A checkpoint is TensorFlow's own files and, written last, ``<step>.json`` with their SHA-256 digests: a
    checkpoint without it, or unlike it, does not exist.

    Args:
        folder: where the files are.
        state: variables, in an order that never changes.
        say: told one line about each damaged checkpoint.
    """

    def __init__(self, folder: Path, state: Sequence[Any], say: Callable[[str], None]) -> None:
        self.folder = folder
        self.say = say
        variables = [getattr(variable, "value", variable) for variable in state]
        variables = [v if isinstance(v, tf.Variable) else s for v, s in zip(variables, state, strict=True)]
        self.shapes = [list(variable.shape) for variable in variables]
        self.checkpoint = tf.train.Checkpoint(**{f"v{i:05d}": v for i, v in enumerate(variables)})

    def save(self, step: int) -> None:
        """Write the state as that of ``step`` and forget all but the newest two."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.checkpoint.write(str(self.folder / str(step)))
        files = sorted(self.folder.glob(f"{step}.*"))
        digests = {path.name: file_digest(path) for path in files if path.suffix != ".json"}
        record = {"step": step, "files": digests, "shapes": self.shapes}
        write_text(self.folder / f"{step}.json", json.dumps(record))
        for old in self.steps()[:-KEPT]:
            self._forget(old)

    def restore(self) -> int:
        """Restore the newest whole checkpoint and return its step, or 0 where there is none."""
        for step in reversed(self.steps()):
            if self._whole(step):
                self.checkpoint.read(str(self.folder / str(step))).assert_consumed()
                return step
            self.say(f"checkpoint {step} in {self.folder} is damaged: not used, going back to the one before")
            self._forget(step)
        return 0

    def steps(self) -> list[int]:
        """Return the steps that have a record, ascending."""
        return sorted(int(path.stem) for path in self.folder.glob("*.json") if path.stem.isdigit())

    def _whole(self, step: int) -> bool:
        try:
            record = json.loads((self.folder / f"{step}.json").read_text())
            whole = all(file_digest(self.folder / name) == digest for name, digest in record["files"].items())
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return False
        return whole and record["shapes"] == self.shapes

    def _forget(self, step: int) -> None:
        for path in sorted(self.folder.glob(f"{step}.*"), key=lambda path: path.suffix != ".json"):
            path.unlink(missing_ok=True)
