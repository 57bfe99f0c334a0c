"""The words of a run in which steps failed."""

from collections.abc import Collection, Mapping, Sequence

from kgan.errors import KganError, RunError


def first_line(error: BaseException) -> str:
    """Return an error in one line: of a fault of kgan the last one of its traceback."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return lines[0] if isinstance(error, KganError) else f"a fault of kgan or of a plugin ({lines[-1]})"


def without_all(failed: Mapping[str, BaseException], missing: Collection[str]) -> BaseException:
    """Return the error of a run that did without the failed steps: a fault of kgan, else a line of all.

    Args:
        failed: step -> its error; at least one.
        missing: steps without a result: the failed ones, and those that need them.
    """
    for error in failed.values():
        if not isinstance(error, KganError):
            return error
    name, error = next(iter(failed.items()))
    others = [other for other in missing if other != name]
    also = f" (and without {', '.join(others)})" if others else ""
    ending = RunError(
        f"{name} failed, and all else is done without it{also}, the report too: {error} The same command "
        "tries it again"
    )
    ending.__cause__ = error
    return ending


def what_is_kept(finished: int, steps: int, failed: Sequence[str], needing: Sequence[str]) -> str:
    """Say what is finished and what cannot be made.

    Args:
        finished: number of finished steps.
        steps: number of all steps.
        failed: steps that the run cannot do without.
        needing: steps that need them.
    """
    line = f"{finished} of {steps} steps are finished and kept; failed: {', '.join(failed)}"
    return f"{line}; not made, as they need it: {', '.join(needing)}" if needing else line
