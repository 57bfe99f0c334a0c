"""Scan files as they lie on disk: NIfTI and MetaImage to an array and an affine, damage found and named."""

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel
import numpy as np

from kgan.errors import DataError

SUFFIXES = (".nii.gz", ".nii", ".mha")
#: Of the file that holds the voxels; the header ``.hdr`` lies beside it.
ANALYZE_SUFFIX = ".img"

_NIFTI2_HEADER_BYTES = 540
_METAIMAGE_HEADER_BYTES = 65536
_METAIMAGE_ITEM_BYTES = {
    "MET_CHAR": 1,
    "MET_UCHAR": 1,
    "MET_SHORT": 2,
    "MET_USHORT": 2,
    "MET_INT": 4,
    "MET_UINT": 4,
    "MET_FLOAT": 4,
    "MET_DOUBLE": 8,
}
_DAMAGE = (
    EOFError,
    OSError,
    ValueError,
    KeyError,
    RuntimeError,
    OverflowError,
    zlib.error,
    nibabel.filebasedimages.ImageFileError,
    nibabel.spatialimages.HeaderDataError,
    nibabel.wrapstruct.WrapStructError,
)


def scan_suffix(path: Path) -> str:
    """Return which of `SUFFIXES` a file name ends with, in any case; ``""`` for other files."""
    return next((suffix for suffix in SUFFIXES if path.name.lower().endswith(suffix)), "")


def read_header(path: Path) -> tuple[tuple[int, ...], np.ndarray]:
    """Read the shape and the affine of a scan, not its voxels.

    Returns:
        the array shape, and (4, 4) float64 from voxel indices to RAS+ mm.

    Raises:
        DataError: the file is missing, empty or no scan.
    """
    return _explained(path, _metaimage_header if scan_suffix(path) == ".mha" else _nifti_header)


def tells_orientation(path: Path) -> bool:
    """Return whether a file states its orientation: Analyze has no words for it, and NIfTI may leave it open.

    Raises:
        DataError: the file is missing, empty or no scan.
    """
    return bool(_explained(path, _orientation_codes)[0])


