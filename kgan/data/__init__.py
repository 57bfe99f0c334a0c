"""From scans to images on disk: volumes, slices, exclusions, split, HDF5 stores, classic augmentation."""
