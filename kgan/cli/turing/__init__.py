"""``kgan turing``: pages on which readers tell real images from synthetic ones, and how well they did."""

from kgan.cli.lazy_group import LazyGroup

command = LazyGroup(
    "turing",
    help="The Visual Turing Test: can a reader tell real images from synthetic ones?",
    modules={
        "build": ("kgan.cli.turing.build", "Write pages for readers from a run's images."),
        "score": ("kgan.cli.turing.score", "Hold readers' answers against the key."),
    },
    epilog="""\b
Examples:
  kgan turing build runs/two_step-demo
  kgan turing score runs/two_step-demo downloads/pggan-dr-a.answers.json
""",
)
