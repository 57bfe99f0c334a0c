"""Which data-augmentation setup makes the better classifier."""
