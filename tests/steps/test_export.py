import dataclasses
import json

import pytest
from fabricated.gans import NoiseByHandConfig

from kgan.errors import RunError
from kgan.pipeline.context import StepContext
from kgan.pipeline.records import manifest
from kgan.progress import Silent
from kgan.serving.model_card import CardRecipe
from kgan.steps import export
from kgan.steps.export_gate import ClosedPool
from kgan.steps.settings.export import ExportedModel, ExportSettings


@pytest.fixture(scope="module")
def build():
    """Stand in for `model_files.build`: a generator too small to be a plugin."""
    from kgan.training.tensorflow_import import import_tensorflow

    import_tensorflow()
    import keras

    from kgan.contracts.gan import NoiseToImageGAN
    from kgan.random import tensors

    class Dreamer(NoiseToImageGAN):
        def __init__(self, image_shape):
            super().__init__(NoiseByHandConfig(), image_shape, loss=None)
            latents = keras.Input((3,))
            images = keras.layers.Reshape(image_shape)(keras.layers.Dense(64)(latents))
            self._generator = keras.Model(latents, images)

        generator = property(lambda self: self._generator)
        critic = property(lambda self: None)
        networks = property(lambda self: {"generator": self._generator})
        optimizers = property(lambda self: {})

        def sample_latents(self, count, seed):
            return tensors.normal((count, 3), seed)

    return lambda recipe: Dreamer(recipe["image_shape"])


@pytest.fixture
def context(tmp_path, monkeypatch, build):
    from kgan.training import model_files

    monkeypatch.setattr(model_files, "build", build)
    recipe = {"plugin": "dreamer", "image_shape": [8, 8, 1]}
    trained = tmp_path / "train-dreamer-tumor"
    model_files.save(build(recipe), recipe, trained)
    facts = {"patients": ["p1", "p2"], "images": 12, "steps": 100, "input_wait": 0.02, "earlier_seconds": 3.0}
    record = {"step": trained.name, "facts": facts, "settings": {"seed": 5}, "outputs": {}}
    manifest.write(trained, {**record, "versions": {"kgan": "0.1.0"}})
    out = tmp_path / "out"
    out.mkdir()
    model = ExportedModel(name="dreamer-tumor", step=trained.name, kind="generator", pools=())
    settings = ExportSettings(
        models=(model,),
        gate=None,
        synthetic=True,
        recipe=CardRecipe(title="Two steps", name="two_step", profile="demo", cite="Han et al., 2019"),
        licence=None,
        version=3,
        seed=5,
    )
    return StepContext("export", settings, {trained.name: trained}, out)


def test_each_model_has_a_folder_to_publish(context):
    facts = export.run(context)
    place = "models/dreamer-tumor/3"
    assert (facts["models"], facts["publish"]) == ({"dreamer-tumor": 0.0}, {place: place})
    assert (facts["withheld"], facts["withdraw"]) == ({}, ["models/withheld.txt"])
    assert (context.out / place / "saved_model.pb").is_file()
    card = json.loads((context.out / place / "card.json").read_text())
    assert card["training"]["patients"] == 2
    assert card["training"]["steps"] == 100
    assert card["training"]["seed"] == 5
    assert card["synthetic"] and "ICBM" in card["licence"]
    assert [signature["name"] for signature in card["signatures"]] == ["generate", "sample", "sample_uint8"]


def test_a_card_has_no_time_so_that_the_same_model_has_the_same_card(context):
    export.run(context)
    (card,) = context.out.rglob("card.json")
    training = json.loads(card.read_text())["training"]
    assert training["images"] == 12 and not {"input_wait", "earlier_seconds"} & set(training)


def test_a_model_that_serves_other_images_is_refused(context, monkeypatch):
    monkeypatch.setattr("kgan.serving.saved_model.deviation", lambda gan, folder: float("nan"))
    with pytest.raises(RunError, match="SavedModel's images differ"):
        export.run(context)


def test_a_folder_without_model_is_refused(context):
    (context.inputs["train-dreamer-tumor"] / "config.json").unlink()
    with pytest.raises(RunError, match="no trained model here"):
        export.run(context)


