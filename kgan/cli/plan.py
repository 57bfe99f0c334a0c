"""``kgan plan``: what a run would do, what of it is done, and what it takes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from kgan.cli.options import load_with, recipe_options
from kgan.plan import Step, plan
from kgan.plan.devices import device_lines
from kgan.plan.estimate import Estimate, estimate
from kgan.recipe import Recipe
from kgan.training.gpus import gpu_count


@click.command(
    epilog="""\b
Examples:
  kgan plan two_step
  kgan plan two_step --profile paper --data /data/BRATS2016
  kgan plan my_recipe.yaml --set gans.pggan.train.steps=2000 --out runs/longer
"""
)
@recipe_options
@click.option(
    "--out", type=click.Path(path_type=Path), help="The run's folder.  [default: runs/<name>-<profile>]"
)
def command(out: Path | None, **options: Any) -> None:
    """Show the steps of RECIPE: what each does, whether it is finished, and why not.

    Nothing is run or written.
    """
    from kgan.cli.tables import show
    from kgan.pipeline import status

    recipe = load_with(options)
    steps = plan(recipe)
    folder = out or Path("runs") / f"{recipe.name}-{recipe.profile}"
    standings = {standing.step: standing for standing in status(steps, folder)}
    rows = [
        (
            str(number),
            step.name,
            what(step),
            "finished" if standings[step.name].finished else f"to do: {standings[step.name].why}",
        )
        for number, step in enumerate(steps, 1)
    ]
    show(("", "step", "does", "state"), rows, title=f"{recipe.title}: profile {recipe.profile}, in {folder}")
    waiting = [step.name for step in steps if not standings[step.name].finished]
    click.echo()
    for line in summary(recipe, steps, waiting):
        click.echo(line)


def what(step: Step) -> str:
    """Say in a few words what a step does."""
    words = _WORDS.get(step.does)
    return words(step.settings) if words else step.does


def summary(recipe: Recipe, steps: Sequence[Step], waiting: Sequence[str]) -> list[str]:
    """Return the lines below the table.

    Args:
        recipe: that was planned.
        steps: the whole plan.
        waiting: names of the steps that are not finished.
    """
    total, left = estimate(steps), estimate(steps, waiting)
    pools = [f"{count:,} in {name}" for name, count in left.images.items()]
    made = sum(total.images.values()) - sum(left.images.values())
    earlier = f" ({made:,} are there)" if made else ""
    lines = [
        f"{len(waiting)} of {len(steps)} steps to do",
        f"training to do: {'; '.join(_training(total, left)) or 'none'}",
        f"images to make: {', '.join(pools) or 'none'}{earlier}",
        _disk(left),
    ]
    lines += device_lines(recipe, gpu_count())
    lines += undecidable(steps)
    if recipe.scale:
        lines.append(f"scale: {recipe.scale}")
    if recipe.stands_in:
        lines.append(
            f"no data given: the reader {recipe.reader.plugin!r} stands in (give yours with --data DIR)"
        )
    return lines


def undecidable(steps: Sequence[Step]) -> list[str]:
    """Say in a line that the planned comparisons can find nothing, where that is known beforehand.

    Args:
        steps: a plan; how many patients it tests is known where the split is given in patients.
    """
    from kgan.stats.power import findable, unfindable

    compare = next((step.settings for step in steps if step.does == "compare"), None)
    tested = [step.settings["split"]["test"] for step in steps if step.does == "prepare"]
    if compare is None or not compare["planned"] or not all(isinstance(count, int) for count in tested):
        return []
    patients, planned = sum(tested), len(compare["planned"])
    if findable(patients, planned, compare["alpha"]):
        return []
    return [
        f"{unfindable(patients, planned)}: test more patients (data.split) or plan fewer (compare.planned)"
    ]


def _training(total: Estimate, left: Estimate) -> list[str]:
    """Return what is left to train, and of how much where some is done."""
    counts = (
        (left.steps, total.steps, "GAN training steps"),
        (left.warm_up, total.warm_up, "steps of warm-up before them"),
        *((left.epochs.get(name, 0), epochs, f"epochs in {name}") for name, epochs in total.epochs.items()),
        (left.classifiers, total.classifiers, "classifiers"),
    )
    return [f"{_number(few)}{_of(few, all_)} {what}" for few, all_, what in counts if few]


def _disk(left: Estimate) -> str:
    """Say what the images take: prepared ones, pools and curated pools."""
    said = f"disk: at most {_bytes(sum(left.bytes.values()))} of images, before compression"
    if left.linked:
        names = ", ".join(left.linked)
        said += f"; {_bytes(sum(left.linked.values()))} more ({names}) on a disk without hard links"
    if left.unknown:
        said += f"; not counted: {', '.join(left.unknown)}, whose number of images is not known"
    return f"{said}. Networks, checkpoints, tables and pages come on top"


def _of(left: float, total: float) -> str:
    return f" of {_number(total)}" if left < total else ""


def _number(count: float) -> str:
    return f"{count:,}" if isinstance(count, int) else f"{count:g}"


def _prepare(settings: Mapping[str, Any]) -> str:
    request, split = settings["request"], settings["split"]
    every = f" by {request['step']}" if request["step"] > 1 else ""
    stored = request["center_crop"] or request["image_size"]
    size = f" at {_size(stored)}" if stored else ""
    slices = f"{request['plane']} slices {request['first']} to {request['last']}{every}{size}"
    parts = "/".join(f"{split[part]:g}" for part in ("train", "validation", "test"))
    number = settings.get("number", 0)
    parts += f", draw {number + 1}" if number else ""
    return (
        f"read {', '.join(request['sequences'])} by {settings['reader']['plugin']}; {slices}; split {parts}"
    )


def _train_gan(settings: Mapping[str, Any]) -> str:
    loss = f" with {settings['loss']['plugin']}" if settings["loss"] else ""
    of = f" of {settings['class']}" if settings["class"] else ""
    size, length = _size(settings["canvas"]), _length(settings["train"])
    return f"train {settings['gan']['plugin']}{loss}{of}{_seen(settings['view'])} at {size}, {length}"


def _seen(view: Mapping[str, Any]) -> str:
    names = ", ".join(view["sequences"] or [])
    if view["concat"]:
        return f" on each of {names}" if names else " on each sequence"
    return f" on {names}" if names else ""


def _train_refiner(settings: Mapping[str, Any]) -> str:
    size, length = _size(settings["image_size"]), _length(settings["train"])
    of = f"{settings['class']} at {size}, {settings['images']:,} images a side"
    return f"train {settings['gan']['plugin']} of {of}, {length}"


def _generate(settings: Mapping[str, Any]) -> str:
    return f"make {sum(model['count'] for model in settings['models']):,} images"


def _refine(settings: Mapping[str, Any]) -> str:
    count = sum(model["count"] for model in settings["models"])
    after = f" by the model of step {settings['snapshot']:,}" if settings.get("snapshot") else ""
    return f"refine {count:,} images of {settings['source']}{after}"


def _curate(settings: Mapping[str, Any]) -> str:
    if settings["rule"] == "none":
        return f"take all images of {settings['source']}"
    how = (
        f"by {settings['decisions']}"
        if settings["rule"] == "decided"
        else f"the {settings['discard']:.0%} least like real ones"
    )
    return f"sort {settings['source']} into {settings['clusters']} clusters and discard some: {how}"


def _choose(settings: Mapping[str, Any]) -> str:
    among = ", ".join(f"{one['steps']:,}" for one in settings["candidates"])
    return f"choose {settings['source']} after {among} steps by accuracy on validation images"


def _equivalent(settings: Mapping[str, Any]) -> str:
    numbers = ", ".join(str(one) for one in dict.fromkeys(cell["patients"] for cell in settings["cells"]))
    return f"tell how many real patients {settings['source']} is worth, from classifiers of {numbers}"


def _privacy(settings: Mapping[str, Any]) -> str:
    gate = "" if settings["max_auc"] is None else f"; no export above an AUC of {settings['max_auc']:g}"
    return f"look for training patients in {len(settings['pools'])} pools{gate}"


def _turing(settings: Mapping[str, Any]) -> str:
    of = "of each class" if settings["classes"] else "in all"
    images = f"{settings['real']} real and {settings['synthetic']} synthetic images {of}"
    return f"write {len(settings['tests'])} Visual Turing Tests of {images}"


def _classify(settings: Mapping[str, Any]) -> str:
    sources = " + ".join(f"{_many(source)} {source['name']}" for source in settings["sources"])
    weights = settings["classifier"]["parameters"].get("weights")
    start = f" from {weights}" if weights else ""
    return f"{settings['classifier']['plugin']}{start} on {sources}; {_length(settings['train'])} at most"


def _many(source: Mapping[str, Any]) -> str:
    patients = source.get("patients")
    if patients is not None:
        return f"{patients:.0%} of the patients'" if isinstance(patients, float) else f"{patients} patients'"
    return "all" if source["count"] is None else f"{source['count']:,}"


def _measure(settings: Mapping[str, Any]) -> str:
    more = " and distances" if settings.get("distances") else ""
    pools = f"{len(settings['pools'])} pools, {settings['images']:,} images each"
    return f"realism, diversity{more} of {pools}" if more else f"realism and diversity of {pools}"


def _embed(settings: Mapping[str, Any]) -> str:
    sets = len(settings["sources"]) + 1
    each = f"{settings['images']:,} images a class"
    return f"t-SNE of {sets} sets of {each}, perplexity {settings['perplexity']:g}"


def _compare(settings: Mapping[str, Any]) -> str:
    kinds = {(cell["setup"], cell["variant"]) for cell in settings["cells"]}
    times = len(settings["cells"]) // len(kinds)
    each = f", {times} runs of each" if times > 1 else ""
    planned = f"{len(settings['planned'])} planned comparisons in {settings['metric']}"
    return f"compare {len(kinds)} classifiers{each}: {planned}, alpha {settings['alpha']:g}"


def _export(settings: Mapping[str, Any]) -> str:
    return f"write {len(settings['models'])} SavedModels"


def _report(settings: Mapping[str, Any]) -> str:
    return "write report.html"


def _check_cohort(settings: Mapping[str, Any]) -> str:
    return f"tell what of {len(settings['steps'])} steps' needs the cohort does not bear"


_WORDS = {
    "prepare": _prepare,
    "check_cohort": _check_cohort,
    "train_gan": _train_gan,
    "train_refiner": _train_refiner,
    "generate": _generate,
    "refine": _refine,
    "embed": _embed,
    "curate": _curate,
    "choose": _choose,
    "turing": _turing,
    "privacy": _privacy,
    "equivalent": _equivalent,
    "measure": _measure,
    "classify": _classify,
    "compare": _compare,
    "export": _export,
    "report": _report,
}


def _length(train: Mapping[str, Any]) -> str:
    length = f"{train['steps']:,} steps" if train.get("steps") else f"{train['epochs']:g} epochs"
    return f"{length} of batches of {train['batch_size']}"


def _size(size: Sequence[int]) -> str:
    return f"{size[0]}x{size[1]}"


def _bytes(count: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"
