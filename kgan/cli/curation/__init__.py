"""``kgan curation``: pages on which people decide which clusters of a pool stay, and their files made one."""

from kgan.cli.lazy_group import LazyGroup

command = LazyGroup(
    "curation",
    help="Which generated images stay? Pages for people to decide on, and their decisions.",
    modules={
        "build": ("kgan.cli.curation.build", "Write pages for people from a run's curated pools."),
        "merge": ("kgan.cli.curation.merge", "Compare two people's decisions and make them one."),
    },
    epilog="""\b
Examples:
  kgan curation build runs/two_step-demo
  kgan curation merge pggan-a.decisions.json pggan-b.decisions.json --out decisions.json
""",
)
