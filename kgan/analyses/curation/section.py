"""The report's sections on curated pools: what was discarded, by whom and why."""

from collections.abc import Iterator, Mapping, Sequence

from kgan.analyses.curation.settings import CurationSettings
from kgan.analyses.curation.tables import CLUSTERS, ClusterRow, CurationFacts, read_facts
from kgan.pipeline.records.run_folder import FinishedStep, Steps
from kgan.report.elements import Gallery
from kgan.report.figures.galleries import gallery
from kgan.report.formatting import NOTHING, SPACE, count, percent, title
from kgan.report.html import Cell, Figure, Section, Table

_COLUMNS = (
    *("Class", "Images", "Kept", "Discarded", "Discarded %", "Clusters", "Discarded clusters"),
    *("Clusters’ distance from real", "Real from real (baseline)"),
)


def sections(run: Steps, labels: Mapping[str, str]) -> Iterator[Section]:
    """Yield a section for each curated pool of the first split.

    Args:
        run: the finished steps.
        labels: curations by the names they are known under.
    """
    for step in run.first_split().of(CurationSettings):
        yield _section(step, labels)


def _section(step: FinishedStep[CurationSettings], labels: Mapping[str, str]) -> Section:
    name = step.name.partition("-")[2]
    anchor, heading = f"curation-{name}", f"Curation: {labels.get(name, name)}"
    if step.settings.rule == "none":
        return Section(anchor, heading, paragraphs=["Nothing was discarded, as the recipe asks."])
    facts = read_facts(step.facts)
    return Section(
        anchor,
        heading,
        paragraphs=list(_paragraphs(step.settings, facts)),
        tables=[_table(step, facts)],
        figures=list(_figures(step)),
        links=[path for path in step.published if path.startswith("curation/")],
        closed=True,
    )


def _paragraphs(settings: CurationSettings, facts: CurationFacts) -> Iterator[str]:
    images = facts.kept + facts.discarded
    share = percent(facts.discarded / max(1, images))
    by = f" by {facts.decided_by}" if facts.decided_by else ""
    yield (
        f"{count(facts.discarded)} of {count(images)} images ({share}{SPACE}%) were discarded{by}; "
        f"{facts.rule}."
    )
    yield (
        f"Images were compared by {facts.features or NOTHING}, each class in clusters of its own (k-means). "
        "“Distance from real”: the mean distance of a cluster’s images to the five nearest real training "
        "images of their class, each. Its baseline is the same distance of real images from those of other "
        "patients: a cluster that is as near looks like one more patient."
    )
    if settings.rule == "automatic":
        yield "In the published protocol a person reviews the clusters; here an automatic rule decided."
    if facts.note:
        yield f"{facts.note}."


def _table(step: FinishedStep[CurationSettings], facts: CurationFacts) -> Table:
    clusters = CLUSTERS.read(step.folder)
    rows: list[list[str | Cell]] = []
    for class_name, counts in facts.classes.items():
        of_class = [cluster for cluster in clusters if cluster.class_name == class_name]
        discarded = counts.images - counts.kept
        rows.append(
            [
                title(class_name) if class_name else "all",
                count(counts.images),
                count(counts.kept),
                count(discarded),
                percent(discarded / max(1, counts.images)),
                count(len(of_class)),
                count(sum(not cluster.kept for cluster in of_class)),
                _range(of_class),
                NOTHING if counts.baseline is None else f"{counts.baseline:.3g}",
            ]
        )
    return Table(_COLUMNS, rows)


def _range(clusters: Sequence[ClusterRow]) -> str:
    distances = [cluster.distance for cluster in clusters]
    return f"{min(distances):.3g} to {max(distances):.3g}" if distances else NOTHING


def _figures(step: FinishedStep[CurationSettings]) -> Iterator[Gallery | Figure]:
    path = step.folder / "clusters.png"
    if path.is_file():
        yield gallery(
            path,
            "Rows of images: real ones, clusters that were kept, and clusters that were discarded, by class",
            "Of each class: real training images, the kept clusters nearest to them, and the discarded ones "
            "farthest from them; some images of each, drawn at random. All clusters are on the sheets beside "
            "this page.",
        )
