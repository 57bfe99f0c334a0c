"""The table of all jobs, as Markdown for people and as CSV for programs."""

import csv
import datetime
import io
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from statistics import median

from benchmarks.speed.job import KGAN
from benchmarks.speed.peaks import AMOUNTS, COPY, GEMM
from benchmarks.speed.turns import DISTURBED, Result, Side

PACKAGES = ("kgan", "tensorflow", "keras", "torch", "scikit-learn", "opencv-python-headless", "openTSNE")

COLUMNS = (
    "job",
    "unit",
    "side",
    "cpu_s",
    "cpu_s_min",
    "cpu_s_max",
    "wall_s",
    "peak_memory_mb",
    "gflop",
    "share_of_gemm_peak",
    "loss_difference",
    "gradient_difference",
    "ratio_to_kgan",
    "ratio_wanted",
    "other_cores",
    "cpu_s_before_turns",
    "problem",
)


def peaks(results: Sequence[Result]) -> dict[str, float]:
    """Return the best rate of each peak: operations a CPU second, or bytes."""
    return {
        result.job.name: AMOUNTS[result.job.name]
        / min(min(side.cpu) for side in result.sides.values() if side.cpu)
        for result in results
        if result.job.name in AMOUNTS
    }


def as_csv(results: Sequence[Result]) -> str:
    """Return a row for each side of each job."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    best = peaks(results)
    for result in results:
        for name, side in result.sides.items():
            writer.writerow(_row(result, name, side, best))
    return text.getvalue()


def as_markdown(results: Sequence[Result], threads: int, turns: int) -> str:
    """Return a heading of facts and a row for each job."""
    best = peaks(results)
    lines = [f"- {line}" for line in _facts(best, threads, turns)]
    header = (
        "job",
        "unit",
        "kgan",
        "best other",
        "ratio",
        "wanted",
        "memory, MB",
        "of GEMM peak",
        "difference",
    )
    lines += ["", f"| {' | '.join(header)} |", "| --- | --- |" + " ---: |" * 7]
    lines += [_line(result, best) for result in results if result.job.name not in AMOUNTS]
    lines += ["", *_notes(results)]
    return "\n".join(lines) + "\n"


def line(result: Result) -> str:
    """Return what one job came to, for the terminal."""
    parts = [f"{name} {_span(side)}" for name, side in result.sides.items() if side.cpu]
    ratio = f", ratio {result.ratio:.2f}" if result.ratio else ""
    disturbed = f" (disturbed: {result.others:.1f} cores at other work)" if result.others > DISTURBED else ""
    return f"{result.job.name}: {'; '.join(parts)}{ratio}{disturbed}"


def differences(result: Result) -> str:
    """Return how far the sides of a job are from kgan, for the terminal."""
    sides = result.sides.items()
    parts = [
        f"{name} losses {_small(side.loss_difference)}, gradients {_small(side.gradient_difference)}"
        + (f" ({side.problem})" if side.problem else "")
        for name, side in sides
        if side.loss_difference is not None or side.problem
    ]
    return f"{result.job.name}: {'; '.join(parts)}"


def _facts(best: Mapping[str, float], threads: int, turns: int) -> Iterator[str]:
    machine = f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    yield f"{datetime.date.today():%d %B %Y}, {machine}"
    yield ", ".join(f"{name} {version}" for name, version in _versions())
    yield (
        f"{threads} thread(s) a side; median CPU seconds of a unit, on GPUs seconds (smallest to largest of "
        f"{turns} turns, A B A B); a ratio is the time of the best other program by kgan's"
    )
    rates = [
        f"{name} {rate / 1e9:.0f} {'GB/s' if name == COPY else 'GFLOP/s'}" for name, rate in best.items()
    ]
    if rates:
        yield f"peaks of a thread, measured in the same run: {', '.join(rates)}"


def _line(result: Result, best: Mapping[str, float]) -> str:
    ours = result.sides[KGAN]
    others = {name: side for name, side in result.sides.items() if name != KGAN and side.cpu}
    first = min(others, key=lambda name: median(others[name].times), default=None)
    sides = [side for side in result.sides.values() if side.loss_difference is not None]
    differences = (
        [
            _small(max(side.loss_difference or 0.0 for side in sides)),
            _small(max(side.gradient_difference or 0.0 for side in sides)),
        ]
        if sides
        else []
    )
    memory = f"{ours.memory:.0f}" + (f" / {others[first].memory:.0f}" if first else "")
    share = _share(result, ours, best)
    cells = (
        result.job.name,
        f"{result.job.unit}: {result.job.what}",
        _span(ours),
        f"{first} {_span(others[first])}" if first else "",
        _ratio(result),
        f"{result.job.wanted:.1f}" if result.job.wanted else "",
        memory,
        f"{share:.0%}" if share else "",
        ", ".join(differences),
    )
    return f"| {' | '.join(cells)} |"


def _notes(results: Sequence[Result]) -> Iterator[str]:
    for result in results:
        for name, side in result.sides.items():
            if side.problem:
                yield f"- {result.job.name}, {name}: no figure ({side.problem})"
            if side.slow:
                yield f"- {result.job.name}, {name}: {side.slow:.3g} s after warming up, so it took no turns"
        if result.others > DISTURBED:
            others = f"other programs used {result.others:.1f} cores meanwhile"
            yield f"- {result.job.name}: {others}; no ratio is given"


def _ratio(result: Result) -> str:
    if result.ratio is None or result.others > DISTURBED:
        return ""
    reached = result.job.wanted is not None and result.ratio >= result.job.wanted
    return f"**{result.ratio:.2f}**" if reached else f"{result.ratio:.2f}"


def _row(result: Result, name: str, side: Side, best: Mapping[str, float]) -> dict[str, object]:
    job = result.job
    row: dict[str, object] = {
        "job": job.name,
        "unit": f"{job.unit}: {job.what}",
        "side": name,
        "other_cores": f"{result.others:.2f}",
        "problem": side.problem,
        "cpu_s_before_turns": f"{side.slow:.5g}" if side.slow else "",
        "ratio_wanted": job.wanted or "",
    }
    if not side.cpu:
        return row
    ours = result.sides.get(KGAN)
    share = _share(result, side, best)
    row |= {
        "cpu_s": f"{median(side.cpu):.5g}",
        "cpu_s_min": f"{min(side.cpu):.5g}",
        "cpu_s_max": f"{max(side.cpu):.5g}",
        "wall_s": f"{median(side.wall):.5g}",
        "peak_memory_mb": f"{side.memory:.0f}",
        "gflop": f"{result.operations / 1e9:.1f}" if result.operations else "",
        "share_of_gemm_peak": f"{share:.3f}" if share else "",
        "loss_difference": _small(side.loss_difference),
        "gradient_difference": _small(side.gradient_difference),
    }
    if ours and ours.cpu and name != KGAN and result.others <= DISTURBED:
        row["ratio_to_kgan"] = f"{median(side.times) / median(ours.times):.3f}"
    return row


def _share(result: Result, side: Side, best: Mapping[str, float]) -> float | None:
    if not result.operations or not side.cpu or GEMM not in best:
        return None
    return result.operations / median(side.cpu) / best[GEMM]


def _small(value: float | None) -> str:
    return "" if value is None else f"{value:.0e}"


def _span(side: Side) -> str:
    if not side.cpu:
        return ""
    return f"{median(side.times):.3g} s ({min(side.times):.3g} to {max(side.times):.3g})"


def _processor() -> str:
    with Path("/proc/cpuinfo").open() as lines:
        return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _versions() -> Iterator[tuple[str, str]]:
    for name in PACKAGES:
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
