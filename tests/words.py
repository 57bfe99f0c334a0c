"""Words that kgan does not use, and how often files still do: ``python tests/words.py`` lists the places.

``words.txt`` has a word on each line, with the number of uses that are left: a number that can only shrink.
``variable found`` stands for variables and arguments of that name: they are named after what they hold.
``python tests/words.py --write`` lowers the numbers to what is counted; it raises none.
"""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIST = Path(__file__).with_name("words.txt")
SEARCHED = ("kgan", "plugins", "docs", "recipes", "tests", "README.md", "CONTRIBUTING.md")
VARIABLE = "variable "
#: Files that name the words in order to refuse them.
NOT_SEARCHED = ("tests/words.py", "tests/words.txt")

#: Uses that stay, with the reason; they are cut out of a line before it is searched.
ALLOWED = {
    "likeness/order": "name of a random stream, which decides the draws",
    "halving/spread": "name of a random stream, which decides the draws",
    "equivalence/trainings": "name of a random stream, which decides the draws",
    "worth-": "names of steps, which name the folders of a run and enter their identities",
    "negative_slope": "argument of Keras' LeakyReLU",
    "set_slope_inter": "method of a NIfTI header in nibabel",
}
SLOPES = "parameter of the loss dragan, as recipes state it and as identities of steps hold it"
#: Files in which a word stays, with the reason.
ALLOWED_IN = {
    "slopes": dict.fromkeys(
        (
            "docs/decisions/026-zoo-paper-losses.md",
            "docs/guide.md",
            "plugins/kgan_plugins/losses/configs.py",
            "plugins/kgan_plugins/losses/dragan.py",
            "tests/nn/test_gradient_norm.py",
            "tests/plugins/losses/test_dragan.py",
            "tests/plugins/test_deviations.py",
            "tests/recipe/published/mri_generation.py",
        ),
        SLOPES,
    )
}


def limits() -> dict[str, int]:
    """Return how often each word may be used."""
    lines = (line.partition("#")[0].strip() for line in LIST.read_text("utf-8").splitlines())
    pairs = (line.rpartition(" ") for line in lines if line)
    return {word.strip(): int(number) for word, _, number in pairs}


def uses() -> Iterator[tuple[str, str]]:
    """Yield each use of a word as (word, place)."""
    yield from _words()
    yield from _variables()


def _words() -> Iterator[tuple[str, str]]:
    """Yield whole words, whatever their case; ``_`` and digits end a word.

    A capital in the middle of a name begins a word, so ``TrainingRegime`` is a use of "regime".
    """
    words = sorted((word for word in limits() if not word.startswith(VARIABLE)), key=len, reverse=True)
    pattern = re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, words))})(?![a-z])")
    allowed = re.compile("|".join(map(re.escape, ALLOWED)), re.IGNORECASE)
    for path in searched():
        for number, line in enumerate((ROOT / path).read_text("utf-8").splitlines(), 1):
            separated = re.sub(r"(?<=[a-z])(?=[A-Z])", "\0", allowed.sub("", line)).lower()
            for match in pattern.finditer(separated):
                if path not in ALLOWED_IN.get(match.group(), ()):
                    yield match.group(), f"{path}:{number}: {line.strip()}"


def _variables() -> Iterator[tuple[str, str]]:
    """Yield what is assigned, looped over or received under a name of the list."""
    names = {word.removeprefix(VARIABLE) for word in limits() if word.startswith(VARIABLE)}
    for path in searched():
        if path.endswith(".py"):
            for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
                is_set = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
                name = node.id if is_set else node.arg if isinstance(node, ast.arg) else ""
                if name in names:
                    yield f"{VARIABLE}{name}", f"{path}:{node.lineno}"


def searched() -> list[str]:
    """Return the text files that are looked through."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *SEARCHED],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    return [
        path
        for path in listed
        if path not in NOT_SEARCHED and (ROOT / path).is_file() and _is_text(ROOT / path)
    ]


def _is_text(path: Path) -> bool:
    return b"\0" not in path.read_bytes()[:8192]


def main(arguments: list[str]) -> None:
    """Print each use of a word, or lower the numbers in the list."""
    if arguments != ["--write"]:
        sys.stdout.writelines(f"{word}\t{place}\n" for word, place in sorted(uses()))
        return
    counts = Counter(word for word, _ in uses())
    lowered = {word: min(limit, counts[word]) for word, limit in limits().items()}
    comments = [line for line in LIST.read_text("utf-8").splitlines() if line.startswith("#")]
    LIST.write_text("\n".join([*comments, *(f"{word} {n}" for word, n in lowered.items())]) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
