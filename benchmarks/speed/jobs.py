"""All that is measured."""

from benchmarks.speed.analyses import ANALYSES
from benchmarks.speed.peaks import PEAKS
from benchmarks.speed.pools import POOLS
from benchmarks.speed.trainings import TRAININGS

COMPARED = (*TRAININGS, *POOLS, *ANALYSES)
JOBS = (*PEAKS, *COMPARED)
