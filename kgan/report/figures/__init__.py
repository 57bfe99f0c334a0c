"""Figures of images and of training curves."""
