"""Import TensorFlow without its messages on stderr, which it prints before it reads any log level."""

import os
import sys
import tempfile

#: oneDNN's operations, TensorFlow's default on processors with AVX512-VNNI alone, are faster on others too
#: (decision 039). TensorFlow reads this when it is loaded.
ONEDNN, ONEDNN_DEFAULT = "TF_ENABLE_ONEDNN_OPTS", "1"


def import_tensorflow() -> None:
    """Import TensorFlow and Keras with stderr captured; it is replayed if the import fails.

    oneDNN's operations are on unless the environment says otherwise.

    Raises:
        ImportError: TensorFlow or Keras cannot be imported.
    """
    if "keras" in sys.modules:
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault(ONEDNN, ONEDNN_DEFAULT)
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
