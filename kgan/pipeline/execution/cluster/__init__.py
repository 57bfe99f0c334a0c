"""Steps on the workers of a Dask cluster. Dask is imported when a command connects, and in its workers."""

from kgan.pipeline.execution.cluster.connection import connect

__all__ = ["connect"]
