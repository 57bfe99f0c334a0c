"""Kill random processes of a run at random moments; the same command must end with the same results.

``python benchmarks/chaos.py`` makes an undisturbed run one step at a time. Then it starts the same recipe
with ``--jobs 2``, kills a random process of it (the command, the server of forks, a step; with ``--scheduler
local`` also scheduler and workers of Dask) by SIGKILL at a random moment, gives the same command again, and
so on. Each finished run is compared with the undisturbed one: every file of every step, byte for byte. Linux.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

_ROOT = Path(__file__).resolve().parents[1]
#: Steps whose files tell times.
_TIMED = ("report",)


def command(recipe: Path, out: Path, options: Sequence[str]) -> list[str]:
    """Return the command of a run."""
    return [sys.executable, "-m", "kgan", "run", str(recipe), "--out", str(out), *options]


def digests(folder: Path) -> dict[tuple[str, str], str]:
    """Return the SHA-256 of each file of each finished step, by the step's name and the file's."""
    found = {}
    for path in folder.glob("steps/*/*/manifest.json"):
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["step"] not in _TIMED:
            found |= {(record["step"], name): each["sha256"] for name, each in record["outputs"].items()}
    return found


def processes(session: int) -> dict[int, str]:
    """Return the living processes of a session: number -> what it is."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, own = stat.read_text().rsplit(")", 1)[1].split()[:4]
            line = stat.with_name("cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue  # it ended meanwhile
        if int(own) == session and state != "Z":
            found[int(stat.parent.name)] = _name(line, int(stat.parent.name) == session)
    return found


def _name(line: Sequence[str], first: bool) -> str:
    text = " ".join(line)
    known = {
        "forkserver": "fork server or step",
        "resource_tracker": "resource tracker",
        "spawn_main": "worker",
    }
    return "command" if first else next((name for part, name in known.items() if part in text), "other")


def disturb(process: "subprocess.Popen[bytes]", seconds: float, draws: random.Random) -> str | None:
    """Kill a random process of a run after some seconds; ``None`` if the run ended before."""
    try:
        process.wait(seconds)
        return None
    except subprocess.TimeoutExpired:
        alive = processes(process.pid)
        victim = draws.choice(sorted(alive))
        os.kill(victim, signal.SIGKILL)
        return alive[victim]


def wait_for_all(process: "subprocess.Popen[bytes]", seconds: float = 60.0) -> None:
    """Wait until no process of a run is alive.

    Raises:
        RuntimeError: one is alive after that time although the command ended.
    """
    process.wait()
    limit = time.monotonic() + seconds
    while left := processes(process.pid):
        if time.monotonic() > limit:
            raise RuntimeError(f"processes {left} outlive the command by {seconds:.0f} s")
        time.sleep(0.05)


def disturbed_runs(
    recipe: Path, folder: Path, options: Sequence[str], kills: int, longest: float, seed: int
) -> Iterator[tuple[Path, Counter[str]]]:
    """Yield each run that was finished in spite of kills, and what was killed.

    Args:
        recipe: of the run.
        folder: where runs are made.
        options: of the command.
        kills: number of kills of all runs together.
        longest: seconds from a start to a kill, at most.
        seed: of moments and victims.
    """
    draws, done, number = random.Random(seed), 0, 0
    while done < kills:
        out, killed = folder / f"disturbed-{number}", Counter[str]()
        while not _is_finished(out):
            log = (folder / f"disturbed-{number}.log").open("ab")
            process = subprocess.Popen(
                command(recipe, out, options), stdout=log, stderr=log, start_new_session=True
            )
            victim = disturb(process, draws.uniform(0.2, longest) if done < kills else 3600, draws)
            wait_for_all(process)
            if victim is not None:
                killed[victim] += 1
                done += 1
                click.echo(f"  kill {done}/{kills}: {victim}; status {process.returncode}", err=True)
            elif process.returncode:
                raise RuntimeError(
                    f"undisturbed, the command ended with status {process.returncode}: {log.name}"
                )
        yield out, killed
        number += 1


def _is_finished(out: Path) -> bool:
    try:
        return bool(json.loads((out / "run.json").read_text(encoding="utf-8"))["finished"])
    except OSError:
        return False


def differences(folder: Path, reference: Path) -> list[str]:
    """Return the files of two finished runs that are not the same."""
    found, expected = digests(folder), digests(reference)
    return [" ".join(key) for key in sorted({*found, *expected}) if found.get(key) != expected.get(key)]


@click.command()
@click.option(
    "--recipe", type=click.Path(path_type=Path, exists=True), default=_ROOT / "tests/recipes/tiny.yaml"
)
@click.option("--kills", default=30, show_default=True)
@click.option("--longest", default=25.0, show_default=True, help="Seconds from a start to a kill, at most.")
@click.option("--seed", default=0, show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="Folder of the runs, kept.")
@click.argument("options", nargs=-1)
def main(keep: Path | None, kills: int, options: tuple[str, ...], **given: Any) -> None:
    """Print what was killed in each run and which files differ. OPTIONS are those of kgan run."""
    options = options or ("--jobs", "2")
    folder = keep or Path(tempfile.mkdtemp(prefix="chaos-"))
    folder.mkdir(parents=True, exist_ok=True)
    reference = folder / "undisturbed"
    try:
        subprocess.run(command(given["recipe"], reference, ("--jobs", "1")), check=True, capture_output=True)
        click.echo(f"{len(digests(reference))} files of the undisturbed run, --jobs 1")
        harmed = False
        for out, killed in disturbed_runs(
            given["recipe"], folder, options, kills, given["longest"], given["seed"]
        ):
            differing = differences(out, reference)
            harmed |= bool(differing)
            victims = ", ".join(f"{name} {count}" for name, count in sorted(killed.items())) or "none"
            click.echo(f"{out.name}: killed {victims}; files that differ: {', '.join(differing) or 'none'}")
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(harmed)


if __name__ == "__main__":
    main()
