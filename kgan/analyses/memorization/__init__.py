"""Whether generated images leak whose images the GAN was trained on."""
