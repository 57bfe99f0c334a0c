from kgan.nn.processor import flags_here, flags_of

CPUINFO = """processor\t: 0
model name\t: Some CPU with amx_bf16 in its name
flags\t\t: fpu avx2 avx512f
bugs\t: none

processor\t: 1
flags\t\t: fpu avx2 avx512f
"""


def test_flags_are_those_of_the_first_processor():
    assert flags_of(CPUINFO) == {"fpu", "avx2", "avx512f"}


def test_a_description_without_flags_has_none():
    assert flags_of("") == flags_of("Processor: ARMv8\nFeatures: fp asimd") == frozenset()


def test_a_file_is_read_and_a_missing_one_has_none(tmp_path):
    (tmp_path / "cpuinfo").write_text(CPUINFO)
    assert flags_here(tmp_path / "cpuinfo") == flags_of(CPUINFO)
    assert flags_here(tmp_path / "missing") == frozenset()
