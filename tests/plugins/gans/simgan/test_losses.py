import math

import numpy as np
import pytest
import tensorflow as tf

from kgan_plugins.gans.simgan.losses import REAL, REFINED, local_cross_entropy, self_regularisation


def test_at_the_papers_size_both_terms_are_sums():
    # Softmax of (0, ln 3) is (1/4, 3/4), of (ln 4, 0) is (4/5, 1/5).
    logits = np.zeros((1, 7, 7, 2), "float32")
    logits[0, :, :, 1] = math.log(3)
    logits[0, 2, 5] = math.log(4), 0
    real, refined = (float(local_cross_entropy(tf.constant(logits), kind)[0]) for kind in (REAL, REFINED))
    assert real == pytest.approx(48 * math.log(4) + math.log(5 / 4), rel=1e-6)
    assert refined == pytest.approx(48 * math.log(4 / 3) + math.log(5), rel=1e-6)
    source, changed = np.zeros((2, 2, 224, 224, 1), "float32")
    changed[0, 3, 4], changed[0, 200, 7], changed[1] = 0.5, -0.25, 0.125
    np.testing.assert_allclose(self_regularisation(tf.constant(changed), source), [0.75, 0.125 * 50176])


@pytest.mark.parametrize(("side", "cells"), [(29, 1), (56, 4), (224, 7), (256, 8)])
def test_both_terms_mean_the_same_at_every_size(side, cells):
    logits = tf.fill((1, cells, cells, 2), 3.0)
    np.testing.assert_allclose(local_cross_entropy(logits, REAL), [49 * math.log(2)], rtol=1e-6)
    images = tf.zeros((1, side, side, 3))
    # The L1 norm adds up three channels.
    np.testing.assert_allclose(self_regularisation(images - 0.1, images), [0.3 * 224 * 224], rtol=1e-5)


def test_self_regularisation_is_the_l1_norm_of_the_change_of_each_image():
    refined = tf.reshape([0.5, -1.0, 0.0, 0.25, 1.0, 1.0, 1.0, 1.0], (2, 2, 2, 1))
    source = tf.reshape([0.0, -0.5, 0.0, 0.0, 1.0, 1.0, 1.0, -1.0], (2, 2, 2, 1))
    expected = np.array([1.25, 2.0]) * 224 * 224 / 4
    np.testing.assert_allclose(self_regularisation(refined, source), expected)
