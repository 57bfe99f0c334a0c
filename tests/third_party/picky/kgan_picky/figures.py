"""Checks that need no TensorFlow."""

from kgan.errors import RecipeError


def check(figures, image_shape, batch_size):
    stride = figures["stride"]
    if image_shape[0] % stride or image_shape[1] % stride:
        raise RecipeError(f"picky: images of {image_shape}; expected sides that are multiples of {stride}")
    if batch_size % 2:
        raise RecipeError(f"picky: a batch of {batch_size}; expected an even number")
    if figures["rate"] > 1:
        raise RecipeError(f"picky: rate {figures['rate']}; expected at most 1")


def check_classifier(figures, image_shape, batch_size):
    if figures["weights"] == "imagenet" and image_shape[2] != 3:
        raise RecipeError(f"chooser: weights imagenet with {image_shape[2]} channels; expected 3")
    if figures["depth"] > batch_size:
        raise RecipeError(f"chooser: depth {figures['depth']}; expected at most the batch, {batch_size}")
