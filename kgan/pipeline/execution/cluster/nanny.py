"""A plugin of Dask's nanny, which waits for the steps of its worker before it ends the worker."""

import asyncio
import contextlib
from typing import Any

from distributed import NannyPlugin
from distributed.protocol import pickle

from kgan.pipeline.execution.cluster.worker import GRACE, leave


class PatientNanny(NannyPlugin):
    """Lets steps save their state before the nanny ends; Dask alone kills them after 8 s."""

    name = "kgan"

    async def teardown(self, nanny: Any) -> None:
        """Ask the worker's steps to end and wait for them; Dask calls it before it ends the worker.

        A worker whose process has gone is left alone: Dask would try to reach it for 30 s.
        """
        if nanny.worker_address is None or not nanny.is_alive():
            return
        with contextlib.suppress(Exception):  # the worker has gone: there is nothing to wait for
            async with nanny.rpc(nanny.worker_address) as worker:
                await asyncio.wait_for(worker.run(function=pickle.dumps(leave)), GRACE + 2)
