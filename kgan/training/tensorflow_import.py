"""Import TensorFlow without its messages on stderr, which it prints before it reads any log level."""

import os
import sys
import tempfile


def import_tensorflow() -> None:
    """Import TensorFlow and Keras with stderr captured; it is replayed if the import fails.

    Raises:
        ImportError: TensorFlow or Keras cannot be imported.
    """
    if "keras" in sys.modules:
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as captured:
        os.dup2(captured.fileno(), 2)
        try:
            import keras  # noqa: F401
            import tensorflow

            # One function per phase is intended; TensorFlow would warn of retracing.
            tensorflow.get_logger().setLevel("ERROR")
        except BaseException:
            os.dup2(saved, 2)
            captured.seek(0)
            sys.stderr.write(captured.read().decode(errors="replace"))
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)
