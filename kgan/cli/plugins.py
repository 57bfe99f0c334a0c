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

    'kgan plugins show NAME' and --json tell more. No plugin is imported, so a fault that shows on import is
    not seen here.
    """
    kinds = [kind] if kind else list(registry.KINDS)
    found = [_about(offer) for one in kinds for offer in registry.available(one).values()]
    broken = registry.unreadable()
    if as_json:
        click.echo(json.dumps({"plugins": found, "unreadable": broken}, indent=1, ensure_ascii=False))
        return
    from kgan.cli.tables import lines

    rows = [_row(one) for one in found]
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
@click.pass_context
def show(ctx: click.Context, name: str, kind: str | None) -> None:
    """Show what a plugin is, what parameters it takes, and whether it can be loaded."""
    from kgan.cli.tables import show as show_table

    kind = _kind(name, kind)
    found = registry.describe(kind, name)
    click.echo(f"{registry.KINDS[kind]} {name}: {found.summary or 'no description'}")
    if found.reference:
        click.echo(f"reference: {found.reference}")
    click.echo(f"from: {found.offer.origin}, {found.offer.target}")
    fault = _fault(kind, name)
    click.echo(f"failed: {fault}" if fault else "loads: yes")
    if found.parameters is None and fault:
        ctx.exit(1)
    rows = [
        (parameter.name, parameter.annotation, "required" if parameter.required else parameter.default)
        for parameter in registry.parameters_of(kind, name)
        if parameter.name not in registry.SUPPLIED[kind]
    ]
    click.echo()
    show_table(("parameter", "type", "default"), rows)
    ctx.exit(1 if fault else 0)


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
    """Hold every law of its kind against a plugin; exit with status 1 if it breaks one."""
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


def _about(offer: registry.Offer) -> dict[str, Any]:
    about = {
        "kind": offer.kind,
        "name": offer.name,
        "summary": "",
        "reference": "",
        "distribution": offer.origin,
        "class": offer.target,
        "problem": "",
    }
    try:
        found = registry.describe(offer.kind, offer.name)
    except PluginError as error:
        return {**about, "problem": f"failed: {error}"}
    return {**about, "summary": found.summary, "reference": found.reference}


def _row(about: dict[str, Any]) -> tuple[str, ...]:
    what = about["problem"] or about["summary"].replace("``", "")
    return (about["name"], about["kind"], short(about["reference"]) or "-", about["distribution"], what)


def _kind(name: str, kind: str | None) -> str:
    """Return the kind of a plugin from its name."""
    if kind is not None:
        return kind
    names = {one: registry.available(one) for one in registry.KINDS}
    kinds = [one for one, offers in names.items() if name in offers]
    if len(kinds) > 1:
        raise PluginError(
            f"{name!r} is of several kinds; say which: {', '.join('--kind ' + one for one in kinds)}"
        )
    if not kinds:
        known = sorted({other for offers in names.values() for other in offers})
        hint = did_you_mean(name, known) or "."
        raise PluginError(f"no plugin called {name!r}{hint} Installed: {', '.join(known) or 'none'}")
    return kinds[0]


def _fault(kind: str, name: str) -> str:
    """Load a plugin and return what is wrong with it, if anything."""
    try:
        if kind != "readers":
            from kgan.training.tensorflow_import import import_tensorflow

            import_tensorflow()
        registry.load(kind, name)
    except (PluginError, ImportError) as error:
        return str(error)
    return ""
