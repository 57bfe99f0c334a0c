"""``kgan curation``: pages for the manual review of clusters, and the merge of two reviewers' files."""

from kgan.cli.lazy_group import LazyGroup

command = LazyGroup(
    "curation",
    help="Manual curation: review pages for clusters of synthetic images, and their decisions.",
    modules={
        "build": ("kgan.cli.curation.build", "Write review pages for the curated pools of a run."),
        "merge": ("kgan.cli.curation.merge", "Compare and merge the decisions of two reviewers."),
    },
    epilog="""\b
Examples:
  kgan curation build runs/two_step-demo
  kgan curation merge pggan-a.decisions.json pggan-b.decisions.json --out decisions.json
""",
)
