"""Wall time and use of the cores of whole runs, on a machine that does nothing else.

``python benchmarks/demos.py two_step multi_sequence`` runs each recipe in a new folder and prints its wall
time and the share of the cores that was busy meanwhile (``/proc/stat``: all processes of the machine). Linux.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

#: Columns of the first line of ``/proc/stat`` in which no work is done: idle, iowait.
_IDLE = (3, 4)


def busy_seconds() -> float:
    """Return the CPU seconds that all processes have used since the machine started."""
    ticks = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return sum(count for column, count in enumerate(ticks) if column not in _IDLE) / os.sysconf("SC_CLK_TCK")


@click.command()
@click.argument("recipes", nargs=-1, required=True)
@click.option("--jobs", type=int, help="Steps at once.  [default: as kgan run chooses]")
@click.option(
    "--python", default=sys.executable, help="Python of another version of kgan.", show_default=False
)
def main(recipes: tuple[str, ...], jobs: int | None, python: str) -> None:
    """Print one line for each recipe."""
    click.echo("recipe            wall s   CPU s   CPU %")
    for recipe in recipes:
        with tempfile.TemporaryDirectory() as folder:
            options = [] if jobs is None else ["--jobs", str(jobs)]
            command = [python, "-m", "kgan", "run", recipe, "--out", f"{folder}/run", *options]
            begun, before = time.monotonic(), busy_seconds()
            with (Path(folder) / "log").open("wb") as log:
                status = subprocess.run(command, stdout=log, stderr=log, check=False).returncode
            wall, used = time.monotonic() - begun, busy_seconds() - before
            if status:
                sys.exit((Path(folder) / "log").read_text()[-2000:])
            click.echo(f"{recipe:16} {wall:7.0f} {used:7.0f} {100 * used / wall:7.0f}")


if __name__ == "__main__":
    main()
