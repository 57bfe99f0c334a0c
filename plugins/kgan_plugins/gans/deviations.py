"""Where the GANs depart from their papers, or decide what these leave open; needs no TensorFlow.

Each function takes the constructor's parameters, defaults filled in, and returns key -> sentence.
"""

from collections.abc import Mapping
from typing import Any

Figures = Mapping[str, Any]

_WITHOUT_BIAS = "Convolutions that a normalisation follows have no bias, which it would subtract again."


def pggan(figures: Figures) -> dict[str, str]:
    """Han et al. 2019 and, by ``kernel: 5``, the ProGAN of Delplace et al.; both after Karras et al. 2018."""
    found = {
        "optimisers": "Adam starts afresh in each phase, as in the code of Karras et al. and of Delplace et "
        "al.",
        "latents": "Latents are drawn from N(0, 1) and scaled to a root mean square of 1, as in Karras et "
        "al.",
        "stddev": f"The minibatch standard deviation is taken over groups of {figures['stddev_group']} "
        "images, as in the code of Karras et al.",
    }
    if figures["phase_share"] is None:
        found["phases"] = "All phases of growth have the same number of steps."
    else:
        found["phases"] = "The phases of growth share the steps by 'phase_share'."
    if figures["first_resolution"] != 4:
        found["start"] = f"Growth starts at {figures['first_resolution']} px instead of 4 px."
    if figures["output"] == "linear":
        found["output"] = (
            "The output is linear, as published; images are clipped to [-1, 1] when they are sampled."
        )
    if figures["kernel"] != 3:
        found["kernel"] = (
            f"All 3x3 convolutions are {figures['kernel']}x{figures['kernel']}, those on the 4x4 grid too, "
            "as the text of Delplace et al. says; their code has 3x3 there, gains of √2 in the last layers "
            "too, latents of length 1 and no normalisation by the pixel, which their text names."
        )
    return found


def dcgan(figures: Figures) -> dict[str, str]:
    """Radford et al. 2016; Han et al. 2018 (multi_sequence); Delplace et al., tables 1 and 2 (zoo)."""
    found = {
        "bias": _WITHOUT_BIAS,
        "statistics": "Moving statistics of batch normalisation have momentum 0.9 and epsilon 1e-5, Adam a "
        "second moment of 0.999 and an epsilon of 1e-8, as in the code of Delplace et al.",
        "latents": "Every update of the generator draws latents of its own.",
    }
    return {**found, **_networks(figures)}


def wgan(figures: Figures) -> dict[str, str]:
    """Arjovsky et al. 2017; Han et al. 2018 (multi_sequence)."""
    found = {
        "bias": _WITHOUT_BIAS,
        "rmsprop": f"RMSprop has a decay of {figures['rho']:g}, an epsilon of 1e-8 and no momentum, as in "
        "the code of Arjovsky et al.",
        "updates": "The 100 critic updates that Arjovsky et al.'s code, but not their paper, has in each of "
        "the first 25 steps and in every 500th are left out.",
    }
    if figures["architecture"] == "multi_sequence":
        found["networks"] = (
            "The networks are Han et al.'s changed DCGAN; their 'same DCGAN architecture' may also mean "
            "Radford et al.'s unchanged."
        )
    return {**found, **_networks(figures)}


def _networks(figures: Figures) -> dict[str, str]:
    """What DCGAN and WGAN have in common."""
    found = {
        "gains": "Where the loss clips the critic's weights, the gains of its normalisations are held in "
        "[-1, 1]; Arjovsky et al.'s code clips these too, under which ELU is a straight line.",
    }
    if figures["critic_norm"] == "auto":
        found["norm"] = (
            "Where the loss penalises slopes, the critic has layer normalisation instead of the published "
            "batch normalisation, under which an image's own gradient is largely its neighbours'; Delplace "
            "et al. kept it."
        )
    else:
        found["norm"] = f"The critic's normalisation is {figures['critic_norm']!r}, not the published one."
    if figures["architecture"] == "zoo":
        found["dense"] = (
            "The critic's dense layer has table 2's 1024 units; the code of Delplace et al. has 1025."
        )
        if figures["similarity"] in (None, "stddev"):
            found["similarity"] = (
                "The similarity layer that Delplace et al.'s text gives DCGAN, and their table 2 does not, "
                "is the minibatch standard deviation in groups of four after the last convolution, as in "
                "their code."
            )
    else:
        found["sizes"] = (
            "At other sizes than Radford et al.'s 64 px layers of stride 2 are added or left out; the "
            "widths double on towards the 4x4 grid, up to his 1024 (or half of that, where all are halved)."
        )
    if figures["architecture"] == "multi_sequence":
        found["reading"] = (
            "Han et al.'s 'ELU as the discriminator' is read as ELU in place of its leaky ReLU; latents are "
            "100 numbers of U(-1, 1), as in Radford et al.; images are clipped to [-1, 1] when they are "
            "sampled."
        )
    return {**found, **_resized(figures)}


