from kgan.data.cohort.limits_table import LIMITS, LimitRow, Outcome

ROWS = [
    LimitRow(step="tsne", outcome=Outcome.LEFT_OUT, text="t-SNE: 3 images, expected 10"),
    LimitRow(step="measure and 2 more", outcome=Outcome.REDUCED, text="60 images instead of 400"),
]


def test_rows_are_read_as_they_were_written(tmp_path):
    LIMITS.write(tmp_path, ROWS)
    assert LIMITS.read(tmp_path) == ROWS
    assert (tmp_path / "limits.csv").read_text().splitlines() == [
        "step,outcome,what",
        'tsne,left out,"t-SNE: 3 images, expected 10"',
        "measure and 2 more,reduced,60 images instead of 400",
    ]


def test_a_sentence_says_what_is_left_out():
    assert [row.sentence for row in ROWS] == [
        "tsne: left out: t-SNE: 3 images, expected 10",
        "measure and 2 more: 60 images instead of 400",
    ]
