"""References, as short as a line of a list has room for."""

import re

_WHO = re.compile(r"^(?P<who>.+?\bet al\.|[^,(\d]+)")
#: Not the first digits of an arXiv number, nor of a DOI.
_YEAR = re.compile(r"(?<![\d:./])(?:19|20)\d\d(?!\.?\d)")
_ARXIV = re.compile(r"arXiv:\d{4}\.\d{4,5}")


def short(reference: str) -> str:
    """Return who, when and which arXiv number of the first paper, and how many follow.

    Args:
        reference: of a plugin; papers end in semicolons.
    """
    first, *others = filter(None, (part.strip() for part in reference.split(";"))) if reference else ("",)
    who = _WHO.search(first)
    year, arxiv = _YEAR.search(first), _ARXIV.search(first)
    named = " ".join(part for part in (who and who["who"].strip(), year and year[0]) if part)
    words = ", ".join(part for part in (named, arxiv and arxiv[0]) if part)
    return words + (f" and {len(others)} more" if others else "")
