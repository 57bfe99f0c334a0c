"""The two terms of SimGAN's loss, scaled so that one weight between them serves images of every size.

For each image the refiner minimises the cross-entropy summed over the L locations of the critic's map plus
λ times the L1 norm of the change, summed over P pixels. In means that is L (cross-entropy + λ P/L change):
what λ means depends on the number of pixels that a location stands for, 50,176/49 = 1024 in the paper. So
that λ, and the learning rate before both terms, mean at every size what they mean there, both terms are
means times the paper's L and P; at 224 px with a 7x7 map these are the plain sums.

Reference:
    Shrivastava et al., Learning from Simulated and Unsupervised Images through Adversarial Training, 2017,
    arXiv:1612.07828, equations 2 and 4 and section 2.2 (the sum over patches); Han et al. 2019, "Combining
    noise-to-image and image-to-image GANs", equation 3 and table 3.
"""

import tensorflow as tf

REAL, REFINED = 0, 1

#: Pixels of an image and locations of its map in table 3.
PIXELS, LOCATIONS = 224 * 224, 7 * 7


def local_cross_entropy(logits: tf.Tensor, kind: int) -> tf.Tensor:
    """Sum the two-way cross-entropy over the locations of a map, as if it had the paper's 49.

    Args:
        logits: (n, rows, columns, 2) float32, channel 0 for real and 1 for refined patches.
        kind: `REAL` or `REFINED`, what each patch is to be taken for.

    Returns:
        Tensor (n,) float32.
    """
    return -LOCATIONS * tf.reduce_mean(tf.nn.log_softmax(logits)[..., kind], axis=(1, 2))


def self_regularisation(refined: tf.Tensor, source: tf.Tensor) -> tf.Tensor:
    """Sum what was changed over the pixels and channels of an image, as if it had the paper's 50,176 pixels.

    Args:
        refined: (n, height, width, channels) float32.
        source: the same shape.

    Returns:
        Tensor (n,) float32.
    """
    norms = tf.reduce_sum(tf.abs(refined - source), axis=3)
    return PIXELS * tf.reduce_mean(norms, axis=(1, 2))
