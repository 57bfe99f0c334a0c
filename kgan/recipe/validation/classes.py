"""Which classes the images of a recipe have: the reader says, or its parameter ``classes`` does."""

import re
from collections.abc import Iterator

from kgan import registry
from kgan.analyses.recipe_facts import Mistake
from kgan.recipe.schema import Recipe

_NAME = re.compile(r"\w[\w .-]*")


def classes_of(recipe: Recipe) -> tuple[str, ...]:
    """Return the class names of a recipe's reader; label ``i`` is the i-th.

    Raises:
        PluginError: the reader is broken.
    """
    reader = recipe.reader
    config = registry.configure("readers", reader.plugin, reader.parameters, needs_data=False)
    return tuple(config.class_names)


def class_mistakes(recipe: Recipe) -> Iterator[Mistake]:
    """Yield what is wrong with the classes of a recipe whose images are to have one."""
    here = ("data", "reader", "parameters", "classes")
    classes = classes_of(recipe)
    if len(set(classes)) < len(classes):
        yield here, f"expected each class once, received {', '.join(classes)}"
    for name in classes:
        if not _NAME.fullmatch(name):
            yield here, f"expected class names of letters, digits, spaces, _, - and ., received {name!r}"
    if recipe.data.labels is None or len(classes) > 1:
        return
    received = f"one, {classes[0]}" if classes else "none"
    if "classes" in registry.config_class("readers", recipe.reader.plugin).model_fields:
        text = (
            f"'data.labels' needs two classes or more, received {received}: name the folders, such as "
            "classes: [without, with], the one to be detected last; or write 'labels: null'"
        )
        yield here, text
    else:
        text = f"'data.labels' needs two classes or more; reader {recipe.reader.plugin!r} tells {received}"
        yield ("data", "labels"), text
