"""The whole text as Markdown: methods, results and checklists."""

from collections.abc import Iterator, Mapping

from kgan.analyses.report.manuscript.answers import Answer, answers
from kgan.analyses.report.manuscript.checklists import CHECKLISTS, Checklist
from kgan.analyses.report.manuscript.contents import Manuscript
from kgan.analyses.report.manuscript.methods import methods
from kgan.analyses.report.manuscript.results import results
from kgan.errors import RunError
from kgan.pipeline.records.finished_run import FinishedRun
from kgan.report.formatting import SPACE

_MISSING = "not reported"
_PHANTOM = "The data are a synthetic phantom cohort: nothing here is a clinical claim."


def markdown(run: FinishedRun) -> str:
    """Return methods, results and checklists of a finished run as Markdown.

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
    parts = [f"# {manuscript.recipe.title or manuscript.recipe.name}"]
    if manuscript.phantom:
        parts.append(f"**{_PHANTOM}**")
    parts += ["## Methods", methods(manuscript), "## Results", results(manuscript) or "Nothing was compared."]
    if manuscript.left_out:
        parts.append(f"Left out: {'; '.join(manuscript.left_out)}.")
    known = answers(manuscript)
    for checklist in CHECKLISTS:
        parts += [f"## {checklist.name}", "\n".join(_table(checklist, known))]
    return "\n\n".join(parts).replace(SPACE, " ") + "\n"


def _table(checklist: Checklist, known: Mapping[str, Answer]) -> Iterator[str]:
    yield "| Item | Asks for | Answer | Proof |"
    yield "| --- | --- | --- | --- |"
    for number, text, topic in checklist.items:
        answer = known.get(topic)
        links = ", ".join(f"[{file}](<{file}>)" for file in answer.files) if answer else ""
        cells = (answer.text if answer else _MISSING, links)
        yield f"| {number} | {text} | {' | '.join(cell.replace('|', '/') for cell in cells)} |"
