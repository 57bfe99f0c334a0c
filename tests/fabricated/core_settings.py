"""Settings of the steps that train, small and with defaults."""

from kgan.schema.base import Plugin
from kgan.schema.data import ViewSettings
from kgan.schema.training import ClassifierTrain, GanTrain, RefinerTrain
from kgan.steps.settings.classify import ClassifySettings, SourceSettings
from kgan.steps.settings.training import TrainGanSettings, TrainRefinerSettings

CLASSES = ("non_tumor", "tumor")


def source(kind, count=None, *, name="", step="prepare", patients=None):
    """Return one source of a setup's images, called as its kind unless it has a name."""
    return SourceSettings(name=name or kind, kind=kind, count=count, step=step, patients=patients)


def classify_settings(*sources, batch=8, **changes):
    """Return settings of a ResNet-50 of 8x8 px; ``batch`` images in a batch."""
    values = {
        "sources": sources,
        "classic": None,
        "classifier": Plugin(plugin="resnet50"),
        "image_size": (8, 8),
        "center_crop": False,
        "classes": CLASSES,
        "train": ClassifierTrain(batch_size=batch, epochs=1, patience=1),
        "seed": 1,
    }
    return ClassifySettings(**{**values, **changes})


def gan_settings(batch=16, **changes):
    """Return settings of a PGGAN of tumours at 8x8 px; ``batch`` images in a batch."""
    values = {
        "gan": Plugin(plugin="pggan"),
        "loss": None,
        "view": ViewSettings(),
        "canvas": (8, 8),
        "crop": 0,
        "classes": CLASSES,
        "train": GanTrain(batch_size=batch, steps=1),
        "class_name": "tumor",
        "label": 1,
        "seed": 1,
    }
    return TrainGanSettings(**{**values, **changes})


def refiner_settings(**changes):
    """Return settings of a SimGAN of tumours at 8x8 px."""
    values = {
        "gan": Plugin(plugin="simgan"),
        "source": "pool",
        "images": 20,
        "image_size": (8, 8),
        "flip": True,
        "classes": CLASSES,
        "train": RefinerTrain(batch_size=4, steps=1),
        "class_name": "tumor",
        "label": 1,
        "seed": 1,
    }
    return TrainRefinerSettings(**{**values, **changes})
