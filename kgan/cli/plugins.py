"""``kgan plugins``: what is installed, what it takes, and whether it keeps its contract."""

import json
from typing import Any

import click

from kgan import registry
from kgan.cli.citations import short
from kgan.errors import PluginError, did_you_mean

_KIND = click.option("--kind", type=click.Choice(list(registry.KINDS)), help="Where a name is of two kinds.")


@click.group(
    epilog="""\b
Examples:
  kgan plugins list
  kgan plugins show pggan
  kgan plugins check pggan
"""
)
def command() -> None:
    """Look at GANs, losses, classifiers and readers."""


@command.command(
    "list",
    epilog="""\b
Examples:
  kgan plugins list
  kgan plugins list --kind losses
  kgan plugins list --json
""",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--kind", type=click.Choice(list(registry.KINDS)), help="Of this kind alone.")
def list_plugins(as_json: bool, kind: str | None) -> None:
    """List what is installed, a line each: name, kind, paper, distribution, what it is.

    'kgan plugins show NAME' and --json tell more. Configurations alone are imported: whether a plugin can be
    built and trained is for 'kgan plugins check NAME'.
    """
    kinds = [kind] if kind else list(registry.KINDS)
    plugins = [_described(offer) for known in kinds for offer in registry.available(known).values()]
    broken = registry.unreadable()
    if as_json:
        click.echo(json.dumps({"plugins": plugins, "unreadable": broken}, indent=1, ensure_ascii=False))
        return
    from kgan.cli.tables import lines

    rows = [_row(plugin) for plugin in plugins]
    for line in lines(("name", "kind", "paper", "distribution", "what it is"), rows):
        click.echo(line)
    for distribution, reason in broken.items():
        click.echo(f"failed: {distribution}: {reason}")


@command.command(
    "show",
    epilog="""\b
Examples:
  kgan plugins show pggan
  kgan plugins show phantom --kind readers
""",
)
@click.argument("name")
@_KIND
def show(name: str, kind: str | None) -> None:
    """Show what a plugin is and what parameters it takes."""
    from kgan.cli.tables import show as show_table

    kind = _kind(name, kind)
    plugin = registry.describe(kind, name)
    click.echo(f"{registry.KINDS[kind]} {name}: {plugin.summary or 'no description'}")
    if plugin.reference:
        click.echo(f"reference: {plugin.reference}")
    click.echo(f"from: {plugin.offer.origin}, {plugin.offer.target}")
    rows = [
        (
            parameter.name,
            parameter.type,
            "required" if parameter.required else parameter.default,
            parameter.description.replace("``", ""),
        )
        for parameter in registry.parameters_of(kind, name)
    ]
    click.echo()
    show_table(("parameter", "type", "default", "meaning"), rows)


@command.command(
    "check",
    epilog="""\b
Examples:
  kgan plugins check pggan
  kgan plugins check wgan_gp --kind losses
""",
)
@click.argument("name")
@_KIND
@click.pass_context
def check(ctx: click.Context, name: str, kind: str | None) -> None:
    """Check every law of its kind on a plugin; exit with status 1 if it breaks one."""
    from kgan.training.tensorflow_import import import_tensorflow

    kind = _kind(name, kind)
    if kind != "readers":
        import_tensorflow()
    from kgan import testing

    broken = 0
    for result in testing.check(kind, name):
        word = {True: "kept", False: "BROKEN", None: "not checked"}[result.passed]
        broken += result.passed is False
        click.echo(f"{word:>11}  {result.law}" + (f": {result.message}" if result.message else ""))
    click.echo(f"{name} breaks {broken} laws" if broken else f"{name} keeps its contract")
    ctx.exit(1 if broken else 0)


def _described(offer: registry.Offer) -> dict[str, Any]:
    """Return what is printed of an offer, a problem in place of what cannot be had."""
    plain = {
        "kind": offer.kind,
        "name": offer.name,
        "summary": "",
        "reference": "",
        "distribution": offer.origin,
        "config": offer.target,
        "problem": "",
    }
    try:
        plugin = registry.describe(offer.kind, offer.name)
    except PluginError as error:
        return {**plain, "problem": f"failed: {error}"}
    return {**plain, "summary": plugin.summary, "reference": plugin.reference}


def _row(plugin: dict[str, Any]) -> tuple[str, ...]:
    what = plugin["problem"] or plugin["summary"].replace("``", "")
    return (plugin["name"], plugin["kind"], short(plugin["reference"]) or "-", plugin["distribution"], what)


def _kind(name: str, kind: str | None) -> str:
    """Return the kind of a plugin from its name."""
    if kind is not None:
        return kind
    names = {known: registry.available(known) for known in registry.KINDS}
    kinds = [known for known, offers in names.items() if name in offers]
    if len(kinds) > 1:
        options = ", ".join(f"--kind {known}" for known in kinds)
        raise PluginError(f"{name!r} is of several kinds; say which: {options}")
    if not kinds:
        everything = sorted({other for offers in names.values() for other in offers})
        hint = did_you_mean(name, everything) or "."
        raise PluginError(f"no plugin called {name!r}{hint} Installed: {', '.join(everything) or 'none'}")
    return kinds[0]