def read_scan(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read a scan as it is stored, checksums included where the format has them.

    Args:
        path: file ending in one of `SUFFIXES` or in `ANALYZE_SUFFIX`.

    Returns:
        (x, y, z) voxels of the file's own dtype after its own scaling, and (4, 4) float64 from voxel indices
        to RAS+ mm.

    Raises:
        DataError: the file is missing, empty, truncated, damaged, not 3-D, or needs the extra ``mha``.
    """
    voxels, affine = _explained(path, _metaimage if scan_suffix(path) == ".mha" else _nifti)
    while voxels.ndim > 3 and voxels.shape[-1] == 1:
        voxels = voxels[..., 0]
    if voxels.ndim != 3:
        raise DataError(f"{path.name}: expected one 3-D volume, received {voxels.ndim}-D {voxels.shape}")
    if voxels.dtype.kind not in "uif":
        raise DataError(f"{path.name}: expected real numbers as voxels, received {voxels.dtype}")
    return voxels, affine


def _explained(path: Path, read: Callable[[Path], tuple[Any, ...]]) -> tuple[Any, ...]:
    if not path.is_file():
        raise DataError(f"{path.name}: no such file in {path.parent}")
    if path.stat().st_size == 0:
        raise DataError(f"{path.name}: the file is empty (0 bytes); copy it again")
    headers = [path.with_suffix(".hdr"), path.with_suffix(".HDR")]
    if path.suffix.lower() == ANALYZE_SUFFIX and not any(header.is_file() for header in headers):
        raise DataError(f"{path.name}: its header {headers[0].name} is not beside it in {path.parent}")
    try:
        return read(path)
    except PermissionError as error:
        raise DataError(f"{path.name}: no permission to read it in {path.parent}") from error
    except EOFError as error:
        raise DataError(f"{path.name}: the file is truncated; copy it again") from error
    except _DAMAGE as error:
        reason = " ".join(str(error).split())[-160:]
        raise DataError(f"{path.name}: damaged or no scan ({reason}); copy it again") from error


def _nifti_image(path: Path) -> Any:
    if not path.name.lower().endswith(".gz"):
        return nibabel.load(path)
    # Read to the end, so that the checksum of the gzip stream is compared; nibabel stops at the last voxel.
    content = gzip.decompress(path.read_bytes())
    size = {int.from_bytes(content[:4], order) for order in ("little", "big")}
    kind = nibabel.Nifti2Image if _NIFTI2_HEADER_BYTES in size else nibabel.Nifti1Image
    return kind.from_bytes(content)


def _nifti(path: Path) -> tuple[np.ndarray, np.ndarray]:
    image = _nifti_image(path)
    return np.asanyarray(image.dataobj), np.asarray(image.affine, np.float64)


def _nifti_header(path: Path) -> tuple[tuple[int, ...], np.ndarray]:
    image: Any = nibabel.load(path)
    return tuple(image.shape), np.asarray(image.affine, np.float64)


def _orientation_codes(path: Path) -> tuple[bool]:
    if scan_suffix(path) == ".mha":
        return (True,)
    header: Any = nibabel.load(path).header
    # The header of an Analyze file has no such fields.
    codes = (header[name] for name in ("qform_code", "sform_code")) if "sform_code" in header else ()
    return (any(int(code) > 0 for code in codes),)


def _metaimage_reader(path: Path) -> tuple[Any, Any]:
    try:
        import SimpleITK
    except ImportError as error:
        raise DataError(
            f'{path.name}: MetaImage files (.mha) need SimpleITK; run `pip install "kgan[mha]"`'
        ) from error
    reader = SimpleITK.ImageFileReader()
    reader.SetImageIO("MetaImageIO")
    reader.SetFileName(str(path))
    return SimpleITK, reader


def _metaimage(path: Path) -> tuple[np.ndarray, np.ndarray]:
    simpleitk, reader = _metaimage_reader(path)
    _check_metaimage(path)
    image = reader.Execute()
    return simpleitk.GetArrayFromImage(image).T, _metaimage_affine(image)


def _metaimage_header(path: Path) -> tuple[tuple[int, ...], np.ndarray]:
    _, reader = _metaimage_reader(path)
    _metaimage_fields(path)
    reader.ReadImageInformation()
    return tuple(reader.GetSize()), _metaimage_affine(reader)


def _metaimage_affine(image: Any) -> np.ndarray:
    dimension = image.GetDimension()
    direction = np.array(image.GetDirection()).reshape(dimension, dimension)[:3, :3]
    affine = np.eye(4)
    affine[:3, :3] = direction * np.array(image.GetSpacing())[:3]
    affine[:3, 3] = image.GetOrigin()[:3]
    return np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine  # ITK's world is LPS+, NIfTI's RAS+


def _metaimage_fields(path: Path) -> tuple[dict[str, str], int]:
    """Return the header's fields and the byte at which the voxels begin."""
    with path.open("rb") as file:
        head = file.read(_METAIMAGE_HEADER_BYTES)
    end = head.find(b"\n", max(head.find(b"ElementDataFile"), 0))
    lines = head[: max(end, 0)].decode("latin-1").splitlines()
    fields = {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in lines)}
    missing = {"DimSize", "ElementType", "ElementDataFile"} - set(fields)
    if missing:
        raise ValueError(f"the MetaImage header lacks {', '.join(sorted(missing))}")
    if fields["ElementDataFile"] != "LOCAL":
        raise ValueError(f"the voxels are in another file ({fields['ElementDataFile']}); expected LOCAL")
    return fields, end + 1


def _check_metaimage(path: Path) -> None:
    """Find truncation and alteration before ITK does: ITK compares no checksum and prints to the terminal."""
    fields, start = _metaimage_fields(path)
    with path.open("rb") as file:
        file.seek(start)
        content = file.read()
    if fields.get("CompressedData", "False").lower() == "true":
        stream = zlib.decompressobj()
        length = len(stream.decompress(content))
        if not stream.eof:
            raise EOFError
    else:
        length = len(content)
    voxels = int(np.prod([int(size) for size in fields["DimSize"].split()]))
    channels = int(fields.get("ElementNumberOfChannels", "1"))
    if length < voxels * channels * _METAIMAGE_ITEM_BYTES.get(fields["ElementType"], 1):
        raise EOFError
