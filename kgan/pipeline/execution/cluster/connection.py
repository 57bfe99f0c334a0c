"""Connects a command with a Dask cluster, and checks the cluster before anything runs."""

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

from kgan.errors import RunError
from kgan.pipeline.execution.cluster.backend import Cluster
from kgan.pipeline.execution.cluster.checks import Expectation, token, unfit, versions
from kgan.pipeline.execution.cluster.survey import survey
from kgan.progress import RunProgress
from kgan.training.gpus import visible_gpus

_T = TypeVar("_T")
#: Seconds that the workers, or the scheduler, may take to answer.
_ANSWER = 60.0
_FORMS = "local, FILE.json (a scheduler file), tcp://HOST:PORT or tls://HOST:PORT"
#: Dask's configuration of the cluster that the command starts: workers may start processes, nannies leave the
#: numbers of threads alone, and nothing is served over HTTP.
_LOCAL: dict[str, Any] = {
    "distributed.worker.daemon": False,
    "distributed.nanny.pre-spawn-environ": {},
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}


def connect(
    scheduler: str, *, folder: Path, data: tuple[Path, ...], jobs: int, progress: RunProgress
) -> Cluster:
    """Connect with a Dask cluster whose workers can run the steps.

    How long it waits is set in Dask's configuration: ``distributed.comm.timeouts.connect`` for the scheduler
    (30 s), ``kgan.worker-wait`` for the first worker (60 s).

    Args:
        scheduler: ``local`` starts a cluster on this machine; else an address or a scheduler file.
        folder: of the run; all workers must see it. It is made when missing.
        data: files and folders that steps read; all workers must see them.
        jobs: workers of a local cluster.
        progress: shown what the user must know of the cluster.

    Raises:
        RunError: no Dask, no scheduler, no worker, or a worker that cannot run the steps.
    """
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise RunError(
            f"--scheduler needs Dask, which is not installed ({error}). Install it: pip install 'kgan[dask]'"
        ) from error
    with ExitStack() as stack:
        client = _local(stack, jobs) if scheduler == "local" else _foreign(stack, scheduler)
        _await_worker(client, scheduler)
        path, text = stack.enter_context(token(folder.absolute()))
        expectation = Expectation(versions(), path, text, tuple(place.absolute() for place in data))
        _check(client, expectation, scheduler)
        if scheduler != "local" and client.scheduler.address.startswith("tcp://"):
            progress.say(
                f"{client.scheduler.address} is neither encrypted nor authenticated: whoever reaches it can "
                "run code as you. Use tls:// on a network that others share (docs/cluster.md)"
            )
        return Cluster(client, expectation, progress, stack.pop_all())
    raise AssertionError  # no context above suppresses exceptions


def _local(stack: ExitStack, jobs: int) -> Any:
    """Start a cluster of ``jobs`` workers of one thread, which only this command can speak to."""
    import dask
    from distributed import Client, LocalCluster, Security

    if jobs < 1:
        raise RunError(f"--jobs: expected a number of steps at once, at least 1; received {jobs}")
    if gpus := len(visible_gpus()):
        raise RunError(
            f"--scheduler local: runs on CPUs alone, and this machine has GPUs ({gpus}). Leave --scheduler "
            "out to use them, or set CUDA_VISIBLE_DEVICES= to do without"
        )
    stack.enter_context(dask.config.set(_LOCAL))
    _silence()
    cluster = LocalCluster(
        n_workers=jobs,
        threads_per_worker=1,
        memory_limit=0,
        host="127.0.0.1",
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
        security=Security.temporary(),
        silence_logs=logging.CRITICAL,
    )
    stack.callback(cluster.close, timeout=30)
    client = Client(cluster, set_as_default=False)
    stack.callback(client.close, timeout=10)
    return client


