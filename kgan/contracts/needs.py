"""What losses need of critics, in words; no TensorFlow, as recipes are checked by it."""

#: What a loss may need of a critic -> why.
NEEDS = {
    "independent scores": "it penalises each image's own gradient, which has no meaning where an image's "
    "score depends on the rest of its batch",
    "unbounded scores": "it compares scores by their distance, which a sigmoid cuts off",
}
