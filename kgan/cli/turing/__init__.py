"""``kgan turing``: pages of Visual Turing Tests, and the scores of raters."""

from kgan.cli.lazy_group import LazyGroup

command = LazyGroup(
    "turing",
    help="The Visual Turing Test: can raters distinguish real from synthetic images?",
    modules={
        "build": ("kgan.cli.turing.build", "Write pages for raters from the images of a run."),
        "score": ("kgan.cli.turing.score", "Score the answers of raters."),
    },
    epilog="""\b
Examples:
  kgan turing build runs/two_step-demo
  kgan turing score runs/two_step-demo downloads/pggan-dr-a.answers.json
""",
)
