"""A step in a process of its own: what it leaks, it leaks there; if it dies, the run says so.

Without GPUs on Linux, processes are forks of a server that has imported TensorFlow and computed nothing
(`docs/decisions/037-concurrent-steps.md`): a step starts in 0.2 s in place of 3 s. Elsewhere each is started
from scratch. ``CUDA_VISIBLE_DEVICES`` and the numbers of threads are in the environment before a process
starts.
"""

import dataclasses
import errno
import importlib
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from kgan import errors
from kgan.errors import KganError, RunError
from kgan.pipeline.context import StepContext
from kgan.pipeline.execution.backend import EARLIER_SECONDS, Outcome
from kgan.pipeline.execution.processor import processor
from kgan.pipeline.execution.progress_pipe import ProgressPipe, replay
from kgan.pipeline.lock import step_lock
from kgan.pipeline.records import manifest
from kgan.pipeline.signals import terminable
from kgan.progress import Progress
from kgan.training.arithmetic import arithmetic_environment, configure, thread_count

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
_NO_PERMISSION = (errno.EACCES, errno.EPERM, errno.EROFS)
_MEGA = 1024 if sys.platform != "darwin" else 1 << 20
_STARTING = threading.Lock()
_GO_ON = "Run the same command again to go on; a smaller batch_size or fewer --jobs need less memory."
#: Heaps of the C library (glibc), read when a process begins. By default there are eight a core, and memory
#: grows for hours: threads that prepare batches take one heap after the other, some 80 MB each.
_ARENAS = "MALLOC_ARENA_MAX"


class StepProcess:
    """The process of one step.

    Args:
        context: what the step is given; its ``progress`` is shown what the process reports.
        gpus: that the process may use, as ``CUDA_VISIBLE_DEVICES`` names them.
        forked: whether it may be a fork of a server that has imported TensorFlow.
    """

    def __init__(self, context: StepContext[Any], gpus: tuple[str, ...] = (), forked: bool = True) -> None:
        self.context, self.gpus = context, gpus
        self.interrupted = False
        self._environment = {
            "CUDA_VISIBLE_DEVICES": ",".join(gpus),
            "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3"),
            _ARENAS: os.environ.get(_ARENAS, "2"),
            **arithmetic_environment(context.compute),
        }
        methods: Any = multiprocessing.get_context(_method(gpus, forked))
        self._reading, self._writing = methods.Pipe(duplex=False)
        silent = dataclasses.replace(context, progress=None)  # type: ignore[arg-type]
        self._process = methods.Process(
            target=_work, args=(silent, self._writing, self._environment), name=context.name
        )

    def run(self) -> Outcome:
        """Start the process and wait for its end.

        Raises:
            KganError: as the step raised it; `RunError` if the process was killed.
            RuntimeError: a fault of kgan or of a plugin, with its traceback.
            KeyboardInterrupt: the step was interrupted and saved its state.
        """
        # Libraries delete their temporary files at an exit that is skipped; a killed step deletes nothing.
        with _temporary_folder(self.context.name) as folder:
            self._environment["TMPDIR"] = folder
            outcome = self._run()
        if outcome is None and self.interrupted:
            raise KeyboardInterrupt
        return _judge(outcome, self._process.exitcode, self.context.name)

    def _run(self) -> tuple[str, Any] | None:
        with _environment(self._environment):
            if self.interrupted:
                raise KeyboardInterrupt
            self._start()
        if self.interrupted:
            self._process.terminate()
        self._writing.close()
        outcome = _listen(self._reading, self.context.progress)
        self._process.join()
        self._reading.close()
        return outcome

    def _start(self) -> None:
        try:
            self._process.start()
        except (EOFError, ConnectionError) as error:
            raise RunError(
                f"step {self.context.name}: its process could not be started, as the server of processes "
                f"ended unexpectedly ({error}). {_GO_ON}"
            ) from error

    def interrupt(self) -> None:
        """Ask the step to save its state and end."""
        self.interrupted = True
        if self._process.is_alive():
            self._process.terminate()

    def kill(self) -> None:
        """End the process at once."""
        self.interrupted = True
        if self._process.is_alive():
            self._process.kill()


