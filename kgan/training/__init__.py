"""The training loop, its checkpoints and devices. Import single modules: TensorFlow loads slowly."""
