"""Short references for one line of a list."""

import re

_AUTHORS = re.compile(r"^(?P<authors>.+?\bet al\.|[^,(\d]+)")
#: Excludes the leading digits of an arXiv number or a DOI.
_YEAR = re.compile(r"(?<![\d:./])(?:19|20)\d\d(?!\.?\d)")
_ARXIV = re.compile(r"arXiv:\d{4}\.\d{4,5}")


def short(reference: str) -> str:
    """Return authors, year and arXiv number of the first paper, and the number of further papers.

    Args:
        reference: of a plugin; papers are separated by semicolons.
    """
    first, *others = filter(None, (part.strip() for part in reference.split(";"))) if reference else ("",)
    authors = _AUTHORS.search(first)
    year, arxiv = _YEAR.search(first), _ARXIV.search(first)
    named = " ".join(part for part in (authors and authors["authors"].strip(), year and year[0]) if part)
    text = ", ".join(part for part in (named, arxiv and arxiv[0]) if part)
    return text + (f" and {len(others)} more" if others else "")
