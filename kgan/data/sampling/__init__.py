"""Training sets: sources, augmentation and the order of batches."""
