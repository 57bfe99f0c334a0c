"""From images to feature vectors, and distances between them."""
