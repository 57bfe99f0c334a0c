import base64

from kgan.report.elements import Curve, Curves, Forest, ForestRow, Gallery, Matrix, MatrixCell, Tile, Tiles
from kgan.report.html import Cell, Figure, Section, Table, inlined, render


def page(*sections):
    return render(
        "report.html",
        title="A < B",
        subtitle="",
        version="1",
        warnings=(),
        details=(),
        answer=(),
        first=(),
        sections=sections,
    )


def test_everything_is_escaped():
    text = page(Section("a", "<b>", ["<script>"], [Table(["x"], [[Cell("<i>", "&")]])], items=["<u>"]))
    for harmful in ("<script>", "<b>", "<i>", "<u>", "A < B"):
        assert harmful not in text
    assert "&lt;script&gt;" in text


def test_pictures_are_inlined_and_described(tmp_path):
    (tmp_path / "a.png").write_bytes(b"picture")
    text = page(Section("a", "A", figures=[Figure(tmp_path / "a.png", 'says "what"', "caption")]))
    assert f"data:image/png;base64,{base64.b64encode(b'picture').decode()}" in text
    assert 'alt="says &#34;what&#34;"' in text


def test_the_kind_of_a_file_is_reported(tmp_path):
    (tmp_path / "a.unheard-of").write_bytes(b"")
    assert inlined(tmp_path / "a.unheard-of") == "data:application/octet-stream;base64,"


def test_long_texts_are_closed_at_first():
    text = page(Section("a", "A", code=[("Short", "one"), ("Long", "line\n" * 20)]))
    assert "<h3>Short</h3>" in text
    assert "<summary>Long</summary>" in text


def test_strong_cells_and_second_lines():
    text = page(Section("a", "A", tables=[Table(["x", "y"], [["head", Cell("1", "below", strong=True)]])]))
    assert 'data-column="y" class="strong">1 <span class="below">below</span></td>' in text
    assert '<th scope="row" role="rowheader">head</th>' in text


def test_links_are_quoted():
    assert 'href="models/a%20b/1"' in page(Section("a", "A", links=["models/a b/1"]))


def test_tables_and_sections_that_most_skip_are_closed_at_first():
    text = page(Section("a", "A", tables=[Table(["x"], [["1"]], heading="All of it")], closed=True))
    assert "<details><summary>All of it</summary>" in text
    assert '<details class="section"><summary><h2>A</h2></summary>' in text
    assert text.index("<details") < text.index('<div id="a">'), "a link to the inside opens it"


def test_figures_made_of_html_stand_before_tables():
    figures = [
        Forest("Gains", ("Setup", "Points"), [ForestRow("b", 1.0, -1.0, 2.0, "+1", control=True)], zero=0.0),
        Matrix("Pairs", ["a", "b"], [[None, MatrixCell("+1.0", "+1", 2, "▲", "in words")], [None, None]], ""),
        Curves("unique", "loss", {"a": [Curve(0, [(1, 0.5), (2, 0.25)])]}, ["x", "y"], "epoch"),
        Gallery("alt", [Tiles("real", [[Tile(b"image", "label")]])], "caption"),
    ]
    text = page(Section("a", "A", figures=figures, tables=[Table(["x"], [["1"]])]))
    assert '<line class="interval" x1="0.0" x2="100.0"' in text and 'class="control"' in text
    assert '<td class="shade2 decided" title="in words">' in text
    assert '<polyline class="line0" points="0.0,0.0 100.0,100.0"/>' in text and 'href="#unique"' in text
    assert 'alt="label, real, image 1"' in text
    assert (
        text.index("<caption>Gains")
        < text.index('class="gallery"')
        < text.index('<table role="table" class="numeric')
    )
