import subprocess
import sys

import numpy as np
import pytest

from kgan.serving.card import Card

# Neither kgan nor Keras can be imported where the model is served.
SERVE = """
import sys
import numpy as np
for name in ("kgan", "kgan_plugins", "keras"):
    sys.modules[name] = None
import tensorflow as tf
folder, inputs, outputs = sys.argv[1:]
model = tf.saved_model.load(folder)
made = {}
for key, arrays in np.load(inputs, allow_pickle=True).items():
    name = key.partition("/")[0]
    given = {k: tf.constant(v) for k, v in arrays.item().items()}
    made[key] = model.signatures[name](**given)["images"].numpy()
np.savez(outputs, **made)
"""


def a_card(kind, signatures):
    return Card("tiny", 1, kind, {"plugin": "tiny"}, signatures, ["a"], {}, True, {}, "none")


@pytest.fixture
def serve(tmp_path):
    def run(folder, calls):
        packed = {key: np.array(value, dtype=object) for key, value in calls.items()}
        np.savez(tmp_path / "in.npz", **packed)
        arguments = [sys.executable, "-c", SERVE, folder, tmp_path / "in.npz", tmp_path / "out.npz"]
        done = subprocess.run(arguments, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stderr[-2000:]
        return np.load(tmp_path / "out.npz")

    return run


def test_generator_is_served_without_kgan_to_the_last_bit(tmp_path, tiny_gans, serve):
    import tensorflow as tf

    from kgan.serving.export import deviation, save, served

    gan = tiny_gans["generator"]
    module, signatures = served(gan)
    save(module, tmp_path / "m" / "1", a_card("generator", signatures))
    assert deviation(gan, tmp_path / "m" / "1") == 0.0
    latents = np.random.default_rng(0).normal(size=(5, 6)).astype(np.float32)
    draw = {"count": np.int32(3), "seed": np.int64(-7)}
    found = serve(
        tmp_path / "m" / "1",
        {
            "generate": {"latents": latents},
            "serving_default": {"latents": latents[:1]},
            "sample": draw,
            "sample_uint8": draw,
            "sample/other": {**draw, "seed": np.int64(8)},
        },
    )
    expected = gan.sample(latents).numpy()
    assert np.array_equal(found["generate"], expected)
    assert np.array_equal(found["serving_default"], gan.sample(latents[:1]).numpy())
    assert expected.min() == -1.0 and expected.max() == 1.0, "the test should reach the clipping"
    drawn = gan.sample(gan.sample_latents(3, tf.constant([-7, 0], tf.int64))).numpy()
    assert np.array_equal(found["sample"], drawn)
    assert np.array_equal(found["sample_uint8"], np.rint((drawn + 1) * np.float32(127.5)).astype(np.uint8))
    assert not np.array_equal(found["sample/other"], found["sample"])


def test_refiner_takes_any_batch(tmp_path, tiny_gans, serve):
    from kgan.serving.export import save, served

    gan = tiny_gans["refiner"]
    module, signatures = served(gan)
    save(module, tmp_path / "1", a_card("refiner", signatures))
    images = np.random.default_rng(0).uniform(-1, 1, (4, 8, 12, 1)).astype(np.float32)
    found = serve(tmp_path / "1", {"refine": {"images": images}, "serving_default": {"images": images[:1]}})
    assert np.array_equal(found["refine"], gan.refine(images).numpy())
    assert np.array_equal(found["serving_default"], gan.refine(images[:1]).numpy())
    assert (tmp_path / "1" / "card.md").is_file()


def test_the_card_states_the_signatures_as_they_are(tmp_path, tiny_gans):
    from kgan.serving.export import served

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
    from kgan.serving import export

    module, signatures = export.served(tiny_gans["refiner"])
    monkeypatch.setattr(export, "write_card", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export.save(module, tmp_path / "m" / "1", a_card("refiner", signatures))
    assert list((tmp_path / "m").iterdir()) == []


def test_saving_again_replaces_the_folder(tmp_path, tiny_gans):
    from kgan.serving.export import save, served

    module, signatures = served(tiny_gans["refiner"])
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "old").touch()
    save(module, tmp_path / "1", a_card("refiner", signatures))
    assert not (tmp_path / "1" / "old").exists()


def test_other_objects_are_refused(tiny_gans):
    from kgan.serving.export import served

    with pytest.raises(TypeError, match="received str"):
        served("pggan")
