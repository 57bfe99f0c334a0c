"""Trained models for TensorFlow without kgan: SavedModels and their model cards."""
