"""Groups of commands that import the module of a command only on use."""

import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """A group of commands, each given by name, module and one line of help.

    Args:
        modules: command name -> (module with the attribute ``command``, its line in the help of the group).
    """

    def __init__(self, *arguments: Any, modules: Mapping[str, tuple[str, str]], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.modules = dict(modules)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the given order."""
        return [*self.modules, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the requested command."""
        if cmd_name not in self.modules:
            return super().get_command(ctx, cmd_name)
        command = importlib.import_module(self.modules[cmd_name][0]).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.modules[cmd_name][0]}.command is not a click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        lines = [(name, summary) for name, (_, summary) in self.modules.items()]
        lines += [(name, command.get_short_help_str()) for name, command in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl(lines)
