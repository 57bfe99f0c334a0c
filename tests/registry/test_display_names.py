import pytest

from kgan.registry.display_names import curated_name, display_name, setup_name


@pytest.mark.parametrize(
    ("name", "plugin", "title", "shown"),
    [
        ("munit", "munit", None, "MUNIT"),
        ("simgan", "simgan", None, "SimGAN"),
        ("mine", "pggan", None, "mine"),
        ("pggan", "pggan", "Ours", "Ours"),
        ("lost", "no_such_plugin", None, "lost"),
    ],
)
def test_a_model_is_called_by_its_title_or_its_class(name, plugin, title, shown):
    assert display_name(name, plugin, title) == shown


def test_a_curated_pool_is_named_after_its_source():
    assert curated_name("PGGAN") == "PGGAN, curated"


def test_setups_have_the_display_names_of_their_models():
    names = {"munit": "MUNIT", "pggan": "PGGAN", "pggan_curated": "PGGAN, curated"}
    assert setup_name("8 +classic +munit", names) == "8 +classic +MUNIT"
    assert setup_name("5 +pggan uncurated", names) == "5 +PGGAN uncurated"
    assert setup_name("munition", names) == "munition"


def test_only_what_follows_a_plus_is_a_model():
    assert setup_name("all real +real", {"real": "REAL", "all": "ALL"}) == "all real +REAL"
    assert setup_name("real + classic + simgan", {"simgan": "SimGAN"}) == "real + classic + SimGAN"
