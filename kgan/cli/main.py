"""The command ``kgan``: where errors become one line and an exit status."""

import errno
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from kgan import __version__
from kgan.cli.lazy_group import LazyGroup
from kgan.errors import KganError

_DATA = {
    "inspect": ("kgan.cli.data.inspect", "Show what a folder of scans holds, and what cannot be used."),
    "prepare": ("kgan.cli.data.prepare", "Cut, label, split and store slices, without training."),
    "phantom": ("kgan.cli.data.phantom", "Write the phantom cohort as files."),
}
_COMMANDS = {
    "run": ("kgan.cli.run", "Run a recipe: every step, from scans to report."),
    "plan": ("kgan.cli.plan", "Show a recipe's steps, which are finished, and what they cost."),
    "compare": ("kgan.cli.compare", "Test two prediction tables against each other."),
    "measure": ("kgan.cli.measure", "Measure synthetic images against real ones: folders or stores."),
    "turing": ("kgan.cli.turing", "Show readers real and synthetic images, and score their answers."),
    "curation": ("kgan.cli.curation", "Let people decide which generated images stay."),
    "recipe": ("kgan.cli.recipe", "List and show recipes; their JSON Schema for editors."),
    "plugins": ("kgan.cli.plugins", "List, show and check GANs, losses, classifiers and readers."),
}
_ENVIRONMENT = {
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
  kgan run two_step                                     the demo: no data needed
  kgan plan two_step --profile paper --data BRATS2016   what the published protocol takes
  kgan plugins list
""",
)
@click.version_option(__version__, prog_name="kgan", message="%(prog)s %(version)s")
def kgan() -> None:
    """Do GAN-made training images help a medical-image classifier?"""


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
    """Look at scans, prepare them, or make phantoms."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit.

    The status is 0 if all went well, 1 if a check that was asked for failed, 2 for an error of the user's,
    130 after Ctrl-C. Any other exception is a fault of kgan's or of a plugin's and keeps its traceback.

    Args:
        arguments: instead of the process's own.
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
    except (click.Abort, KeyboardInterrupt):
        click.echo("kgan: interrupted; give the same command again to go on where it stopped", err=True)
        return 130
    except OSError as error:
        if error.errno not in _ENVIRONMENT:
            raise
        where = error.filename2 or error.filename or "a file"
        return _fail(f"{where}: {_ENVIRONMENT[error.errno]}; make room or choose another place")


def _fail(message: str) -> int:
    click.echo(f"kgan: error: {' '.join(message.split())}", err=True)
    return 2
