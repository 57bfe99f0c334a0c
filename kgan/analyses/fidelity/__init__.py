"""How similar generated images are to real ones, and how varied."""
