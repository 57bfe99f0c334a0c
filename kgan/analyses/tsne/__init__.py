"""t-SNE of real and synthetic images."""
