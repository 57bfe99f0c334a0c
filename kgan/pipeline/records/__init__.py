"""What a run leaves on disk: manifests, published files, finished steps as typed values."""
