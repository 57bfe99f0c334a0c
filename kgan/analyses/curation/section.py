"""What was thrown away of a pool, by whom and why."""

from collections.abc import Mapping, Sequence

from pydantic import Field

from kgan.files.columns import Count, Real, Row, Text, YesNo
from kgan.pipeline.run_folder import FinishedStep, read_table
from kgan.report.formatting import NOTHING, SPACE, count, percent, title
from kgan.report.html import Cell, Figure, Section, Table

_COLUMNS = ("Class", "Images", "Kept", "Discarded", "Discarded %", "Clusters", "Discarded clusters")


class Cluster(Row):
    """One line of ``clusters.csv``."""

    cluster: Count
    kind: Text = Field(alias="class")
    images: Count
    distance: Real
    kept: YesNo


def curation_section(step: FinishedStep | None, labels: Mapping[str, str]) -> Section | None:
    """Make the section on one curated pool; ``None`` where there is none.

    Args:
        step: of the curation.
        labels: its name, without ``curate-``, -> how it is called.
    """
    if step is None:
        return None
    name = step.name.partition("-")[2]
    heading = f"Curation: {labels.get(name, name)}"
    facts = step.facts
    if step.settings.get("rule") == "none":
        return Section(f"curation-{name}", heading, paragraphs=["Nothing was discarded, as the recipe asks."])
    return Section(
        f"curation-{name}",
        heading,
        paragraphs=_paragraphs(step),
        tables=[_table(step)] if facts.get("classes") else [],
        figures=_figures(step),
        links=[path for path in step.published if path.startswith("curation/")],
    )


def _paragraphs(step: FinishedStep) -> list[str]:
    facts = step.facts
    kept, discarded = int(facts.get("kept") or 0), int(facts.get("discarded") or 0)
    share = percent(discarded / max(1, kept + discarded))
    by = f" by {facts['decided_by']}" if facts.get("decided_by") else ""
    said = [
        f"{count(discarded)} of {count(kept + discarded)} images ({share}{SPACE}%) were discarded{by}; "
        f"{facts.get('rule') or 'by a rule that is not known'}.",
        f"Images were compared by {facts.get('features') or NOTHING}, each class in clusters of its own "
        "(k-means). “From real”: the mean distance of a cluster’s images to the five nearest real training "
        "images of their class, each.",
    ]
    if step.settings.get("rule") == "automatic":
        said.append("In the published protocol a person looks at the clusters; nobody did here.")
    return [*said, f"{facts['note']}."] if facts.get("note") else said


def _table(step: FinishedStep) -> Table:
    clusters = read_table(step.folder / "clusters.csv", Cluster)
    rows: list[list[str | Cell]] = []
    for kind, about in step.facts["classes"].items():
        own = [row for row in clusters if row.kind == kind]
        images, kept = about["images"], about["kept"]
        rows.append(
            [
                Cell(title(kind) if kind else "all", _range(own)),
                count(images),
                count(kept),
                count(images - kept),
                percent((images - kept) / max(1, images)),
                count(len(own)),
                count(sum(not row.kept for row in own)),
            ]
        )
    return Table(_COLUMNS, rows)


def _range(clusters: Sequence[Cluster]) -> str:
    far = [row.distance for row in clusters]
    return f"clusters {min(far):.3g} to {max(far):.3g} from real" if far else ""


def _figures(step: FinishedStep) -> list[Figure]:
    path = step.folder / "clusters.png"
    if not path.is_file():
        return []
    return [
        Figure(
            path,
            "Rows of images: real ones, clusters that were kept, and clusters that were discarded, by class",
            "Of each class: real training images, the kept clusters nearest to them, and the discarded ones "
            "farthest from them; some images of each, drawn at random. All clusters are on the sheets beside "
            "this page.",
        )
    ]
