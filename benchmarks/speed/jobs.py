"""All that is measured."""

from benchmarks.speed.analyses import ANALYSES
from benchmarks.speed.peaks import PEAKS
from benchmarks.speed.pools import POOLS
from benchmarks.speed.training_jobs import TRAINING_JOBS

COMPARED = (*POOLS, *ANALYSES, *TRAINING_JOBS)
JOBS = (*PEAKS, *COMPARED)
