"""C. Han et al., Combining Noise-to-Image and Image-to-Image GANs, 2019: all values of profile paper."""

#: Section III and the tables.
PAPER = {
    # III-A and III-B, pre-processing.
    "data.reader.plugin": "brats",
    "data.reader.parameters.grade": "HGG",
    "data.sequences": ["t1c"],
    "data.plane": "axial",
    "data.slices.first": 30,
    "data.slices.last": 130,
    "data.slices.step": 1,
    "data.image_size": [240, 240],
    "data.split.train": 154,
    "data.split.validation": 44,
    "data.split.test": 22,
    # III-B, table 1 and equation 1.
    "gans.pggan.plugin": "pggan",
    "gans.pggan.per_class": True,
    "gans.pggan.concat": False,
    "gans.pggan.canvas": [256, 256],
    "gans.pggan.crop": 15,
    "gans.pggan.parameters.latent_size": 512,
    "gans.pggan.parameters.channels.4": 512,
    "gans.pggan.parameters.channels.8": 512,
    "gans.pggan.parameters.channels.16": 256,
    "gans.pggan.parameters.channels.32": 128,
    "gans.pggan.parameters.channels.64": 64,
    "gans.pggan.parameters.channels.128": 32,
    "gans.pggan.parameters.channels.256": 16,
    "gans.pggan.parameters.kernel": 3,
    "gans.pggan.parameters.output": "linear",
    "gans.pggan.parameters.learning_rate": 1e-3,
    "gans.pggan.parameters.beta_1": 0.0,
    "gans.pggan.parameters.beta_2": 0.99,
    "gans.pggan.loss.plugin": "wgan_gp",
    "gans.pggan.loss.parameters.weight": 10,
    "gans.pggan.loss.parameters.drift": 0.0,
    "gans.pggan.train.batch_size": 16,
    "gans.pggan.train.epochs": 100,
    # III-C.
    "refiners.*.source": "pggan_curated",
    "refiners.*.images_per_class": 3000,
    "refiners.*.image_size": [224, 224],
    "refiners.*.flip": True,
    "refiners.*.train.steps": 100_000,
    "refiners.*.choose.among": [20_000, 50_000, 100_000],
    "refiners.*.choose.variant": "pretrained",
    "refiners.munit.choose.setup": "8 +classic +munit",
    "refiners.simgan.choose.setup": "10 +classic +simgan",
    # III-C, MUNIT, and table 2.
    "refiners.munit.plugin": "munit",
    "refiners.munit.train.batch_size": 1,
    "refiners.munit.parameters.style": "none",
    "refiners.munit.parameters.width": 1,
    "refiners.munit.parameters.blocks": 4,
    "refiners.munit.parameters.scales": 3,
    "refiners.munit.parameters.residual": False,
    "refiners.munit.parameters.learning_rate": 1e-4,
    "refiners.munit.parameters.halve_every": 20_000,
    "refiners.munit.parameters.adversarial": 1,
    "refiners.munit.parameters.reconstruction": 10,
    "refiners.munit.parameters.kl": 0.01,
    "refiners.munit.parameters.cycle": 10,
    "refiners.munit.parameters.cycle_kl": 0.01,
    "refiners.munit.parameters.perceptual": 1,
    "refiners.munit.parameters.vgg_weights": "imagenet",
    # III-C, SimGAN, and table 3.
    "refiners.simgan.plugin": "simgan",
    "refiners.simgan.train.batch_size": 10,
    "refiners.simgan.parameters.width": 1,
    "refiners.simgan.parameters.blocks": 12,
    "refiners.simgan.parameters.block_relu": False,
    "refiners.simgan.parameters.residual": False,
    "refiners.simgan.parameters.learning_rate": 1e-4,
    "refiners.simgan.parameters.halve_at": 15_000,
    "refiners.simgan.parameters.regularisation": 5e-5,
    "refiners.simgan.parameters.warm_up": 500,
    "refiners.simgan.parameters.refiner_updates": 5,
    # III-D, discarding; a quarter of the images fails (IV-A).
    "curations.pggan_curated.source": "pggan",
    "curations.pggan_curated.clusters": 200,
    "curations.pggan_curated.discard": 0.25,
    "curations.pggan_curated.features.network": "densenet169",
    "curations.pggan_curated.features.weights": "imagenet",
    # III-D, classic DA.
    "classic.horizontal_flip": True,
    "classic.vertical_flip": True,
    "classic.rotation": 10,
    "classic.shift": 0.08,
    "classic.shear": 0.08,
    "classic.zoom": 0.08,
    # III-D, ResNet-50, and table 4.
    "classifier.plugin": "resnet50",
    "classifier.image_size": [224, 224],
    "classifier.center_crop": False,
    "classifier.train.batch_size": 96,
    "classifier.train.patience": 20,
    "classifier.variants.*.parameters.head": "sigmoid",
    "classifier.variants.*.parameters.width": 1,
    "classifier.variants.*.parameters.blocks": [3, 4, 6, 3],
    "classifier.variants.*.parameters.dropout": 0.5,
    "classifier.variants.*.parameters.optimizer": "sgd",
    "classifier.variants.*.parameters.learning_rate": 1e-2,
    "classifier.variants.*.parameters.momentum": 0.9,
    "classifier.variants.scratch.parameters.decay_factor": 0.1,
    "classifier.variants.scratch.parameters.decay_every": 20,
    "classifier.variants.pretrained.weights": "imagenet",
    "classifier.variants.pretrained.parameters.decay_factor": 0.5,
    "classifier.variants.pretrained.parameters.decay_every": 5,
    # III-D, DA setups.
    "setups.*.real": "all",
    "setups.*.classic": 200_000,
    "setups.3 +classic doubled.classic": 400_000,
    "setups.4 +pggan.pggan_curated": 200_000,
    "setups.5 +pggan uncurated.pggan": 200_000,
    "setups.6 +classic +pggan.pggan_curated": 200_000,
    "setups.7 +munit.munit": 200_000,
    "setups.8 +classic +munit.munit": 200_000,
    "setups.9 +simgan.simgan": 200_000,
    "setups.10 +classic +simgan.simgan": 200_000,
    "compare.alpha": 0.05,
    "compare.involving": "refined",
    # III-E.
    "turing.sources": ["pggan_curated", "munit", "simgan"],
    "turing.real": 50,
    "turing.synthetic": 50,
    "turing.repeats": 0,
    "turing.image_size": [224, 224],
    # III-F.
    "tsne.sources": ["classic", "pggan_curated", "munit", "simgan"],
    "tsne.images": 300,
    "tsne.perplexity": 100,
    "tsne.iterations": 1000,
    "tsne.image_size": [224, 224],
    "tsne.together": False,
}

