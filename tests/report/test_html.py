import base64

from kgan.report.html import Cell, Figure, Section, Table, inlined, render


def page(*sections):
    return render(
        "report.html", title="A < B", subtitle="", version="1", warnings=(), answer=(), sections=sections
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
    assert '<td class="strong">1<span class="below">below</span></td>' in text
    assert '<th scope="row">head</th>' in text


def test_links_are_quoted():
    assert 'href="models/a%20b/1"' in page(Section("a", "A", links=["models/a b/1"]))
