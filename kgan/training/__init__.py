"""The one training loop, its checkpoints and devices. Import by module: TensorFlow is heavy."""
