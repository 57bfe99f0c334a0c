"""``python -m kgan`` is the command ``kgan``."""

from kgan.cli import main

if __name__ == "__main__":
    main()
