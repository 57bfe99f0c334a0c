"""What losses need of critics, in words; no TensorFlow, as recipes are checked by it."""

#: What a loss may need of a critic -> why.
NEEDS = {
    "independent scores": "it penalises each image's own gradient, of which little is left where batch "
    "normalisation makes an image's score a matter of its whole batch",
    "unbounded scores": "it compares scores by their distance, which a sigmoid cuts off",
}
