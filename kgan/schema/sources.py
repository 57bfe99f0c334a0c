"""Sources of a setup that need no model: their names, which no GAN, curation or refiner can take."""

REAL, CLASSIC = "real", "classic"
#: Images of patients held back from everything else; they surely help, if anything can be seen to.
FURTHER_REAL = "further_real"
#: Images of uniform noise with random labels, and real training images with permuted labels.
NOISE, PERMUTED_LABELS = "noise", "permuted_labels"

#: A setup with one of these is a control: the right answer is known.
POSITIVE_SOURCES = (FURTHER_REAL,)
NEGATIVE_SOURCES = (NOISE, PERMUTED_LABELS)
RESERVED = (REAL, CLASSIC, *POSITIVE_SOURCES, *NEGATIVE_SOURCES)
#: How reports call sources whose names alone say too little.
TITLES = {
    FURTHER_REAL: "real of further patients",
    NOISE: "noise with random labels",
    PERMUTED_LABELS: "real with permuted labels",
}
#: Sources of which ``all`` can be requested.
WHOLE = (REAL, FURTHER_REAL, PERMUTED_LABELS)