def perform(context: StepContext[Any]) -> Outcome:
    """Run a step in this process."""
    started = time.monotonic()
    facts = importlib.import_module(context.settings.module).run(context)
    outputs = manifest.outputs(context.out)
    machine = {"processor": processor(), "threads": thread_count(context.compute)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MEGA
    seconds = time.monotonic() - started + float(facts.get(EARLIER_SECONDS, 0.0))
    return Outcome(facts, seconds, round(peak), outputs, machine)


def _method(gpus: tuple[str, ...], forked: bool) -> str:
    """Return how processes start: a fork of a server would share one environment, and so its GPUs."""
    if sys.platform != "linux" or gpus or not forked:
        return "spawn"
    multiprocessing.get_context("forkserver").set_forkserver_preload(["kgan.pipeline.execution.preload"])
    return "forkserver"


def _temporary_folder(name: str) -> "tempfile.TemporaryDirectory[str]":
    try:
        return tempfile.TemporaryDirectory(prefix="kgan-", ignore_cleanup_errors=True)
    except OSError as error:
        raise RunError(
            f"step {name}: no folder for temporary files can be made ({error.strerror or error}). Set TMPDIR "
            "to a folder on a disk with space, then run the same command again to go on."
        ) from error


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables for a process that starts in the block; one block at a time."""
    with _STARTING:
        before = {name: os.environ.get(name) for name in variables}
        os.environ.update(variables)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def _listen(reading: Connection, progress: Progress) -> tuple[str, Any] | None:
    while True:
        try:
            message = reading.recv()
        except (EOFError, OSError):  # OSError: it was killed in the middle of a message
            return None
        if message[0] in ("done", "error", "bug", "interrupted"):
            return message
        replay(message, progress)


def _judge(outcome: tuple[str, Any] | None, exitcode: int | None, name: str) -> Outcome:
    if outcome is None:
        raise RunError(
            f"step {name}: its process ended unexpectedly (exit code {exitcode}; -9 is usually the system "
            f"running out of memory). {_GO_ON}"
        )
    kind, payload = outcome
    if kind == "done":
        done: Outcome = payload
        return done
    if kind == "interrupted":
        raise KeyboardInterrupt
    if kind == "error":
        name_of_class, text = payload
        raise getattr(errors, name_of_class, RunError)(text)
    raise RuntimeError(f"step {name} failed; this is a fault of kgan or of a plugin:\n{payload}")


def _work(context: StepContext[Any], pipe: Connection, environment: Mapping[str, str]) -> None:
    """Run a step and send its end; the process ends whatever threads it leaves."""
    os.environ.update(environment)
    tempfile.tempdir = None  # what the server had chosen
    threading.Thread(target=_die_with_parent, daemon=True).start()
    progress = ProgressPipe(pipe)
    try:
        end = _attempt(dataclasses.replace(context, progress=progress))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        progress.close()
        pipe.send(end)
    except BrokenPipeError:
        os._exit(1)  # the run is gone
    pipe.close()
    sys.stdout.flush()
    sys.stderr.flush()
    # An input stream without end that is alive would keep the interpreter from ending.
    os._exit(0)


def _attempt(context: StepContext[Any]) -> tuple[str, Any]:
    try:
        with terminable(), step_lock(context.out):
            configure(context.compute)
            return "done", perform(context)
    except KeyboardInterrupt:
        return "interrupted", None
    except BrokenPipeError:
        raise
    except KganError as error:
        return "error", (type(error).__name__, str(error))
    except OSError as error:
        return _explained(error, context)
    except BaseException as error:
        return _tensorflow_failure(error, context)


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
        f"step {context.name}: out of memory. Use a smaller batch_size or image size, or fewer --jobs, then "
        "run again.",
    )


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
