"""Images that are files of their own, and collections of them."""
