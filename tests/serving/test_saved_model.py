import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kgan.data.store.pixels import to_store
from kgan.serving.model_card import Card, CardRecipe

# Neither kgan nor Keras can be imported where the model is served.
SERVE = """
import sys
import numpy as np
for name in ("kgan", "kgan_plugins", "keras"):
    sys.modules[name] = None
import tensorflow as tf
place, inputs, outputs = sys.argv[1:]
made = {}
for key, arrays in np.load(inputs, allow_pickle=True).items():
    model, name = key.split("/")[:2]
    given = {k: tf.constant(v) for k, v in arrays.item().items()}
    made[key] = tf.saved_model.load(f"{place}/{model}").signatures[name](**given)["images"].numpy()
np.savez(outputs, **made)
"""


def a_card(kind, signatures):
    recipe = CardRecipe(title="", name="", profile="", cite="")
    return Card("tiny", 1, kind, {"plugin": "tiny"}, signatures, ["a"], {}, True, recipe, "none")


def serve(place, calls):
    """Call signatures ``<model>/<signature>/...`` of the models below a folder, in a process without kgan."""
    packed = {key: np.array(value, dtype=object) for key, value in calls.items()}
    np.savez(place / "in.npz", **packed)
    done = subprocess.run(
        [sys.executable, "-c", SERVE, place, place / "in.npz", place / "out.npz"],
        capture_output=True,
        text=True,
        cwd=place,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return np.load(place / "out.npz")


def test_models_are_served_without_kgan_to_the_last_bit(tmp_path, tiny_gans):
    import tensorflow as tf

    from kgan.serving.saved_model import deviation, save, served

    for kind, gan in tiny_gans.items():
        module, signatures = served(gan)
        save(module, tmp_path / kind, a_card(kind, signatures))
        assert deviation(gan, tmp_path / kind) == 0.0
    generator = np.random.default_rng(0)
    latents = generator.normal(size=(5, 6)).astype(np.float32)
    images = generator.uniform(-1, 1, (4, 8, 12, 1)).astype(np.float32)
    draw = {"count": np.int32(3), "seed": np.int64(-7)}
    result = serve(
        tmp_path,
        {
            "generator/generate": {"latents": latents},
            "generator/serving_default": {"latents": latents[:1]},
            "generator/sample": draw,
            "generator/sample/other": {**draw, "seed": np.int64(8)},
            "generator/sample_uint8": draw,
            "refiner/refine": {"images": images},
            "refiner/serving_default": {"images": images[:1]},
        },
    )
    gan, refine = tiny_gans["generator"], tf.function(tiny_gans["refiner"].refine)
    expected = gan.sample(latents).numpy()
    assert expected.min() == -1.0 and expected.max() == 1.0, "the test should reach the clipping"
    drawn = gan.sample(gan.sample_latents(3, tf.constant([-7, 0], tf.int64))).numpy()
    assert np.array_equal(result["generator/generate"], expected)
    assert np.array_equal(result["generator/serving_default"], gan.sample(latents[:1]).numpy())
    assert np.array_equal(result["generator/sample"], drawn)
    assert not np.array_equal(result["generator/sample/other"], drawn)
    assert np.array_equal(result["generator/sample_uint8"], to_store(drawn))
    assert np.array_equal(result["refiner/refine"], refine(images).numpy())
    assert np.array_equal(result["refiner/serving_default"], refine(images[:1]).numpy())


def test_the_readme_shows_how_to_serve(tmp_path, tiny_gans, monkeypatch):
    from kgan.serving.saved_model import save, served

    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    code = text.split("```python\n")[1].split("```")[0]
    folder = re.search(r'load\("(.*)"\)', code)[1]
    module, signatures = served(tiny_gans["generator"])
    save(module, tmp_path / folder, a_card("generator", signatures))
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(code, names)
    assert names["images"].shape == (16, 8, 12, 1)


def test_the_card_states_the_signatures_as_they_are(tmp_path, tiny_gans):
    from kgan.serving.saved_model import served

    for gan in tiny_gans.values():
        module, signatures = served(gan)
        assert set(module.functions) == {signature.name for signature in signatures} | {"serving_default"}
        for signature in signatures:
            function = module.functions[signature.name]
            given = [(spec.name, spec.dtype.name) for spec in function.structured_input_signature[0]]
            assert given == [(tensor.name, tensor.dtype) for tensor in signature.inputs]
            (made,) = signature.outputs
            assert function.structured_outputs[made.name].dtype.name == made.dtype


def test_nothing_is_left_where_saving_fails(tmp_path, tiny_gans, monkeypatch):
    from kgan.serving import saved_model as export

    module, signatures = export.served(tiny_gans["refiner"])
    monkeypatch.setattr(export, "write_card", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export.save(module, tmp_path / "m" / "1", a_card("refiner", signatures))
    assert list((tmp_path / "m").iterdir()) == []


def test_saving_again_replaces_the_folder(tmp_path, tiny_gans):
    from kgan.serving.saved_model import save, served

    module, signatures = served(tiny_gans["refiner"])
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "old").touch()
    save(module, tmp_path / "1", a_card("refiner", signatures))
    assert not (tmp_path / "1" / "old").exists()


def test_other_objects_are_refused(tiny_gans):
    from kgan.serving.saved_model import served

    with pytest.raises(TypeError, match="received str"):
        served("pggan")


def test_nothing_in_the_files_is_random(tmp_path, tiny_gans):
    """Variables are numbered in the model's order, and the identifier that TensorFlow draws is empty."""
    from tensorflow.core.protobuf import fingerprint_pb2

    from kgan.serving.saved_model import save, served

    model = tiny_gans["refiner"]
    module, signatures = served(model)
    order = [id(variable.value) for variable in model.variables]
    places = [order.index(id(weight)) for weight in module.weights]
    assert len(places) > 2 and places == sorted(places)
    save(module, tmp_path / "1", a_card("refiner", signatures))
    fingerprint = fingerprint_pb2.FingerprintDef.FromString((tmp_path / "1/fingerprint.pb").read_bytes())
    assert fingerprint.uuid == "" and fingerprint.saved_model_checksum
