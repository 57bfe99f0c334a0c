"""When two identifiers name one patient: they are equal, or differ in what people do not see or mean.

One person under two identifiers may come into two splits, be tested twice, or stay where they were to be left
out; two persons under one would be made one. So identifiers that look alike are neither merged nor taken for
different: whoever made them has to say which it is.

Reference: the comparison is Unicode's caseless match of identifiers (The Unicode Standard, section 3.13,
``toNFKC_Casefold``), beyond which blanks, leading zeros and the kind of a dash do not count.
"""

import re
import unicodedata
from collections.abc import Iterable

from kgan.errors import DataError

#: In words, what makes no identifier another one.
IGNORED_DIFFERENCES = "case, blanks, leading zeros and characters that are not shown"

# Characters that Unicode tells programs not to show, beside those of the categories Cc and Cf.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0]")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_MINUS = "\u2212"


def canonical(name: str) -> str:
    """Return what of an identifier makes it another one than others.

    Case, blanks, zeros before a number, composed and decomposed forms, full-width and other digits, the kind
    of a dash, and characters that are not shown do not count.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    plain = "".join(map(_plain, _UNSEEN.sub("", folded)))
    # Of each word first: in "Site1 007" the zeros would follow a digit once the blank is gone.
    return _ZEROS.sub("", "".join(_ZEROS.sub("", word) for word in plain.split()))


def check_distinct(names: Iterable[str], where: str, way_out: str) -> None:
    """Refuse identifiers of which two look alike, or one holds nothing.

    Args:
        names: one may be there several times.
        where: they stand, for the message.
        way_out: what to do about two that look alike.

    Raises:
        DataError: names the first two.
    """
    known: dict[str, str] = {}
    for name in names:
        key = canonical(name)
        if not key:
            raise DataError(f"{where}: a patient is called {quoted(name)}; expected a name that can be seen")
        first = known.setdefault(key, name)
        if first != name:
            raise DataError(
                f"{where}: {quoted(first)} and {quoted(name)} look like one patient; expected names that "
                f"differ in more than {IGNORED_DIFFERENCES}. {way_out}"
            )


def same_name(name: str, names: Iterable[str]) -> str | None:
    """Return the first of some identifiers that looks like this one, if any does."""
    key = canonical(name)
    return next((other for other in names if canonical(other) == key), None)


def quoted(name: str) -> str:
    """Return an identifier as a message shows it: in quotes, characters beyond ASCII written out."""
    return ascii(name)


def _plain(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    if kind == "Pd" or character == _MINUS:
        return "-"
    return "" if kind in ("Cc", "Cf") and not character.isspace() else character
