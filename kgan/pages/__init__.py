"""What people look at: figures, and self-contained HTML pages that need no network."""
