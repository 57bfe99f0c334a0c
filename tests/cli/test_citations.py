import pytest

from kgan import registry
from kgan.cli.citations import short


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        (
            "Radford et al., Learning, 2016, arXiv:1511.06434, section 4; Han et al., Synthesis, 2018",
            "Radford et al. 2016, arXiv:1511.06434 and 1 more",
        ),
        (
            "Delplace et al. (thesis arXiv:2001.05447), table 2.",
            "Delplace et al., arXiv:2001.05447",
        ),
        ("Shrivastava et al. 2017, arXiv:1612.07828", "Shrivastava et al. 2017, arXiv:1612.07828"),
        ("Lim and Ye, Geometric GAN, 2017, arXiv:1705.02894.", "Lim and Ye 2017, arXiv:1705.02894"),
        ("Fonov et al., Atlases, 2011, doi:10.1016/j.neuroimage.2010.07.033.", "Fonov et al. 2011"),
        ("D. S. Marcus et al., OASIS, Journal 19(9), 2007.", "D. S. Marcus et al. 2007"),
        ("Noname 2024.", "Noname 2024"),
        ("2024", "2024"),
        ("", ""),
    ],
)
def test_references_are_short(reference, words):
    assert short(reference) == words


def test_every_plugin_of_kgan_names_its_paper():
    offers = [offer for kind in registry.KINDS for offer in registry.available(kind).values()]
    ours = [offer for offer in offers if offer.distribution == "kgan" and offer.name != "folder"]
    nameless = [item.name for item in ours if not short(registry.describe(item.kind, item.name).reference)]
    assert nameless == []