def closed_pool(name):
    reason = f"{name}: an AUC of 0.91"
    return ClosedPool(
        pool=name, class_name="tumor", features="pixels", auc=0.91, low=0.8, high=1.0, reason=reason
    )


def gated(context, closed, pools, judged=("pggan", "simgan", "other")):
    """Return the context with a gate that closed some pools, for models that derive from these pools."""
    gate = context.out.parent / "privacy"
    gate.mkdir()
    facts = {"closed": [closed_pool(pool).model_dump(by_alias=True) for pool in closed]}
    settings = {"pools": [{"name": name} for name in judged], "max_auc": 0.8}
    record = {"step": "privacy", "settings": settings, "facts": facts if pools else {}, "outputs": {}}
    manifest.write(gate, record)
    (model,) = context.settings.models
    models = (
        model.model_copy(update={"pools": tuple(pools)}),
        model.model_copy(update={"name": "other", "pools": ("other",)}),
    )
    settings = context.settings.model_copy(update={"models": models, "gate": "privacy"})
    return dataclasses.replace(
        context, settings=settings, inputs={**context.inputs, "privacy": gate}, progress=Log()
    )


class Log(Silent):
    def __init__(self):
        self.lines = []

    def say(self, text):
        self.lines.append(text)


def test_a_closed_pool_stops_its_model_and_those_that_derive_from_it(context):
    context = gated(context, ["pggan"], ["simgan", "pggan"])
    facts = export.run(context)
    assert list(facts["models"]) == ["other"]
    assert facts["withheld"] == {"dreamer-tumor": "not exported: pggan: an AUC of 0.91"}
    assert facts["withdraw"] == ["models/dreamer-tumor"]
    assert not (context.out / "models/dreamer-tumor").exists()
    assert (context.out / "models/withheld.txt").read_text() == (
        "dreamer-tumor: not exported: pggan: an AUC of 0.91\n"
    )
    assert facts["publish"]["models/withheld.txt"] == "models/withheld.txt"
    assert context.progress.lines == ["export: dreamer-tumor is not exported: pggan: an AUC of 0.91"]


def test_of_many_reasons_the_log_has_the_first_and_the_file_all(context):
    context = gated(context, ["pggan", "simgan"], ["simgan", "pggan"])
    export.run(context)
    (line,) = context.progress.lines
    assert line.endswith("an AUC of 0.91; 1 more in models/withheld.txt")
    assert (context.out / "models/withheld.txt").read_text().count("an AUC of 0.91") == 2


def test_an_open_gate_stops_nothing(context):
    facts = export.run(gated(context, [], ["pggan"]))
    assert list(facts["models"]) == ["dreamer-tumor", "other"]


def test_a_gate_that_records_nothing_is_refused(context):
    with pytest.raises(RunError, match="privacy does not say which pools it closed"):
        export.run(gated(context, [], []))


def test_a_gate_that_did_not_judge_a_models_pool_is_refused(context):
    with pytest.raises(RunError, match="privacy does not say that it judged pggan; expected so in"):
        export.run(gated(context, [], ["pggan"], judged=["other"]))


@pytest.mark.parametrize("facts", [{}, {"patients": []}], ids=["nothing", "no-patient"])
def test_a_model_that_learnt_from_no_patient_has_no_card(context, facts):
    trained = context.inputs["train-dreamer-tumor"]
    manifest.write(trained, {**manifest.read(trained), "facts": facts})
    with pytest.raises(RunError, match="train-dreamer-tumor does not say which patients it derives from"):
        export.run(context)


@pytest.mark.parametrize(("limit", "withheld"), [(0.8, True), (None, False)], ids=["gate", "no-gate"])
def test_a_gate_that_was_left_out_withholds_what_it_would_have_judged(context, limit, withheld):
    context = gated(context, [], ["pggan"])
    settings = {"pools": [{"name": "pggan"}, {"name": "other"}], "max_auc": limit}
    record = {"step": "privacy", "settings": settings, "facts": {"left_out": "no held-out image"}}
    manifest.write(context.inputs["privacy"], {**record, "outputs": {}})
    facts = export.run(context)
    assert set(facts["withheld"]) == ({"dreamer-tumor", "other"} if withheld else set())
    if withheld:
        assert "was not judged: no held-out image" in facts["withheld"]["other"]
