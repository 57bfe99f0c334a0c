import subprocess
import sys

import pytest

from kgan.nn.precision import is_native, is_native_here, resolve

AMPERE, TURING = {"compute_capability": (8, 0)}, {"compute_capability": (7, 5)}


@pytest.mark.parametrize(
    ("flags", "expected"),
    [("", False), ("avx512f avx512_vnni ", False), ("avx512_bf16 ", True), ("amx_tile amx_bf16 ", True)],
)
def test_of_processors_the_flags_decide(flags, expected, tmp_path):
    (tmp_path / "cpuinfo").write_text(f"flags\t\t: fpu {flags}avx2\n")
    assert is_native(frozenset(flags.split()), []) is expected
    assert is_native_here(False, tmp_path / "cpuinfo") is expected


def test_without_a_description_no_processor_has_it(tmp_path):
    assert not is_native_here(False, tmp_path / "missing")


@pytest.mark.parametrize(
    ("gpus", "expected"),
    [
        ([AMPERE], True),
        ([{"compute_capability": (9, 0)}, AMPERE], True),
        ([TURING], False),
        ([AMPERE, TURING], False),
        ([{"device_name": "unknown"}], False),
    ],
)
@pytest.mark.parametrize("flags", ["", "avx512_bf16 "])
def test_gpus_decide_alone_and_all_of_them(gpus, expected, flags):
    assert is_native(frozenset(flags.split()), gpus) is expected


@pytest.mark.parametrize(
    ("requested", "begun", "is_shown", "native", "description"),
    [
        ("auto", None, True, True, "bfloat16 (auto: native on this machine)"),
        ("auto", None, True, False, "float32 (auto: this machine has no native bfloat16)"),
        ("auto", None, False, True, "float32 (auto: this network was not shown to be as good in bfloat16)"),
        ("auto", "float32", True, True, "float32 (auto: the training began so)"),
        ("auto", "bfloat16", True, False, "bfloat16 (auto: the training began so)"),
        ("float16", None, True, True, "float16"),
        ("float32", "bfloat16", True, True, "float32"),
        ("bfloat16", None, False, False, "bfloat16"),
    ],
)
def test_auto_follows_what_was_begun_what_was_shown_and_the_hardware(
    requested, begun, is_shown, native, description
):
    precision = resolve(requested, begun, is_shown, native)
    assert precision.description == description
    assert precision.name == description.partition(" ")[0]


def test_without_gpus_tensorflow_is_not_imported():
    code = "import sys; from kgan.nn.precision import is_native_here as f; f(False); print(*sys.modules)"
    assert "tensorflow" not in subprocess.check_output([sys.executable, "-c", code], text=True).split()
