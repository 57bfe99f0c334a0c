"""The core steps: scans to stores, models, pools, classifiers and exports."""
