"""Options shared by the commands that load a recipe, and where they run its steps."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from kgan import registry
from kgan.errors import RunError
from kgan.files.inputs import input_paths
from kgan.pipeline.execution.backend import Backend
from kgan.pipeline.execution.machine import Machine, this_machine
from kgan.pipeline.step import Step
from kgan.progress import RunProgress
from kgan.recipe import Recipe, load


def recipe_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the argument RECIPE and the options that change its values."""
    for add in reversed(
        (
            click.argument("recipe"),
            click.option("--profile", help="Profile, such as demo, small or paper.  [default: the recipe's]"),
            click.option("--data", type=click.Path(path_type=Path), help="Folder of scans."),
            click.option(
                "--set",
                "overrides",
                multiple=True,
                metavar="A.B=VALUE",
                help="Change one value; repeatable.",
            ),
            click.option("--seed", type=int, help="Seed of all random numbers.  [default: the recipe's]"),
        )
    ):
        function = add(function)
    return function


def load_with(options: dict[str, Any], needs_data: bool = True) -> Recipe:
    """Load the recipe that the options of `recipe_options` describe."""
    return load(
        options["recipe"],
        profile=options["profile"],
        data=options["data"],
        overrides=options["overrides"],
        seed=options["seed"],
        needs_data=needs_data,
    )


def parse_devices(text: str) -> int | tuple[str, ...]:
    """Return the value of ``--devices``: a number of GPUs for each training, or names of GPUs.

    Args:
        text: a number, or names that commas separate; a single name ends with a comma.
    """
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if "," in text and names:
        return names
    if text.isdigit() and int(text) > 0:
        return int(text)
    raise RunError(
        "--devices: expected a number of GPUs for each training, at least 1, or names such as 0,2; received "
        f"{text!r}"
    )


def local_backend(recipe: Recipe, jobs: int | None = None, forked: bool = True) -> Backend:
    """Return the processes of this machine.

    Args:
        recipe: whose ``compute`` section is followed.
        jobs: steps at once; ``None`` for as many as fit.
        forked: whether steps are forks of a server that has imported TensorFlow.

    Raises:
        RunError: ``jobs`` is less than 1, or the GPUs are not there.
    """
    from kgan.pipeline.execution.local import Local

    machine = with_devices(this_machine(), recipe.compute.devices)
    return Local(machine, jobs, recipe.compute.threads, forked)


def backend_of(
    recipe: Recipe,
    steps: Sequence[Step[Any]],
    folder: Path,
    progress: RunProgress,
    jobs: int | None = None,
    scheduler: str | None = None,
) -> Backend:
    """Return where steps run: this machine, or a Dask cluster.

    Args:
        recipe: whose ``compute`` section is followed.
        steps: its plan; a cluster must see what they read.
        folder: of the run.
        progress: shown what the user must know of a cluster.
        jobs: steps at once on this machine; ``None`` for as many as fit.
        scheduler: ``local``, an address or a file of Dask's scheduler; ``None`` for no cluster.

    Raises:
        RunError: this machine or the cluster cannot run the steps.
    """
    if scheduler is None:
        return local_backend(recipe, jobs)
    from kgan.pipeline.execution.cluster import connect

    if not isinstance(recipe.compute.devices, int):
        raise RunError(
            "compute.devices: names GPUs of this machine, and --scheduler runs steps on others; expected a "
            "number of GPUs for each training. Start each worker with the GPUs that it may use"
        )
    jobs = this_machine().jobs(recipe.compute.threads) if jobs is None else jobs
    return connect(scheduler, folder=folder, data=outside(steps), jobs=jobs, progress=progress)


def outside(steps: Sequence[Step[Any]]) -> tuple[Path, ...]:
    """Return the files and folders outside a run that its steps read."""
    settings = [step.settings for step in steps]
    plugins = [plugin for own in settings for plugin in own.plugins()]
    configs = [registry.configure(kind, each.plugin, each.parameters) for kind, each in plugins]
    paths = [path for own in settings for _, path, _ in own.input_paths()]
    paths += [path for config in configs for _, path, _ in input_paths(config)]
    return tuple(map(Path, dict.fromkeys(paths)))


def with_devices(machine: Machine, devices: int | tuple[int | str, ...]) -> Machine:
    """Return a machine with the named GPUs alone.

    Raises:
        RunError: one of them is not there.
    """
    if isinstance(devices, int):
        return machine
    names = tuple(map(str, devices))
    unknown = [name for name in names if name not in machine.gpus]
    if unknown:
        present = ", ".join(machine.gpus) or "none"
        raise RunError(
            f"compute.devices: GPU {', '.join(unknown)} is not there; found {present}. Name others, or check "
            "CUDA_VISIBLE_DEVICES"
        )
    return Machine(machine.cores, machine.gigabytes, names)


def compute_of(recipe: Recipe) -> Mapping[str, Any]:
    """Return the ``compute`` section as steps receive it."""
    return recipe.compute.model_dump(mode="json")


def run_folder(recipe: Recipe, out: Path | None) -> Path:
    """Return the run's folder."""
    return out or Path("runs") / f"{recipe.name}-{recipe.profile}"
