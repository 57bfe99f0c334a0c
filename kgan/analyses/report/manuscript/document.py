"""The whole text as Markdown: methods, results and checklists."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from kgan.analyses.report.manuscript.answers import Answer, answers
from kgan.analyses.report.manuscript.checklists import CHECKLISTS, Checklist
from kgan.analyses.report.manuscript.contents import Manuscript
from kgan.analyses.report.manuscript.methods import methods
from kgan.analyses.report.manuscript.results import results
from kgan.analyses.report.page import PHANTOM
from kgan.errors import RunError
from kgan.pipeline.records.finished_run import FinishedRun
from kgan.report.formatting import SPACE

_MISSING = "not reported"
#: What would be read as Markdown or HTML in a name; brackets alone, as of intervals, would not.
_MARKUP = re.compile(r"[\\`*_~<|&]|(?<=\])[(:\[]")


def markdown(run: FinishedRun, folder: Path) -> str:
    """Return methods, results and checklists of a finished run as Markdown.

    Args:
        run: of which every step is finished.
        folder: of the text: its links are relative to it.

    Raises:
        RunError: a step of the recipe is not finished.
        DataError: a table of the run cannot be read.
    """
    if run.unfinished:
        raise RunError(
            f"{run.folder}: not finished: {', '.join(run.unfinished)}; expected a run of which every step is "
            "finished, as the text describes them all. Finish 'kgan run' with this recipe first, or take out "
            "of the recipe what fails"
        )
    manuscript = Manuscript(run)
    parts = [f"# {_escaped(manuscript.recipe.title or manuscript.recipe.name)}"]
    if manuscript.phantom:
        parts.append(f"**{PHANTOM}**")
    parts += ["## Methods", _escaped(methods(manuscript))]
    parts += ["## Results", _escaped(results(manuscript)) or "Nothing was compared."]
    if manuscript.left_out:
        parts.append(_escaped(f"Left out: {'; '.join(manuscript.left_out)}."))
    known = answers(manuscript)
    place = Path(os.path.relpath(run.folder.resolve(), folder.resolve()))
    for checklist in CHECKLISTS:
        parts += [f"## {checklist.name}", "\n".join(_table(checklist, known, place))]
    return "\n\n".join(parts).replace(SPACE, " ") + "\n"


def _table(checklist: Checklist, known: Mapping[str, Answer], place: Path) -> Iterator[str]:
    yield "| Item | Asks for | Answer | Proof |"
    yield "| --- | --- | --- | --- |"
    for number, text, topic in checklist.items:
        answer = known.get(topic, Answer(_MISSING, ()))
        links = [f"[{_escaped(file)}](<{(place / file).as_posix()}>)" for file in answer.files]
        yield f"| {number} | {text} | {_escaped(answer.text)} | {', '.join(links)} |"


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))
