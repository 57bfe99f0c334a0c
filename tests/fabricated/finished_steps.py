"""Finished core steps with settings of their own types, and the settings of a report."""

from pathlib import Path

from kgan.analyses.report.settings import ReportSettings
from kgan.pipeline.records.run_folder import FinishedStep
from kgan.schema.base import Plugin
from kgan.schema.data import Split, ViewSettings
from kgan.schema.training import ClassifierTrain, GanTrain
from kgan.steps.settings.classify import ClassifySettings
from kgan.steps.settings.pools import GenerateSettings, PoolModel
from kgan.steps.settings.prepare import PrepareSettings, RequestSettings
from kgan.steps.settings.training import TrainGanSettings

PLUGIN = Plugin(plugin="any")


def prepared(folder=Path(), facts=None, sequences=("t1c",), step=1, **more):
    """Return a preparation of axial slices 30 to 130."""
    request = RequestSettings(
        first=30, last=130, step=step, sequences=sequences, plane="axial", image_size=None, center_crop=None
    )
    settings = PrepareSettings(
        seed=0,
        reader=PLUGIN,
        request=request,
        labels=None,
        exclude=None,
        split=Split(train=5, validation=2, test=2),
        min_patients=None,
    )
    return FinishedStep("prepare", folder, settings, facts or {}, **more)


def trained_gan(name, folder=Path(), facts=None, class_name=None, view=None, canvas=(8, 8), **more):
    """Return the training of a GAN called ``name``."""
    settings = TrainGanSettings(
        seed=0,
        gan=PLUGIN,
        loss=None,
        view=view or ViewSettings(),
        canvas=canvas,
        crop=0,
        classes=("a", "b"),
        train=GanTrain(batch_size=1, steps=1),
        class_name=class_name,
        label=None,
    )
    step = f"train-{name}-{class_name}" if class_name else f"train-{name}"
    return FinishedStep(step, folder, settings, facts or {}, **more)


def generated(name, folder=Path(), facts=None, **more):
    """Return the pool of a GAN called ``name``."""
    model = PoolModel(step=f"train-{name}", label=None, count=1)
    settings = GenerateSettings(seed=0, models=(model,), classes=("a", "b"))
    return FinishedStep(f"generate-{name}", folder, settings, facts or {}, **more)


def classified(name, folder=Path(), facts=None, **more):
    """Return the training of a classifier."""
    settings = ClassifySettings(
        seed=0,
        sources=(),
        classic=None,
        classifier=PLUGIN,
        image_size=(8, 8),
        center_crop=False,
        classes=("a", "b"),
        train=ClassifierTrain(batch_size=1, epochs=1, patience=1),
    )
    return FinishedStep(f"classify-{name}", folder, settings, facts or {}, **more)


def report_settings(**changes):
    """Return the settings of a report on an empty recipe."""
    texts = dict.fromkeys(("title", "name", "profile", "cite", "scale"), "")
    values = {"seed": 0, "deviations": (), "synthetic": False, "stands_in": False, "steps": {}}
    return ReportSettings(**(texts | values | {"recipe": {}, "paper": None} | changes))
