"""C. Han et al., Infinite Brain MR Images, 2018 (arXiv:1903.12564): all values of profile paper."""

#: Section 3.
PAPER = {
    # 3.1 and 3.2, data.
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
    # 3.2, PGGAN.
    "gans.pggan.plugin": "pggan",
    "gans.pggan.per_class": True,
    "gans.pggan.concat": False,
    "gans.pggan.canvas": [256, 256],
    "gans.pggan.loss.plugin": "wgan_gp",
    "gans.pggan.parameters.learning_rate": 1e-3,
    "gans.pggan.train.batch_size": 16,
    "gans.pggan.train.epochs": 100,
    # 3.3, classic DA.
    "classic.horizontal_flip": True,
    "classic.vertical_flip": True,
    "classic.rotation": 10,
    "classic.shift": 0.08,
    "classic.shear": 0.08,
    "classic.zoom": 0.08,
    # 3.3, ResNet-50.
    "classifier.plugin": "resnet50",
    "classifier.image_size": [224, 224],
    "classifier.center_crop": True,
    "classifier.train.batch_size": 192,
    "classifier.train.patience": 10,
    "classifier.variants.pretrained.weights": "imagenet",
    "classifier.variants.pretrained.parameters.head": "softmax",
    "classifier.variants.pretrained.parameters.width": 1,
    "classifier.variants.pretrained.parameters.blocks": [3, 4, 6, 3],
    "classifier.variants.pretrained.parameters.dropout": 0.5,
    "classifier.variants.pretrained.parameters.optimizer": "adam",
    "classifier.variants.pretrained.parameters.learning_rate": 1e-3,
    "setups.*.real": "all",
    "setups.*.classic": 200_000,
    "setups.*.pggan_curated": 200_000,
    # 3.4.
    "turing.sources": ["pggan_curated"],
    "turing.real": 50,
    "turing.synthetic": 50,
    "turing.repeats": 0,
    # 3.5.
    "tsne.sources": ["classic", "pggan_curated"],
    "tsne.images": 300,
    "tsne.perplexity": 100,
    "tsne.iterations": 1000,
    "tsne.together": True,
    # Table 2.
    "turing.published.pggan_curated.accuracy": 78.5,
    "turing.published.pggan_curated.real": [58, 42],
    "turing.published.pggan_curated.synthetic": [1, 99],
    "turing.published.pggan_curated.class_accuracy": 90.5,
    "turing.published.pggan_curated.positive": [82, 18],
    "turing.published.pggan_curated.negative": [1, 99],
}

#: Table 1: accuracy, sensitivity, specificity.
TABLE_1 = {
    "1 real": (90.06, 85.27, 97.04),
    "2 +classic": (90.70, 88.70, 93.62),
    "3 +pggan": (62.02, 99.94, 6.84),
    "4 +classic +pggan": (91.08, 86.60, 97.60),
}
for setup, row in TABLE_1.items():
    for name, value in zip(("accuracy", "sensitivity", "specificity"), row, strict=True):
        PAPER[f"published.{setup}.pretrained.{name}"] = value

#: Decisions of ours, each with its reason.
OURS = {
    "any seed will do": {"seed": 2019},
    "the paper has no controls": {"data.split.further": 0},
    "the authors left slices and images out by hand; a quarter of the images fails (4.1)": {
        "data.labels.min_tumor_area": 100,
        "data.labels.margin": 2,
        "data.labels.incomplete": 4,
        "curations.pggan_curated.source": "pggan",
        "curations.pggan_curated.rule": "automatic",
        "curations.pggan_curated.discard": 0.25,
    },
    "the two-step paper's, by the same authors, where this one is silent": {
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
        "gans.pggan.parameters.beta_1": 0.0,
        "gans.pggan.parameters.beta_2": 0.99,
        "gans.pggan.loss.parameters.weight": 10,
        "gans.pggan.loss.parameters.drift": 0.0,
        "curations.pggan_curated.clusters": 200,
        "curations.pggan_curated.features.network": "densenet169",
        "curations.pggan_curated.features.weights": "imagenet",
        "tsne.image_size": [224, 224],
        "compare.alpha": 0.05,
    },
    "the paper names no cropping": {"gans.pggan.crop": 0},
    "the paper names no statistical test": {
        "compare.involving": "all",
        "compare.metric": "accuracy",
        "compare.planned.3 +pggan": "1 real",
        "compare.planned.4 +classic +pggan": "2 +classic",
    },
    "Karras et al. 2018, where the paper is silent": {
        "gans.pggan.parameters.stddev_group": 4,
        "gans.pggan.parameters.first_resolution": 4,
    },
    "the paper names no other end than 10 epochs without gain, and no decay of the rate": {
        "classifier.train.epochs": 200,
        "classifier.variants.pretrained.parameters.decay_factor": 1.0,
        "classifier.variants.pretrained.parameters.decay_every": 1,
    },
    "Keras's, where the paper is silent": {
        "classifier.variants.pretrained.parameters.batch_norm_momentum": 0.99,
        "classifier.variants.pretrained.parameters.preprocessing": "auto",
    },
    "of SGD, which is not used": {"classifier.variants.pretrained.parameters.momentum": 0.9},
    "what DenseNet-169 sees, and what stands in without its weights": {
        "curations.pggan_curated.features.image_size": [224, 224],
        "curations.pggan_curated.features.classifier": "1 real",
    },
    "the paper fills with a constant; air is black": {"classic.fill": 0},
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
