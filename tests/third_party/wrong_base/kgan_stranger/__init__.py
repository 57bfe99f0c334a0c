"""A class that is no reader, a name that is no class; other entry points name what is not there."""

NUMBER = 3


class Stranger:
    """Has the methods, not the base."""

    def patients(self):
        return ()

    def read(self, patient, request):
        return None
