"""Import TensorFlow without its greeting: its first lines on stderr come before any log level is read."""

import os
import sys
import tempfile


def import_tensorflow() -> None:
    """Import TensorFlow and Keras with stderr held back; what was said is replayed if the import fails.

    Raises:
        ImportError: TensorFlow or Keras cannot be imported.
    """
    if "keras" in sys.modules:
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            import keras  # noqa: F401
            import tensorflow

            # One function a phase is meant; TensorFlow would warn of retracing.
            tensorflow.get_logger().setLevel("ERROR")
        except BaseException:
            os.dup2(saved, 2)
            held.seek(0)
            sys.stderr.write(held.read().decode(errors="replace"))
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)
