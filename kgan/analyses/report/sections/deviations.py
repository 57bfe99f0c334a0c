"""Where a run departs from its paper."""

from collections.abc import Iterator, Mapping

from kgan.analyses.report.contents import Contents
from kgan.analyses.report.model_names import training_steps
from kgan.analyses.report.sections.protocol_comparison import differences, missing_setups
from kgan.pipeline.records.run_folder import Steps
from kgan.report.formatting import listing
from kgan.report.html import Section
from kgan.steps.facts import TrainingFacts


def deviations_section(contents: Contents) -> Iterator[Section]:
    """Yield the section on all deviations; none where there are none."""
    items = [*contents.deviations, *_notes(contents.run, contents.labels)]
    if contents.settings.synthetic:
        items.append("The cohort is a phantom, not the published one.")
    folded = []
    if contents.paper is not None and contents.settings.paper is not None:
        omitted = missing_setups(contents.recipe, contents.paper)
        if omitted:
            items.append(f"Not run: {listing(omitted)}.")
        changed = differences(contents.settings.recipe, contents.settings.paper)
        if changed:
            folded.append((f"Every setting that differs from the paper profile: {len(changed)}", changed))
    if items or folded:
        yield Section("deviations", "Deviations from the paper", items=items, folded=folded, closed=True)


def _notes(run: Steps, labels: Mapping[str, str]) -> list[str]:
    """Return the notes of GANs on themselves, each once, after the names of the GANs."""
    names: dict[str, list[str]] = {}
    for step, name, _ in training_steps(run):
        for note in TrainingFacts.model_validate(step.facts).notes:
            gans = names.setdefault(note, [])
            gans += [labels.get(name, name)] if labels.get(name, name) not in gans else []
    return [f"{listing(gans)}: {note.removesuffix('.')}." for note, gans in names.items()]