#: Table 5: accuracy, sensitivity and specificity with pre-training, then without.
TABLE_5 = {
    "1 real": (93.14, 90.91, 95.85, 86.33, 88.88, 83.22),
    "2 +classic": (95.01, 93.67, 96.64, 92.20, 89.94, 94.97),
    "3 +classic doubled": (94.83, 91.88, 98.42, 93.23, 90.91, 96.05),
    "4 +pggan": (93.94, 92.61, 95.56, 86.19, 87.26, 84.90),
    "5 +pggan uncurated": (94.83, 91.88, 98.42, 80.67, 80.19, 81.24),
    "6 +classic +pggan": (96.17, 93.99, 98.82, 95.59, 94.16, 97.33),
    "7 +munit": (94.30, 93.02, 95.85, 83.65, 87.82, 78.58),
    "8 +classic +munit": (96.70, 95.45, 98.22, 96.35, 97.48, 94.97),
    "9 +simgan": (94.48, 92.29, 97.14, 77.64, 82.31, 71.96),
    "10 +classic +simgan": (96.39, 95.13, 97.93, 95.01, 95.05, 94.97),
}
for setup, row in TABLE_5.items():
    for variant, three in (("pretrained", row[:3]), ("scratch", row[3:])):
        for name, value in zip(("accuracy", "sensitivity", "specificity"), three, strict=True):
            PAPER[f"published.{setup}.{variant}.{name}"] = value

#: Table 7: accuracy, real as R and S, synthetic as R and S; accuracy, tumour as T and N, other as T and N.
TABLE_7 = {
    "pggan_curated": (79.5, [73, 27], [14, 86], 87.5, [77, 23], [2, 98]),
    "munit": (77, [58, 42], [4, 96], 92.5, [88, 12], [3, 97]),
    "simgan": (76, [53, 47], [1, 99], 94, [91, 9], [3, 97]),
}
for pool, row in TABLE_7.items():
    for name, value in zip(
        ("accuracy", "real", "synthetic", "class_accuracy", "positive", "negative"), row, strict=True
    ):
        PAPER[f"turing.published.{pool}.{name}"] = value

#: Decisions of ours, each with its reason.
OURS = {
    "any seed will do": {"seed": 2019},
    "the paper has no controls": {"data.split.further": 0},
    "the authors left slices out by hand": {
        "data.labels.min_tumor_area": 100,
        "data.labels.margin": 2,
        "data.labels.incomplete": 4,
        "curations.pggan_curated.rule": "automatic",
    },
    "Karras et al. 2018, where the paper is silent": {
        "gans.pggan.parameters.stddev_group": 4,
        "gans.pggan.parameters.first_resolution": 4,
    },
    "the paper gives no size of the history": {"refiners.simgan.parameters.buffer": 50},
    "of the MUNIT loss, which is not used": {
        "refiners.munit.parameters.content_code": 1,
        "refiners.munit.parameters.style_code": 1,
    },
    "the paper names no other end than 20 epochs without gain": {"classifier.train.epochs": 200},
    "Keras's, where the paper is silent": {
        "classifier.variants.*.parameters.batch_norm_momentum": 0.99,
        "classifier.variants.*.parameters.preprocessing": "auto",
    },
    "what DenseNet-169 sees, and what stands in without its weights": {
        "curations.pggan_curated.features.image_size": [224, 224],
        "curations.pggan_curated.features.classifier": "1 real",
    },
    "the paper fills with a constant; air is black": {"classic.fill": 0},
    "the paper tests each metric of each pair; ours decides few planned pairs in one metric (decision 017)": {
        "compare.metric": "accuracy",
        "compare.planned.6 +classic +pggan": "2 +classic",
        "compare.planned.8 +classic +munit": "2 +classic",
        "compare.planned.10 +classic +simgan": "2 +classic",
    },
    "the paper trained each setup once": {"repeats.seeds": 1, "repeats.splits": 1},
    "the paper says nothing of a precision": {"*.train.precision": "float32"},
    "the paper asks neither how consistent a rater is nor for equivalence with chance": {
        "turing.margin": 0.1,
    },
    "the paper has no such measures": {
        "measures.pca.components": 16,
        "measures.images": 1000,
        "measures.distances.features": "random",
        "measures.distances.neighbours": 5,
        "measures.distances.images": 1000,
        "measures.distances.draws": 100,
        "privacy.images": 1000,
        "privacy.features": "random",
        "privacy.max_auc": 0.7,
    },
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