def srresnet(figures: Figures) -> dict[str, str]:
    """Delplace et al., section 2.1, after Ledig et al. 2017."""
    found = {
        "code": "Where Delplace et al.'s text is silent their code is followed: the critic's widths and two "
        "blocks at each resolution, batch normalisation (momentum 0.9) and ReLU in the generator, the skip "
        "around all blocks, the last 9x9 convolution, tanh.",
        "stride": "The critic's convolutions of stride 2 are 3x3, as the text says; the code has 4x4.",
        "bias": _WITHOUT_BIAS,
        "latents": "Every update of the generator draws latents of its own.",
        "sizes": "At other sizes than 256 px pixel shuffles, and stages of the critic, are added or left "
        "out.",
    }
    published = {"latent_size": 256, "width": 64, "blocks": 16, "critic_width": 32, "critic_blocks": 2}
    changed = [
        f"{name} {figures[name]} for {value}" for name, value in published.items() if figures[name] != value
    ]
    return {
        **found,
        **({"smaller": f"The networks are not the published ones: {', '.join(changed)}."} if changed else {}),
    }


def munit(figures: Figures) -> dict[str, str]:
    """Han et al. 2019, table 2, after Huang et al. 2018 and Liu et al. 2017."""
    found = {
        "adaptive": "Adaptive instance normalisation follows every decoder convolution but the last, as Han "
        "et al. say; Huang et al.'s code has layer normalisation after an upsampling.",
        "decay": "There is no weight decay; the configuration of Liu et al. that the loss weights are from "
        "has 1e-4.",
        "borders": "Borders are reflected, as in Huang et al.'s configurations, and zero at the critics' "
        "last convolution, which is table 2's 4x4 where their code has 1x1.",
        "bias": _WITHOUT_BIAS,
        "start": "Kernels start as He's, the critics' from N(0, 0.02), as in Huang et al.'s code; Adam's "
        "epsilon is Keras's 1e-7.",
        "means": "Losses are means over pixels, features and score maps, and sums over scales and domains; "
        "the divergence of a code is its mean square: both as in the authors' code.",
        "channels": "Grey images are repeated to three channels, and the three that come out are averaged.",
        "step": "A step is one update of the critics and then one of encoders and decoders, on the same "
        "images.",
    }
    if figures["style"] == "none":
        found["parameters"] = (
            "Scales and shifts of adaptive instance normalisation are a learnt vector for each decoder: the "
            "UNIT loss has no style code that they could come from, and the UNIT code no such parameters."
        )
        found["noise"] = "Codes have N(0, 1) noise in training and none when an image is refined."
    else:
        found["style"] = (
            f"The MUNIT loss with style codes of {figures['style']} numbers stands for Han et al.'s UNIT "
            "loss; images are refined with the style code zero."
        )
    if not figures["perceptual"] or figures["vgg_weights"] is None:
        found["perceptual"] = "The domain-invariant perceptual term is left out."
    else:
        found["perceptual"] = (
            "The perceptual term compares instance-normalised features of VGG16 after its thirteenth "
            "convolution, as in Huang et al.'s code."
        )
    if figures["scales"] != 3:
        found["scales"] = f"The critics look at {figures['scales']} scales instead of three."
    return {**found, **_resized(figures), **_blocks(figures, 4)}


def simgan(figures: Figures) -> dict[str, str]:
    """Han et al. 2019, table 3, after Shrivastava et al. 2017."""
    found = {
        "logits": "The critic ends in raw logits; table 3 has a ReLU there, under which the softmax loses "
        "its gradient as soon as both logits are negative.",
        "batch": "The loss is the mean over a batch of each image's sum over pixels and locations; at other "
        "sizes than 224 px both sums are scaled to 224x224 pixels and 7x7 locations.",
        "statistics": "Batch normalisation has a momentum of 0.9 and an epsilon of 1e-3; kernels start as "
        "Glorot's.",
        "together": "The critic normalises real and refined images in one batch.",
        "pools": "Max-pools are 3x3 with a stride of 2.",
        "start": "The critic has no training of its own before the adversarial steps; Shrivastava et al. "
        "give it 200 steps.",
        "step": f"A step is {figures['refiner_updates']} updates of the refiner and one of the critic, each "
        "on images of its own.",
        "bias": _WITHOUT_BIAS,
    }
    if figures["block_relu"]:
        found["blocks"] = (
            "Residual blocks end in a ReLU after the sum, as in Shrivastava et al.; table 3 of Han et al. "
            "lists none."
        )
    else:
        found["blocks"] = (
            "Residual blocks end in the sum, as table 3 of Han et al. lists no activation after their second "
            "convolution; Shrivastava et al.'s have a ReLU there."
        )
    if figures["buffer"]:
        found["history"] = (
            f"The history of refined images holds {figures['buffer']} batches and serves half of a batch "
            "once it is full; the paper gives no size."
        )
    else:
        found["history"] = "The critic is shown no history of refined images."
    if figures["regularisation"] != 5e-5:
        found["lambda"] = (
            f"The weight of self-regularisation is {figures['regularisation']:g}, "
            f"{figures['regularisation'] / 5e-5:g} times the paper's."
        )
    if figures["critic_stride"] not in (None, 3):
        found["stride"] = f"The critic's first stride is {figures['critic_stride']} instead of 3."
    return {**found, **_resized(figures), **_blocks(figures, 12)}


def _resized(figures: Figures) -> dict[str, str]:
    if figures["width"] == 1:
        return {}
    return {"width": f"Every layer but the outputs has {figures['width']:g} times the published features."}


def _blocks(figures: Figures, published: int) -> dict[str, str]:
    if figures["blocks"] == published:
        return {}
    return {"number": f"There are {figures['blocks']} residual blocks instead of {published}."}
