"""C. Han et al., GAN-based Synthetic Brain MR Image Generation, 2018: all values of profile paper."""

#: Section 3.
PAPER = {
    # 3.1 and 3.2.1.
    "data.reader.plugin": "brats",
    "data.reader.parameters.grade": "HGG",
    "data.sequences": ["t1", "t1c", "t2", "flair"],
    "data.plane": "sagittal",
    "data.slices.first": 80,
    "data.slices.last": 149,
    "data.slices.step": 1,
    "data.image_size": [128, 128],
    "data.split.train": 220,
    "data.split.validation": 0,
    "data.split.test": 0,
    # 3.2.2, the six images of each GAN.
    "gans.*_t1.sequences": ["t1"],
    "gans.*_t1c.sequences": ["t1c"],
    "gans.*_t2.sequences": ["t2"],
    "gans.*_flair.sequences": ["flair"],
    "gans.*.concat": False,
    "gans.*_concat.concat": True,
    "gans.*_concat_64.concat": True,
    "gans.*.image_size": [128, 128],
    "gans.*.canvas": [128, 128],
    "gans.*_concat_64.image_size": [64, 64],
    "gans.*_concat_64.canvas": [64, 64],
    "gans.*.per_class": False,
    "gans.*.train.batch_size": 64,
    # 3.2.2, DCGAN.
    "gans.dcgan_*.plugin": "dcgan",
    "gans.dcgan_*.loss.plugin": "original",
    "gans.*.parameters.architecture": "multi_sequence",
    "gans.*.parameters.width": 1,
    "gans.dcgan_*.parameters.learning_rate": 2e-4,
    # 3.2.2, WGAN.
    "gans.wgan_*.plugin": "wgan",
    "gans.wgan_*.loss.plugin": "wgan",
    "gans.wgan_*.parameters.learning_rate": 5e-5,
    # 3.3.
    "turing.real": 50,
    "turing.synthetic": 50,
    "turing.repeats": 0,
}

#: Table 1: accuracy, real as real and as synthetic, synthetic as real and as synthetic.
TABLE_1 = {
    "dcgan_t1": (70, [26, 24], [6, 44]),
    "dcgan_t1c": (71, [24, 26], [3, 47]),
    "dcgan_t2": (64, [22, 28], [8, 42]),
    "dcgan_flair": (54, [12, 38], [8, 42]),
    "dcgan_concat": (77, [34, 16], [7, 43]),
    "dcgan_concat_64": (54, [13, 37], [9, 41]),
    "wgan_t1": (64, [20, 30], [6, 44]),
    "wgan_t1c": (55, [13, 37], [8, 42]),
    "wgan_t2": (58, [19, 31], [11, 39]),
    "wgan_flair": (62, [16, 34], [4, 46]),
    "wgan_concat": (66, [31, 19], [15, 35]),
    "wgan_concat_64": (53, [18, 32], [15, 35]),
}
for gan, row in TABLE_1.items():
    for name, value in zip(("accuracy", "real", "synthetic"), row, strict=True):
        PAPER[f"turing.published.{gan}.{name}"] = value

#: Decisions of ours, each with its reason.
OURS = {
    "any seed will do": {"seed": 2018},
    "the paper has no controls": {"data.split.further": 0},
    "the paper gives hours of training": {"gans.*.train.epochs": 100},
    "Radford et al. 2016, section 4": {"gans.dcgan_*.parameters.beta_1": 0.5},
    "Goodfellow et al. 2014: labels are not smoothed": {
        "gans.dcgan_*.loss.parameters.smoothing": 1.0,
        "gans.dcgan_*.loss.parameters.smooth_generator": False,
    },
    "Arjovsky et al. 2017, algorithm 1 and their code": {
        "gans.wgan_*.loss.parameters.clip": 0.01,
        "gans.wgan_*.train.critic_updates": 5,
        "gans.wgan_*.parameters.rho": 0.99,
    },
    "as the architecture has it": {"gans.*.parameters.critic_norm": "auto"},
    "the paper names no cropping": {"gans.*.crop": 0},
    "the paper says nothing of a precision": {"gans.*.train.precision": "float32"},
    "the paper asks neither how consistent a rater is nor for equivalence with chance": {
        "turing.margin": 0.1,
    },
    "the paper leaves measures to later work": {
        "measures.pca.components": 16,
        "measures.images": 2000,
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
