import errno
import subprocess
import sys

import click
import pytest

from kgan.cli.main import kgan as group
from kgan.errors import RunError


def commands(command, path=()):
    """Every command below a group, by its words."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            try:
                inner = command.get_command(context, name)
            except ModuleNotFoundError as error:
                assert error.name.startswith("kgan.cli."), error
                continue
            yield from commands(inner, (*path, name))


def test_help_lists_commands_without_importing_them():
    code = (
        "import sys; from kgan.cli import main\ntry: main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "plan" in done.stdout
    loaded = set(done.stdout.split())
    assert not {"tensorflow", "keras", "numpy", "pydantic", "yaml", "rich", "kgan.cli.plan"} & loaded


@pytest.mark.parametrize(
    "path", [path for path, _ in commands(group)], ids=lambda path: "-".join(path) or "kgan"
)
def test_every_help_has_examples(kgan, path):
    status, out, _ = kgan(*path, "--help")
    assert status == 0
    assert "Examples:" in out


def test_version(kgan):
    assert kgan("--version")[:2] == (0, "kgan 0.1.0\n")


@pytest.mark.parametrize(
    "arguments", [["pln"], ["plan"], ["plan", "x", "--nothing"], ["run", "x", "--seed", "y"]]
)
def test_wrong_usage_is_status_2(kgan, arguments):
    status, _, err = kgan(*arguments)
    assert status == 2
    assert "Error: " in err


def test_users_error_is_one_line_and_status_2(kgan):
    status, out, err = kgan("plan", "no_such_recipe")
    assert (status, out) == (2, "")
    assert err.startswith("kgan: error: no recipe file no_such_recipe")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (RunError("two\nlines"), 2, "kgan: error: two lines\n"),
        (KeyboardInterrupt(), 130, "interrupted; give the same command again to continue"),
        (
            OSError(errno.ENOSPC, "No space", "/runs/x"),
            2,
            "kgan: error: /runs/x: no space is left on the disk",
        ),
        (PermissionError(errno.EACCES, "Denied", "/runs/x"), 2, "kgan: error: /runs/x: permission denied"),
    ],
    ids=["kgan", "interrupt", "full", "permission"],
)
def test_what_ends_a_command(kgan, monkeypatch, error, status, says):
    @click.command()
    def command():
        raise error

    monkeypatch.setattr("kgan.cli.plan.command", command)
    result = kgan("plan")
    assert result[0] == status
    assert says in result[2]


def test_a_fault_of_ours_keeps_its_traceback(monkeypatch):
    from kgan.cli import main

    @click.command()
    def command():
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("kgan.cli.plan.command", command)
    with pytest.raises(ZeroDivisionError, match="ours"):
        main(["plan"])


def test_a_file_where_a_folder_should_be_is_one_line(kgan, tmp_path, monkeypatch):
    @click.command()
    def command():
        (tmp_path / "steps").write_text("")
        (tmp_path / "steps" / "prepare").mkdir(parents=True)

    monkeypatch.setattr("kgan.cli.plan.command", command)
    status, _, err = kgan("plan")
    assert status == 2
    assert "steps/prepare: a file is where a folder should be" in err
    assert err.count("\n") == 1
