"""What UNIT and MUNIT do with a pair of images: encode, decode, exchange, and come back.

Reference:
    Liu et al., Unsupervised Image-to-Image Translation Networks, 2017, arXiv:1703.00848, section 2.2;
    Huang et al., Multimodal Unsupervised Image-to-Image Translation, 2018, arXiv:1804.04732, section 4.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import tensorflow as tf

from kgan.nn.functional import Functional
from kgan_plugins.gans.munit.losses import absolute_error, code_divergence
from kgan_plugins.gans.munit.networks import DOMAINS

#: Noise that a generator update of UNIT draws: on images' content codes, and on those of translated images.
NOISES = ("source", "target", "source again", "target again")

#: Terms of the loss by name: (n,) each, both domains together, unweighted.
Terms = dict[str, tf.Tensor]


@dataclass(frozen=True)
class Domain:
    """The networks of one domain, as functions of tensors.

    Args:
        encoder: images -> content codes.
        decoder: content codes, with style codes where there are any, -> images.
        style: images -> style codes, or ``None``.
        residual: whether the decoder takes the encoded images as well.
    """

    encoder: Functional
    decoder: Functional
    style: Functional | None = None
    residual: bool = False

    def decode(
        self,
        contents: Sequence[tf.Tensor],
        encoded: Sequence[tf.Tensor],
        styles: Sequence[tf.Tensor] | None = None,
    ) -> list[tf.Tensor]:
        """Decode several batches as one; normalisation is by the image, so they do not mix.

        Args:
            contents: content codes of each batch.
            encoded: the images that they are codes of.
            styles: style codes of each batch, where there are any.
        """
        parts = [contents, *([styles] if styles is not None else []), *([encoded] if self.residual else [])]
        inputs = [tf.concat(part, axis=0) for part in parts]
        return tf.split(self.decoder(inputs if len(inputs) > 1 else inputs[0]), len(contents))


@dataclass(frozen=True)
class Pair:
    """A batch of each domain.

    Args:
        source: (n, height, width, channels) float32 in [-1, 1].
        target: the same shape.
    """

    source: tf.Tensor
    target: tf.Tensor


def domains_of(networks: Mapping[str, Functional], residual: bool = False) -> tuple[Domain, Domain]:
    """Return source and target domain, made of networks named as `munit_networks.generators` does."""
    source, target = (
        Domain(
            networks[f"{name} encoder"], networks[f"{name} decoder"], networks.get(f"{name} style"), residual
        )
        for name in DOMAINS
    )
    return source, target


def translated(source: Domain, target: Domain, images: Pair, drawn: Mapping[str, tf.Tensor]) -> Pair:
    """Return each domain's images in the other's look.

    Args:
        source: the source domain.
        target: the target domain.
        images: of both.
        drawn: ``"source"`` and ``"target"``: noise on the images' content codes or, where the domains have
            styles, the style codes of what they become.

    Returns:
        Pair: ``source`` in the look of the source, made from targets; ``target`` the other way.
    """
    codes = Pair(source.encoder(images.source), target.encoder(images.target))
    if source.style is None:
        (refined,) = target.decode([codes.source + drawn["source"]], [images.source])
        (reverse,) = source.decode([codes.target + drawn["target"]], [images.target])
    else:
        (refined,) = target.decode([codes.source], [images.source], [drawn["source"]])
        (reverse,) = source.decode([codes.target], [images.target], [drawn["target"]])
    return Pair(reverse, refined)


def unit(source: Domain, target: Domain, images: Pair, drawn: Mapping[str, tf.Tensor]) -> tuple[Terms, Pair]:
    """Go through the streams of UNIT: reconstruction, translation, and back again.

    Args:
        source: the source domain, without styles.
        target: the target domain, without styles.
        images: of both.
        drawn: N(0, 1) noise of each of `NOISES`.

    Returns:
        tuple: ``reconstruction``, ``kl``, ``cycle``, ``cycle_kl``; and what `translated` returns.
    """
    means = Pair(source.encoder(images.source), target.encoder(images.target))
    codes = Pair(means.source + drawn["source"], means.target + drawn["target"])
    both = [images.source, images.target]
    rebuilt_source, reverse = source.decode([codes.source, codes.target], both)
    rebuilt_target, refined = target.decode([codes.target, codes.source], both[::-1])
    again = Pair(target.encoder(refined), source.encoder(reverse))
    (back_source,) = source.decode([again.source + drawn["source again"]], [refined])
    (back_target,) = target.decode([again.target + drawn["target again"]], [reverse])
    terms = {
        "reconstruction": _error(Pair(rebuilt_source, rebuilt_target), images),
        "kl": code_divergence(means.source) + code_divergence(means.target),
        "cycle": _error(Pair(back_source, back_target), images),
        "cycle_kl": code_divergence(again.source) + code_divergence(again.target),
    }
    return terms, Pair(reverse, refined)


def munit(
    source: Domain, target: Domain, images: Pair, drawn: Mapping[str, tf.Tensor], cycle: bool
) -> tuple[Terms, Pair]:
    """Go through the streams of MUNIT: reconstruction, translation into drawn styles, codes again.

    Args:
        source: the source domain, with styles.
        target: the target domain, with styles.
        images: of both.
        drawn: N(0, 1) style codes: ``"source"`` for what sources become, ``"target"`` for the others.
        cycle: whether translated images are brought back too, in their first style.

    Returns:
        tuple: ``reconstruction``, ``content_code``, ``style_code`` and, if requested, ``cycle``; and what
        `translated` returns.
    """
    codes = Pair(source.encoder(images.source), target.encoder(images.target))
    styles = Pair(source.style(images.source), target.style(images.target))
    both = [images.source, images.target]
    rebuilt_source, reverse = source.decode(
        [codes.source, codes.target], both, [styles.source, drawn["target"]]
    )
    rebuilt_target, refined = target.decode(
        [codes.target, codes.source], both[::-1], [styles.target, drawn["source"]]
    )
    again = Pair(target.encoder(refined), source.encoder(reverse))
    recovered = Pair(target.style(refined), source.style(reverse))
    terms = {
        "reconstruction": _error(Pair(rebuilt_source, rebuilt_target), images),
        "content_code": _error(again, codes),
        "style_code": _error(recovered, Pair(drawn["source"], drawn["target"])),
    }
    if cycle:
        (back_source,) = source.decode([again.source], [refined], [styles.source])
        (back_target,) = target.decode([again.target], [reverse], [styles.target])
        terms["cycle"] = _error(Pair(back_source, back_target), images)
    return terms, Pair(reverse, refined)


def _error(first: Pair, other: Pair) -> tf.Tensor:
    return absolute_error(first.source, other.source) + absolute_error(first.target, other.target)
