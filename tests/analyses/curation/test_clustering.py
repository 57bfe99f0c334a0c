from kgan.analyses.curation.clustering import maker

GAN = {"kind": "generated", "gan": "pggan", "step": "generate-pggan"}


def test_makers_of_pools():
    assert maker(GAN) == "pggan"
    assert maker({"kind": "curated", "of": GAN}) == "pggan"
    assert maker({"kind": "refined", "gan": "simgan", "of": GAN}) == "simgan of pggan"
