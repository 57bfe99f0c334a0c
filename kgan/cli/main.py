"""The command ``kgan``: converts errors to one line and an exit status."""

import errno
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from kgan import __version__
from kgan.cli.lazy_group import LazyGroup
from kgan.errors import KganError, Terminated

_DATA = {
    "inspect": ("kgan.cli.data.inspect", "Show the content of a folder of scans, and its problems."),
    "prepare": ("kgan.cli.data.prepare", "Extract, label, split and store slices, without training."),
    "phantom": ("kgan.cli.data.phantom", "Write the phantom cohort to files."),
}
_COMMANDS = {
    "run": ("kgan.cli.run", "Run a recipe: every step, from scans to report."),
    "plan": ("kgan.cli.plan", "Show the steps of a recipe, their state and their cost."),
    "report": ("kgan.cli.runs.report", "Write methods, results and reporting checklists of a finished run."),
    "clean": ("kgan.cli.runs.clean", "Delete what a run keeps on disk and nothing needs any more."),
    "compare": ("kgan.cli.compare", "Compare two prediction tables with significance tests."),
    "measure": ("kgan.cli.measure", "Compute fidelity metrics of synthetic images: folders or stores."),
    "turing": ("kgan.cli.turing", "Visual Turing Test: write pages for raters, score their answers."),
    "curation": ("kgan.cli.curation", "Manual review of clusters of synthetic images."),
    "recipe": ("kgan.cli.recipe", "List and show recipes; print their JSON Schema for editors."),
    "plugins": ("kgan.cli.plugins", "List, show and check GANs, losses, classifiers and readers."),
}
_SYSTEM_ERRORS = {
    errno.ENOSPC: "no space is left on the disk",
    errno.EDQUOT: "the disk quota is used up",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EROFS: "the file system is read-only",
    errno.EFBIG: "the file would be larger than the system allows",
    errno.EIO: "the disk fails to read or write",
    errno.ENOTDIR: "a file is where a folder should be",
    errno.EEXIST: "a file is where a folder should be",
    errno.EISDIR: "a folder is where a file should be",
    errno.ENAMETOOLONG: "the name is too long",
}


@click.group(
    "kgan",
    cls=LazyGroup,
    modules=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  kgan run two_step                                     demo, needs no data
  kgan plan two_step --profile paper --data BRATS2016   cost of the published protocol
  kgan plugins list
""",
)
@click.version_option(__version__, prog_name="kgan", message="%(prog)s %(version)s")
def kgan() -> None:
    """Do synthetic training images from a GAN improve a medical-image classifier?"""


@kgan.group(
    "data",
    cls=LazyGroup,
    modules=_DATA,
    short_help="Inspect and prepare scans; write phantoms.",
    epilog="""\b
Examples:
  kgan data inspect /data/BRATS2016
  kgan data phantom phantoms --patients 12
""",
)
def data() -> None:
    """Inspect scans, prepare them, or make phantoms."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit.

    The status is 0 for success, 1 if a requested check failed, 2 for a user error, 130 after Ctrl-C,
    143 after SIGTERM. Any
    other exception is a bug in kgan or in a plugin and keeps its traceback.

    Args:
        arguments: replace those of the process.
    """
    sys.exit(_status(arguments))


def _status(arguments: Sequence[str] | None) -> int:
    try:
        status = kgan.main(args=arguments, prog_name="kgan", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except click.ClickException as error:
        error.show()
        return 2
    except KganError as error:
        return _fail(str(error))
    except (click.Abort, KeyboardInterrupt) as error:
        click.echo("kgan: interrupted; give the same command again to continue", err=True)
        # Click turns an interrupt into its own error.
        return 143 if isinstance(error.__cause__ or error, Terminated) else 130
    except OSError as error:
        if error.errno not in _SYSTEM_ERRORS:
            raise
        where = error.filename2 or error.filename or "a file"
        return _fail(f"{where}: {_SYSTEM_ERRORS[error.errno]}; free space or choose another folder")


def _fail(message: str) -> int:
    click.echo(f"kgan: error: {' '.join(message.split())}", err=True)
    return 2
