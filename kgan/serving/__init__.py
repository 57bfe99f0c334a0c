"""Trained models for people who have TensorFlow and nothing of kgan: SavedModels and their cards."""
