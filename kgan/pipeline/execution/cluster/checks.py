"""Whether a Dask worker can run the steps of a run: same versions, same files, processes of its own."""

import hashlib
import importlib.util
import multiprocessing
import platform
import secrets
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from kgan import __version__
from kgan.files.atomic import write_text
from kgan.pipeline.lock import unlockable
from kgan.registry import KINDS, available
from kgan.registry.describing import source_digest
from kgan.training.gpus import visible_gpus

#: What computes the results; the versions stand in each manifest.
_LIBRARIES = ("tensorflow", "keras", "numpy", "scipy", "scikit-learn", "statsmodels", "h5py")
#: What names of files by which a worker knows the run's folder begin with.
_TOKEN = "cluster-"
#: Seconds in which a worker must see a new file in the run's folder.
_SECONDS = 10.0


@dataclass(frozen=True)
class Expectation:
    """What a worker must have and see.

    Args:
        versions: as `versions` returns them for the command.
        token: an absolute path of a file in the run's folder, which the command has locked.
        text: what the file says.
        data: files and folders with absolute paths that the steps read.
    """

    versions: dict[str, str]
    token: Path
    text: str
    data: tuple[Path, ...] = ()


@contextmanager
def token(folder: Path) -> Iterator[tuple[Path, str]]:
    """Keep a file with a random text, and a lock beside it, for the block.

    What commands left behind that were killed goes.

    Args:
        folder: of the run; made when missing.

    Yields:
        tuple: the file and its text.

    Raises:
        RunError: the folder cannot be written.
    """
    text = secrets.token_hex(16)
    path = folder / f"{_TOKEN}{text[:8]}.token"
    guard = FileLock(path.with_suffix(".lock"), timeout=0, fallback_to_soft=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep_tokens(folder)
        guard.acquire()
        write_text(path, text)
    except (OSError, NotImplementedError) as error:
        raise unlockable(folder, error) from error
    try:
        yield path, text
    finally:
        path.unlink(missing_ok=True)
        guard.release()
        path.with_suffix(".lock").unlink(missing_ok=True)


def _sweep_tokens(folder: Path) -> None:
    for left_over in folder.glob(f"{_TOKEN}*.lock"):
        guard = FileLock(left_over, timeout=0, fallback_to_soft=False)
        try:
            guard.acquire()
        except Timeout:
            continue
        left_over.with_suffix(".token").unlink(missing_ok=True)
        left_over.unlink(missing_ok=True)
        guard.release()


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python, kgan, plugins and libraries in this process.

    kgan's and the plugins' state a digest of their source too, which changes during development.
    """
    libraries = {name: _version(name) for name in _LIBRARIES}
    own = f"{__version__} (source {_source('kgan')})"
    return {"python": platform.python_version(), "kgan": own, **libraries, **_plugins()}


def unfit(expectation: Expectation, dask_worker: Any) -> str:
    """Return why a worker cannot run steps, in words that follow its name; an empty string if it can.

    Args:
        expectation: what it must have and see.
        dask_worker: Dask's worker in this process; Dask gives it.
    """
    return (
        _daemon()
        or _other_versions(expectation.versions, versions())
        or _undeclared_gpus(dask_worker.state.total_resources.get("GPU", 0), len(visible_gpus()))
        or _unseen_folder(expectation.token, expectation.text)
        or _unseen_data(expectation.data)
    )


def _daemon() -> str:
    if not multiprocessing.current_process().daemon:
        return ""
    return (
        "may not start processes, which steps run in: Dask made it daemonic. Start the workers with "
        "DASK_DISTRIBUTED__WORKER__DAEMON=False in their environment"
    )


def _other_versions(expected: dict[str, str], received: dict[str, str]) -> str:
    different = [
        f"{name} {received.get(name, 'not installed')} (expected {expected.get(name, 'none')})"
        for name in sorted(expected.keys() | received.keys())
        if expected.get(name) != received.get(name)
    ]
    if not different:
        return ""
    return f"has {', '.join(different)}. Install the same versions for the command and all workers"


def _undeclared_gpus(declared: float, present: int) -> str:
    if declared == present:
        return ""
    return (
        f"declares {declared:.0f} GPUs and has {present}. Start it with --resources 'GPU={present}', or with "
        "CUDA_VISIBLE_DEVICES set to those that it may use"
    )


def _unseen_folder(token: Path, text: str) -> str:
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            received = token.read_text(encoding="ascii")
            break
        except OSError as error:
            if time.monotonic() > deadline:
                return (
                    f"cannot read {token} ({error.strerror}), which the command wrote. --out must be a "
                    "folder that all machines see under the same path"
                )
            time.sleep(0.2)
    if received != text:
        return (
            f"reads other text in {token} than the command wrote; --out must be one folder for all machines"
        )
    return _unlocked(token)


def _unlocked(token: Path) -> str:
    """Return what is wrong with the file's lock, which the command holds: two machines must not share it."""
    guard = FileLock(token.with_suffix(".lock"), timeout=0, fallback_to_soft=False)
    try:
        guard.acquire()
    except Timeout:
        return ""
    except (OSError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or error
        return f"cannot write or lock files in {token.parent} ({reason}). Change its permissions or --out"
    guard.release()
    return (
        f"does not see locks of other machines in {token.parent}, so that two could write there at once. "
        "Mount the file system with locks for the whole cluster (Lustre: -o flock), or give another --out"
    )


def _unseen_data(data: tuple[Path, ...]) -> str:
    unseen = [str(path) for path in data if not path.exists()]
    if not unseen:
        return ""
    return f"does not see the data: {', '.join(unseen)}. All machines must see them under the same path"


def _plugins() -> dict[str, str]:
    """Return version and source of the distributions that offer plugins."""
    modules: dict[tuple[str, str], set[str]] = defaultdict(set)
    for kind in KINDS:
        for offer in available(kind).values():
            if not offer.problem():
                modules[offer.distribution, offer.version].add(offer.module)
    return {
        f"plugins of {name}": f"{version} (source {_digest(map(source_digest, sorted(used)))})"
        for (name, version), used in sorted(modules.items())
    }


def _source(package: str) -> str:
    """Return a digest of all modules of a package."""
    spec = importlib.util.find_spec(package)
    root = Path(spec.origin or "").parent if spec else Path()
    return _digest(
        f"{path.relative_to(root)}\0{path.read_text('utf-8')}" for path in sorted(root.rglob("*.py"))
    )


def _digest(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode())
    return digest.hexdigest()[:8]


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "not installed"
