"""Model cards: description, training data, intended and excluded uses of a served model."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from kgan.files.atomic import write_text
from kgan.files.digest import value_digest
from kgan.schema.base import Part

PHANTOM = (
    "This model was trained on a synthetic phantom cohort, not on patients. "
    "Its images show no real anatomy or disease, and results on them are not clinical evidence."
)
INTENDED = {
    "generator": "Additional training images for a classifier of the same kind of slices; research.",
    "refiner": "Refinement of synthetic images of the same kind towards its real training images; research.",
}
NOT_INTENDED = (
    "diagnosis, or any decision about a patient",
    "evidence of the appearance of a disease: its images are synthetic",
    "a substitute for real images in the test or validation of a method",
    "sharing as anonymous data without a check for reproduced training images",
)


@dataclass(frozen=True)
class Tensor:
    """One input or output of a signature.

    Args:
        name: the keyword.
        shape: sizes; "n" for the batch, "any" where the size is free.
        dtype: TensorFlow's name of the type.
        range: description of the admissible values.
    """

    name: str
    shape: tuple[int | str, ...]
    dtype: str
    range: str

    def __str__(self) -> str:
        sizes = ", ".join(str(size) for size in self.shape)
        return f"`{self.name}` {self.dtype} ({sizes}): {self.range}"


@dataclass(frozen=True)
class Signature:
    """One named function of a SavedModel."""

    name: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


class CardRecipe(Part):
    """What a card says of the recipe that made the model; texts may be empty."""

    title: str
    name: str
    profile: str
    cite: str

    def describe(self) -> str:
        """Return the title, or the name, and the profile."""
        name = f"“{self.title or self.name or 'without a title'}”"
        return name + (f", profile {self.profile}" if self.profile else "")


@dataclass(frozen=True)
class Card:
    """The content of a model card.

    Args:
        name: e.g. ``"pggan-tumor"``.
        version: of this export.
        kind: what it does.
        plugin: ``plugin``, the GAN's name, with its parameters, image shape, loss and precision.
        signatures: of `kgan.serving.saved_model.served`; the first one is also ``serving_default``.
        patients: identifiers of the training patients; the card holds only their number and digest.
        training: parameters of the training (images, steps, seed, ...).
        synthetic: whether those patients are phantoms.
        recipe: of the model.
        licence: of the model; known terms of its training data.
        made_with: versions.
    """

    name: str
    version: int
    kind: Literal["generator", "refiner"]
    plugin: Mapping[str, Any]
    signatures: Sequence[Signature]
    patients: Sequence[str]
    training: Mapping[str, Any]
    synthetic: bool
    recipe: CardRecipe
    licence: str
    made_with: Mapping[str, str] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """Return the card as plain values, with number and digest of the patients' identifiers."""
        return {
            "name": self.name,
            "version": self.version,
            "kind": self.kind,
            "plugin": dict(self.plugin),
            "signatures": [dataclasses.asdict(signature) for signature in self.signatures],
            "serving_default": self.signatures[0].name,
            "training": {
                "patients": len(self.patients),
                "patients_sha256": value_digest(sorted(self.patients)),
                **self.training,
            },
            "synthetic": self.synthetic,
            "warning": PHANTOM if self.synthetic else "",
            "recipe": self.recipe.model_dump(),
            "intended_use": INTENDED[self.kind],
            "not_intended": list(NOT_INTENDED),
            "licence": self.licence,
            "made_with": dict(self.made_with),
        }


def write_card(card: Card, folder: Path) -> None:
    """Write ``card.json`` and ``card.md`` into a model's folder."""
    write_text(folder / "card.json", json.dumps(card.facts(), indent=1, sort_keys=True) + "\n")
    write_text(folder / "card.md", markdown(card))


def markdown(card: Card) -> str:
    """Return the card as Markdown."""
    facts = card.facts()
    sections = [
        f"# {card.name}, version {card.version}",
        f"A {card.kind} ({card.plugin['plugin']}) made by the recipe {card.recipe.describe()}.",
        f"**{PHANTOM}**" if card.synthetic else "",
        "## Use\n\n" + INTENDED[card.kind] + "\n\nNot for:\n\n" + _items(NOT_INTENDED),
        "## Signatures\n\n" + "\n".join(_signature(signature) for signature in card.signatures),
        f"`serving_default` is `{facts['serving_default']}`. Loading it needs only TensorFlow:",
        _example(card),
        "## Training\n\n" + _items(f"{_words(key)}: {value}" for key, value in facts["training"].items()),
        "## Model\n\n" + _items(f"{_words(key)}: {_plain(value)}" for key, value in card.plugin.items()),
        "## Licence\n\n" + card.licence,
        "## Cite\n\n" + card.recipe.cite if card.recipe.cite else "",
        "Made with " + ", ".join(f"{name} {version}" for name, version in card.made_with.items()) + "."
        if card.made_with
        else "",
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _signature(signature: Signature) -> str:
    inputs = "; ".join(str(tensor) for tensor in signature.inputs)
    outputs = "; ".join(str(tensor) for tensor in signature.outputs)
    return f"- **{signature.name}**: {inputs} → {outputs}"


def _example(card: Card) -> str:
    calls = {
        "generator": (
            'images = model.signatures["sample"](\n'
            "    count=tf.constant(16), seed=tf.constant(1, tf.int64)\n"
            ')["images"]'
        ),
        "refiner": 'refined = model.signatures["refine"](images=images)["images"]',
    }
    folder = f"models/{card.name}/{card.version}"
    load = f'import tensorflow as tf\n\nmodel = tf.saved_model.load("{folder}")\n'
    return f"```python\n{load}{calls[card.kind]}\n```"


def _items(lines: Any) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _words(key: str) -> str:
    return key.replace("_", " ").replace("sha256", "SHA-256")


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
