import numpy as np
import pytest
import tensorflow as tf

from kgan_plugins.gans.munit.streams import Domain, Pair, munit, translated, unit

A, B = 0.5, -0.25
IMAGES = Pair(tf.fill((2, 2, 2, 1), A), tf.fill((2, 2, 2, 1), B))


def filled(**values):
    return {name.replace("_", " "): tf.fill((2, 2, 2, 1), value) for name, value in values.items()}


@pytest.fixture
def plain():
    """Auto-encoders without styles: shifting by one, and doubling."""
    return (
        Domain(lambda x: x + 1, lambda z: z - 1),
        Domain(lambda x: 2 * x, lambda z: z / 2),
    )


@pytest.fixture
def styled():
    """Styles are halved images; decoders add them to the code."""
    return (
        Domain(lambda x: x + 1, lambda codes: codes[0] - 1 + codes[1], lambda x: x / 2),
        Domain(lambda x: 2 * x, lambda codes: codes[0] / 2 + codes[1], lambda x: x / 4),
    )


def close(values, expected):
    np.testing.assert_allclose(values, np.full(values.shape, expected), rtol=1e-5)


def test_unit_by_hand(plain):
    n, m, n2, m2 = 0.1, -0.3, 0.2, 0.05
    drawn = filled(source=n, target=m, source_again=n2, target_again=m2)
    terms, fakes = unit(*plain, IMAGES, drawn)
    close(fakes.target, (A + 1 + n) / 2)
    close(fakes.source, 2 * B + m - 1)
    assert list(terms) == ["reconstruction", "kl", "cycle", "cycle_kl"]
    close(terms["reconstruction"], abs(n) + abs(m) / 2)
    close(terms["kl"], (A + 1) ** 2 + (2 * B) ** 2)
    close(terms["cycle"], abs(n + n2) + abs(m + m2) / 2)
    close(terms["cycle_kl"], (A + 1 + n) ** 2 + (2 * B + m) ** 2)


def test_munit_by_hand(styled):
    r, q = 0.3, -0.6  # styles drawn for what sources and targets become
    terms, fakes = munit(*styled, IMAGES, filled(source=r, target=q), cycle=True)
    refined, reverse = (A + 1) / 2 + r, 2 * B - 1 + q
    close(fakes.target, refined)
    close(fakes.source, reverse)
    close(terms["reconstruction"], abs(A / 2) + abs(B / 4))
    close(terms["content_code"], abs(2 * refined - (A + 1)) + abs(reverse + 1 - 2 * B))
    close(terms["style_code"], abs(refined / 4 - r) + abs(reverse / 2 - q))
    back = abs(2 * refined - 1 + A / 2 - A) + abs((reverse + 1) / 2 + B / 4 - B)
    close(terms["cycle"], back)


def test_the_cycle_is_optional_with_styles(styled):
    terms, _ = munit(*styled, IMAGES, filled(source=0.0, target=0.0), cycle=False)
    assert list(terms) == ["reconstruction", "content_code", "style_code"]


@pytest.mark.parametrize("kind", ["plain", "styled"])
def test_critics_are_shown_the_same_translation(kind, request):
    domains = request.getfixturevalue(kind)
    drawn = filled(source=0.1, target=-0.2, source_again=0.0, target_again=0.0)
    whole = unit(*domains, IMAGES, drawn) if kind == "plain" else munit(*domains, IMAGES, drawn, False)
    shown = translated(*domains, IMAGES, drawn)
    np.testing.assert_allclose(shown.source, whole[1].source)
    np.testing.assert_allclose(shown.target, whole[1].target)


def test_residual_decoders_are_given_the_images_whose_codes_they_decode():
    """Decoders that return the encoded image and a tenth of the code."""
    domains = [Domain(lambda x: x + 1, lambda z: z[1] + z[0] / 10, residual=True) for _ in range(2)]
    drawn = filled(source=0.0, target=0.0, source_again=0.0, target_again=0.0)
    terms, fakes = unit(*domains, IMAGES, drawn)
    refined, reverse = A + (A + 1) / 10, B + (B + 1) / 10
    close(fakes.target, refined)
    close(fakes.source, reverse)
    close(terms["reconstruction"], (A + 1) / 10 + (B + 1) / 10)
    back = abs(refined + (refined + 1) / 10 - A) + abs(reverse + (reverse + 1) / 10 - B)
    close(terms["cycle"], back)
    shown = translated(*domains, IMAGES, drawn)
    close(shown.target, refined)
    close(shown.source, reverse)
