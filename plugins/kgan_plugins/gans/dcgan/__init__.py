"""DCGAN and WGAN: convolutional networks in the architectures of three papers."""
