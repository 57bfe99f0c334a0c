"""Progress where nobody watches: what it is given is text, never markup."""

from kgan.cli.bars import Bars


def test_names_in_square_brackets_are_shown_as_they_are(capsys, monkeypatch):
    monkeypatch.setattr("kgan.cli.bars._PLAIN_SECONDS", -1.0)
    with Bars() as bars:
        bars.begin("read [/patients]", 2)
        bars.advance(1, "patient [/bold] 1")
        bars.say("left out: [/bold]")
    shown = capsys.readouterr().err
    assert "read [/patients]: 1/2" in shown
    assert "patient [/bold] 1" in shown and "left out: [/bold]" in shown


def test_bars_take_names_in_square_brackets(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with Bars() as bars:
        assert bars.live
        bars.begin("read", 2)
        bars.advance(1, "[/bold]")
    assert "[/bold]" in capsys.readouterr().err
