"""Plugins that judge their parameters themselves, one that is too heavy, and one of an older kgan."""
