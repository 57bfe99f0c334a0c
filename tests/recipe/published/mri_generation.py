"""A. Delplace et al., MRI Generation (the zoo): all values of profile paper."""

#: Sections 2 and 3.
PAPER = {
    # 3.1: 11,328 slices of 256x256, which are 354 cases of 32.
    "data.reader.plugin": "oasis",
    "data.slices.first": 0,
    "data.slices.last": 31,
    "data.slices.step": 1,
    "data.image_size": [256, 256],
    "data.split.train": 354,
    "data.split.validation": 0,
    "data.split.test": 0,
    "gans.*.canvas": [256, 256],
    # 2.1, DCGAN, and tables 1 and 2.
    "gans.dcgan_*.plugin": "dcgan",
    "gans.dcgan_*.parameters.architecture": "zoo",
    "gans.dcgan_*.parameters.width": 1,
    "gans.dcgan_*.parameters.learning_rate": 2e-4,
    "gans.dcgan_*.parameters.beta_1": 0.5,
    # 2.1, SRResNet.
    "gans.srresnet_*.plugin": "srresnet",
    "gans.srresnet_*.parameters.latent_size": 256,
    "gans.srresnet_*.parameters.width": 64,
    "gans.srresnet_*.parameters.blocks": 16,
    "gans.srresnet_*.parameters.learning_rate": 2e-4,
    "gans.srresnet_*.parameters.beta_1": 0.5,
    # 2.1, ProGAN.
    "gans.progan_*.plugin": "pggan",
    "gans.progan_*.parameters.kernel": 5,
    "gans.progan_*.parameters.latent_size": 512,
    "gans.progan_*.parameters.first_resolution": 4,
    "gans.progan_*.parameters.learning_rate": 1e-3,
    "gans.progan_*.parameters.beta_1": 0.0,
    # 2.2 and 2.3.
    "gans.*_original.loss.plugin": "original",
    "gans.*_lsgan.loss.plugin": "lsgan",
    "gans.*_lsgan.loss.parameters.scores": "probability",
    "gans.*_wgan.loss.plugin": "wgan",
    "gans.*_wgan_gp.loss.plugin": "wgan_gp",
    "gans.*_dragan.loss.plugin": "dragan",
    "gans.*_dragan.loss.parameters.noise": "mixed",
    "gans.*_dragan.loss.parameters.alpha": "image",
    "gans.*_dragan.loss.parameters.slopes": "image",
    "gans.*.loss.parameters.smoothing": 0.9,
    "gans.*.loss.parameters.smooth_generator": True,
    "gans.dcgan_*.train.generator_updates": 3,
    "gans.srresnet_*.train.generator_updates": 2,
    "gans.progan_*.train.generator_updates": 1,
    # 3.
    "gans.*.train.batch_size": 64,
    "gans.*.train.epochs": 60,
    "gans.progan_*.train.epochs": 20 * 13,
    # 3.2.
    "measures.pca.components": 16,
    "measures.images": 11_328,
}

#: Table 3: rho, sigma, delta.
TABLE_3 = {
    "real": (0.739, 409, 15),
    "dcgan_dragan": (0.718, 352, 15),
    "srresnet_dragan": (0.678, 329, 16),
    "progan_wgan_gp": (0.601, 331, 13),
}
for pool, row in TABLE_3.items():
    for name, value in zip(("rho", "sigma", "delta"), row, strict=True):
        PAPER[f"measures.published.{pool}.{name}"] = value

#: Decisions of ours, each with its reason.
OURS = {
    "any seed will do": {"seed": 2020},
    "the paper has no controls": {"data.split.further": 0},
    "the authors' public code, where the paper is silent": {
        "data.reader.parameters.tree": "png",
        "gans.*_wgan_gp.loss.parameters.weight": 0.25,
        "gans.*_wgan_gp.loss.parameters.drift": 0.001,
        "gans.*_dragan.loss.parameters.weight": 0.25,
        "gans.srresnet_*.parameters.critic_width": 32,
        "gans.srresnet_*.parameters.critic_blocks": 2,
        "gans.srresnet_*.parameters.beta_2": 0.999,
        "gans.progan_*.parameters.beta_2": 0.999,
        "gans.progan_*.parameters.stddev_group": 4,
        "gans.progan_*.parameters.output": "tanh",
    },
    "of raw scans, which are not read": {"data.reader.parameters.repeat": 1},
    "Arjovsky et al. 2017, as the paper gives none": {"gans.*_wgan.loss.parameters.clip": 0.01},
    "layer normalisation under a penalty, and table 2's batch normalisation otherwise": {
        "gans.dcgan_*.parameters.critic_norm": "auto",
    },
    "OASIS has T1 alone; the PNG slices are axial and have no class": {
        "data.sequences": ["t1"],
        "data.plane": "axial",
        "gans.*.per_class": False,
        "gans.*.concat": False,
    },
    "the paper names no cropping": {"gans.*.crop": 0},
    "the paper says nothing of a precision": {"gans.*.train.precision": "float32"},
    "the paper has no Visual Turing Test; these are the three that it says converged": {
        "turing.sources": ["dcgan_dragan", "srresnet_dragan", "progan_wgan_gp"],
        "turing.real": 50,
        "turing.synthetic": 50,
        "turing.repeats": 0,
        "turing.margin": 0.1,
        "export.models": ["dcgan_dragan", "srresnet_dragan", "progan_wgan_gp"],
    },
    "the paper has no such measures": {
        "measures.distances.features": "random",
        "measures.distances.neighbours": 5,
        "measures.distances.images": 2000,
        "measures.distances.draws": 100,
        "privacy.images": 2000,
        "privacy.features": "random",
    },
    "of classifiers, which the recipe has none of": {
        "classic.horizontal_flip": True,
        "classic.vertical_flip": True,
        "classic.rotation": 10,
        "classic.shift": 0.08,
        "classic.shear": 0.08,
        "classic.zoom": 0.08,
        "classic.fill": 0,
        "compare.alpha": 0.05,
        "compare.involving": "all",
        "compare.metric": "accuracy",
    },
    "the paper trained each GAN once": {"repeats.seeds": 1, "repeats.splits": 1},
    "how it is computed, not what": {
        "compute.strategy": "auto",
        "compute.xla": "auto",
        "compute.threads": 1,
        "compute.deterministic": False,
        "compute.checkpoint_minutes": 2,
        "compute.devices": 1,
        "compute.keep": ["models", "tables", "pools"],
    },
}
