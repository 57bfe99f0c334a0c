"""TensorFlow pieces that contracts and plugins share; nothing here knows a GAN."""
