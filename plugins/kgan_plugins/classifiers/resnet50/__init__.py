"""ResNet-50, from scratch or from ImageNet weights."""
