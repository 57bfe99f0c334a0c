"""Patients of a cohort: split, exclusions, duplicates, inspection."""
