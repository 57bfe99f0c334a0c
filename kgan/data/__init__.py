"""From scans to images on disk, and from these to batches."""