def _foreign(stack: ExitStack, scheduler: str) -> Any:
    import dask
    from dask.utils import parse_timedelta
    from distributed import Client

    address = _address(scheduler)
    seconds = parse_timedelta(dask.config.get("distributed.comm.timeouts.connect"))
    _silence()
    try:
        kind = within(seconds, asyncio.run, _identify(address))
    except (OSError, Late) as error:
        raise RunError(
            f"--scheduler {scheduler}: no Dask scheduler answered at {address} within {seconds:.0f} s. Start "
            "one (dask scheduler), or correct the address or the firewall"
        ) from error
    except Exception as error:
        raise RunError(
            f"--scheduler {scheduler}: {address} cannot be used ({type(error).__name__}: "
            f"{_first_line(error)}). Expected {_FORMS}; for tls:// see docs/cluster.md"
        ) from error
    if kind != "Scheduler":
        raise RunError(
            f"--scheduler {scheduler}: at {address} is a {kind} of Dask; expected its scheduler, whose "
            "address 'dask scheduler' prints when it starts"
        )
    client = Client(address, timeout=seconds, set_as_default=False)
    stack.callback(client.close, timeout=10)
    return client


async def _identify(address: str) -> str:
    """Return what listens at an address, as Dask calls its servers."""
    from distributed import Security
    from distributed.core import rpc

    arguments = Security().get_connection_args("client")
    async with rpc(address, connection_args=arguments) as server:
        identity = await server.identity()
    return str(identity["type"])


def _address(scheduler: str) -> str:
    """Return the address that the user gave, or that a scheduler file states."""
    if scheduler.startswith(("tcp://", "tls://")):
        return scheduler
    if not scheduler.endswith(".json"):
        raise RunError(f"--scheduler: expected {_FORMS}; received {scheduler!r}")
    try:
        address = json.loads(Path(scheduler).read_text(encoding="utf-8"))["address"]
    except OSError as error:
        raise RunError(
            f"--scheduler {scheduler}: cannot be read ({error.strerror}). Start a scheduler with "
            f"dask scheduler --scheduler-file {scheduler}"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"--scheduler {scheduler}: is no scheduler file of Dask (expected JSON with an 'address'). Start "
            "the scheduler again with --scheduler-file"
        ) from error
    return str(address)


def _await_worker(client: Any, scheduler: str) -> None:
    import dask
    from dask.utils import parse_timedelta

    seconds = parse_timedelta(dask.config.get("kgan.worker-wait", default="60s"))
    try:
        client.wait_for_workers(1, timeout=seconds)
    except TimeoutError as error:
        raise RunError(
            f"--scheduler {scheduler}: the cluster has no worker after {seconds:.0f} s. Start some (dask "
            "worker), or wait longer: DASK_KGAN__WORKER_WAIT=12h in the environment of this command"
        ) from error


def _check(client: Any, expectation: Expectation, scheduler: str) -> None:
    """Refuse a cluster of which the scheduler or any worker cannot run the steps."""
    where = f"--scheduler {scheduler}:"
    try:
        within(_ANSWER, client.run_on_scheduler, survey)
        answers = within(_ANSWER, client.run, unfit, expectation, on_error="return")
    except Late as error:
        raise RunError(f"{where} scheduler or workers did not answer within {_ANSWER:.0f} s") from error
    except ImportError as error:
        raise RunError(
            f"{where} the scheduler's Python has no kgan, or another ({error}). Install the same environment "
            "for scheduler, workers and command"
        ) from error
    problems = {worker: _problem(answer) for worker, answer in answers.items() if answer}
    if problems:
        worker, problem = next(iter(sorted(problems.items())))
        others = f" ({len(problems)} of {len(answers)} workers cannot be used)" if len(problems) > 1 else ""
        raise RunError(f"{where} worker {worker} {problem}{others}")


def _problem(answer: "str | Exception") -> str:
    if not isinstance(answer, Exception):
        return answer
    if "ModuleNotFoundError" in repr(answer):
        return f"has no kgan, or another ({answer}). Install the same environment for command and workers"
    return f"failed to check itself ({type(answer).__name__}: {_first_line(answer)})"


def within(seconds: float, function: Callable[..., _T], *values: Any, **named: Any) -> _T:
    """Call a function that may never return, in a thread that does not keep the command from ending.

    Raises:
        concurrent.futures.TimeoutError: it did not return in time.
    """
    future: Future[_T] = Future()

    def call() -> None:
        try:
            future.set_result(function(*values, **named))
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=call, daemon=True).start()
    return future.result(seconds)


def _silence() -> None:
    """Keep Dask's log from the terminal: kgan reports what the user must know."""
    for name in [*logging.root.manager.loggerDict]:
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), "no reason given")
