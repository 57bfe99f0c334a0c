"""All that is measured."""

from benchmarks.speed.analyses import ANALYSES
from benchmarks.speed.peaks import PEAKS
from benchmarks.speed.pools import POOLS
from benchmarks.speed.training_jobs import TRAINING_JOBS

COMPARED = (*TRAINING_JOBS, *POOLS, *ANALYSES)
JOBS = (*PEAKS, *COMPARED)
