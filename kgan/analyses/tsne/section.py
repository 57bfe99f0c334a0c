"""The report's section on the t-SNE map."""

from collections.abc import Iterator, Mapping

from kgan.analyses.tsne.settings import TsneSettings, figure_files
from kgan.pipeline.records.run_folder import FinishedStep, Steps
from kgan.report.formatting import listing
from kgan.report.html import Figure, Section

_NOTE = (
    "t-SNE lays images out so that similar ones lie near each other; distances between groups mean little. "
    "All images were laid out at once, so a real image stands at the same place in each figure."
)


def sections(run: Steps, labels: Mapping[str, str]) -> Iterator[Section]:
    """Yield the section with the figures of the map; none where no map was made."""
    step = run.first_of(TsneSettings)
    figures = list(_figures(step)) if step else []
    if figures:
        yield Section("tsne", "Real and synthetic images on a map", [_NOTE], figures=figures)


def _figures(step: FinishedStep[TsneSettings]) -> Iterator[Figure]:
    titles = {source.name: source.title for source in step.settings.sources}
    for file, names in sorted(figure_files(step.settings).items()):
        path = step.folder / file
        if path.is_file():
            caption = f"{listing([titles[name] for name in names])} beside real images."
            yield Figure(path, "Points of real and synthetic images", caption)
