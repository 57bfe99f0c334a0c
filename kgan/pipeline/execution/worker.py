"""A step in a process of its own: what it leaks, it leaks there; if it dies, the run says so."""

import dataclasses
import errno
import importlib
import multiprocessing
import os
import resource
import sys
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from kgan import errors
from kgan.errors import KganError, RunError
from kgan.pipeline.context import StepContext
from kgan.pipeline.execution.progress_pipe import ProgressPipe, replay
from kgan.progress import Progress

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
_NO_PERMISSION = (errno.EACCES, errno.EPERM, errno.EROFS)


Execute = Callable[[StepContext[Any]], dict[str, Any]]


def execute(context: StepContext[Any]) -> dict[str, Any]:
    """Run a step in a new process and wait for it.

    Args:
        context: what the step is given; its ``progress`` is shown what the process reports.

    Returns:
        dict: ``facts`` (what the step returned), ``seconds``, ``peak_memory_mb``.

    Raises:
        KganError: as the step raised it; `RunError` if the process was killed.
        KeyboardInterrupt: the user interrupted; the step was given the time to save its state.
    """
    methods = multiprocessing.get_context("spawn")
    reading, writing = methods.Pipe(duplex=False)
    silent = dataclasses.replace(context, progress=None)  # type: ignore[arg-type]
    process = methods.Process(target=_work, args=(silent, writing, os.getpid()), name=context.name)
    process.start()
    writing.close()
    try:
        outcome = _listen(reading, context.progress)
    except KeyboardInterrupt:
        _stop(process, context.progress)
        raise
    process.join()
    return _judge(outcome, process.exitcode, context.name)


def _listen(reading: Connection, progress: Progress) -> tuple[str, Any] | None:
    while True:
        try:
            message = reading.recv()
        except (EOFError, OSError):  # OSError: it was killed in the middle of a message
            return None
        if message[0] in ("done", "error", "bug", "interrupted"):
            return message
        replay(message, progress)


def _stop(process: Any, progress: Progress) -> None:
    """Let a step save its state; end it at a second Ctrl-C."""
    try:
        progress.say("interrupted: waiting for the step to save its state (Ctrl-C again to stop at once)")
        # From a terminal the step has had its own Ctrl-C; else it must be interrupted from here.
        process.terminate()
        process.join()
    except KeyboardInterrupt:
        process.kill()
        process.join()


def _judge(outcome: tuple[str, Any] | None, exitcode: int | None, name: str) -> dict[str, Any]:
    if outcome is None:
        raise RunError(
            f"step {name}: its process ended unexpectedly (exit code {exitcode}; -9 is usually the system "
            "running out of memory). Run the same command again to go on; a smaller batch_size needs less "
            "memory."
        )
    kind, payload = outcome
    if kind == "done":
        return dict(payload)
    if kind == "interrupted":
        raise KeyboardInterrupt
    if kind == "error":
        name_of_class, text = payload
        raise getattr(errors, name_of_class, RunError)(text)
    raise RuntimeError(f"step {name} failed; this is a fault of kgan or of a plugin:\n{payload}")


def _work(context: StepContext[Any], pipe: Connection, parent: int) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    threading.Thread(target=_die_with, args=(parent,), daemon=True).start()
    progress = ProgressPipe(pipe)
    started = time.monotonic()
    try:
        module = importlib.import_module(context.settings.module)
        facts = module.run(dataclasses.replace(context, progress=progress))
        progress.close()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
            1024 if sys.platform != "darwin" else 1 << 20
        )
        pipe.send(
            ("done", {"facts": facts, "seconds": time.monotonic() - started, "peak_memory_mb": round(peak)})
        )
    except KeyboardInterrupt:
        pipe.send(("interrupted", None))
    except BrokenPipeError:
        os._exit(1)  # the run is gone
    except KganError as error:
        pipe.send(("error", (type(error).__name__, str(error))))
    except OSError as error:
        pipe.send(_explained(error, context))
    except BaseException as error:
        pipe.send(_tensorflow_failure(error, context))


def _explained(error: OSError, context: StepContext[Any]) -> tuple[str, Any]:
    text = str(error)
    where = error.filename or context.out
    if error.errno in _NO_SPACE or "No space left" in text:
        line = f"{where}: no space left on the disk. Free some, then run the same command again to go on."
    elif error.errno in _NO_PERMISSION:
        line = f"{where}: no permission ({error.strerror}). Change its permissions or use another --out."
    else:
        return "bug", traceback.format_exc()
    return "error", ("RunError", line)


def _tensorflow_failure(error: BaseException, context: StepContext[Any]) -> tuple[str, Any]:
    """Explain what TensorFlow says of disk, permissions and memory in errors of its own; else it is a bug."""
    kind, text = type(error).__name__, str(error)
    if kind == "ResourceExhaustedError" and "No space left" in text:
        return _explained(OSError(errno.ENOSPC, text), context)
    if kind == "PermissionDeniedError":
        return _explained(OSError(errno.EACCES, "permission denied"), context)
    if isinstance(error, MemoryError) or kind == "ResourceExhaustedError":
        return "error", _memory(context)
    return "bug", traceback.format_exc()


def _memory(context: StepContext[Any]) -> tuple[str, str]:
    return (
        "RunError",
        f"step {context.name}: out of memory. Use a smaller batch_size or image size, then run again.",
    )


def _die_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
