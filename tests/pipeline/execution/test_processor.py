import pytest

from kgan.pipeline.execution.processor import processor

VARIABLES = (
    "ONEDNN_MAX_CPU_ISA",
    "TF_ENABLE_ONEDNN_OPTS",
    "OPENBLAS_CORETYPE",
    "NPY_DISABLE_CPU_FEATURES",
    "GLIBC_TUNABLES",
)
EPYC = """\
processor\t: 0
vendor_id\t: AuthenticAMD
cpu family\t: 23
model\t\t: 49
model name\t: AMD EPYC
flags\t\t: fpu sse4_1 avx avx2

processor\t: 1
model name\t: another
flags\t\t: fpu avx512f
"""
XEON = """\
cpu family\t: 6
model\t\t: 143
model name\t: Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz
flags\t\t: sse4_1 avx avx2 avx512f amx_tile
"""
ARM = """\
processor\t: 0
Features\t: fp asimd
CPU part\t: 0xd0c
"""


@pytest.fixture(autouse=True)
def _unchanged(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def described(tmp_path):
    def describe(text):
        (tmp_path / "cpuinfo").write_text(text)
        return processor(tmp_path / "cpuinfo")

    return describe


def test_the_model_and_the_widest_instructions(described):
    assert described(EPYC) == "AMD EPYC (family 23, model 49; AVX2)"
    assert described(XEON) == "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz (family 6, model 143; AMX)"


def test_a_processor_without_a_name(described, monkeypatch):
    monkeypatch.setattr("platform.processor", lambda: "")
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    assert described(ARM) == "aarch64 (part 0xd0c; NEON)"


def test_variables_that_change_the_instructions_are_named(described, monkeypatch):
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "SSE41")
    assert described(EPYC) == "AMD EPYC (family 23, model 49; AVX2; ONEDNN_MAX_CPU_ISA=SSE41)"


def test_another_system(tmp_path, monkeypatch):
    monkeypatch.setattr("platform.processor", lambda: "arm")
    assert processor(tmp_path / "absent") == "arm"
