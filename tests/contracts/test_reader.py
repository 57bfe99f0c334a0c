import pytest

from kgan.contracts.config import ReaderConfig
from kgan.contracts.reader import Reader, SliceRequest


class TwoConfig(ReaderConfig):
    synthetic = True
    masks = False
    sequences = ("t1",)

    def build(self):
        return Two(self)


class Two(Reader):
    def patients(self):
        return ("a", "b")

    def read(self, patient, request):
        raise NotImplementedError


@pytest.mark.parametrize(
    ("request_", "indices"),
    [
        (SliceRequest(first=3, last=6), (3, 4, 5, 6)),
        (SliceRequest(first=3, last=8, step=3), (3, 6)),
        (SliceRequest(first=5, last=5), (5,)),
        (SliceRequest(first=6, last=5), ()),
    ],
)
def test_the_last_slice_is_included(request_, indices):
    assert request_.indices() == indices


def test_a_reader_is_what_its_configuration_says():
    reader = TwoConfig().build()
    assert (reader.synthetic, reader.masks, reader.sequences) == (True, False, ("t1",))
    assert reader.classes == ("non_tumor", "tumor")


def test_each_patient_is_a_person_and_there_is_nothing_to_add():
    reader = TwoConfig().build()
    assert (reader.subject("a"), reader.notes(), reader.fingerprint()) == ("a", (), "")


def test_a_reader_must_read():
    class Mute(Reader):
        def patients(self):
            return ()

    with pytest.raises(TypeError, match="read"):
        Mute(TwoConfig())
