"""A GAN as entry points named it before plugins were configurations."""

from kgan.contracts.reader import Reader


class Old(Reader):
    """A class, no configuration."""

    def patients(self):
        return ()

    def read(self, patient, request):
        raise NotImplementedError
