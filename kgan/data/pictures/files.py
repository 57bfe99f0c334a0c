"""Images that are files of their own, PNG, JPEG and TIFF: decoded, damage named, brought to one size."""

import struct
import warnings
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from kgan.contracts.reader import PatientSlices, SliceRequest
from kgan.data.resize import resize_intensities
from kgan.data.scans.volumes import foreground
from kgan.errors import DataError

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
#: Sequences that ask for colour; any single sequence gets the brightness.
COLOURS = ("red", "green", "blue")

_FORMATS = ("PNG", "JPEG", "TIFF")
_GREY = ("1", "L", "I", "F", "I;16", "I;16B", "I;16L", "I;16N")
_WITH_ALPHA = ("LA", "La", "PA", "RGBA", "RGBa")
#: Rec. 601 luma, as Pillow takes it for 8-bit images.
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_DAMAGE = (
    *(OSError, EOFError, SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError),
    *(OverflowError, NotImplementedError, MemoryError, struct.error, zlib.error, cv2.error),
    Image.DecompressionBombError,
)


class SizesDiffer(DataError):
    """Images of one data set have several sizes, and no size was requested."""


@dataclass(frozen=True)
class Picture:
    """One image file.

    Args:
        path: of the file.
        name: below the data set's folder, for tables and messages.
        index: its number among its patient's images.
        label: class, or ``None`` where classes do not matter.
        group: the data set's sub-folder that it is in; empty for none.
    """

    path: Path
    name: str
    index: int
    label: int | None = None
    group: str = ""


def is_picture(name: str) -> bool:
    """Return whether a file is an image, by its name."""
    return name.lower().endswith(SUFFIXES)


def read_picture(path: Path, colour: bool = False) -> np.ndarray:
    """Read an image file.

    Colour becomes its Rec. 601 luma unless it is requested; what is transparent becomes black.

    Args:
        path: PNG, JPEG or TIFF file, grey or colour, of 8 or 16 bits (TIFF also of 32).
        colour: whether to return three channels, red, green, blue; a grey image's are all the same.

    Returns:
        (height, width, 1 or 3): uint8 as stored, or float32 in file units where a pixel has more than 8 bits.

    Raises:
        DataError: the file is missing, empty, truncated, damaged, no such image, or holds several.
    """
    content = _content(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Pillow warns of it has mended, or fails at next
            pixels = _decode(content, path.name)
    except _DAMAGE as error:
        reason = "no such header" if isinstance(error, UnidentifiedImageError) else str(error)
        reason = " ".join(reason.split())[:120]
        raise DataError(f"{path.name}: damaged or no PNG, JPEG or TIFF ({reason}); copy it again") from error
    if pixels.dtype != np.uint8 and not np.isfinite(pixels).all():
        raise DataError(f"{path.name}: some pixels are NaN or infinite")
    return _channels(pixels, colour)


def read_pictures(patient: str, pictures: Sequence[Picture], request: SliceRequest) -> PatientSlices:
    """Read one patient's images.

    Images of 8 bits keep their grey values, 0 to 255 becoming 0 to 1. Deeper ones are scaled by percentiles
    of the foreground, over all the patient's requested images, as a volume's voxels are.

    Args:
        patient: identifier.
        pictures: all the patient's images.
        request: ``first``, ``last`` and ``step`` choose among the images' indices; one sequence of any name
            asks for grey, `COLOURS` for colour; the plane does not matter.

    Returns:
        PatientSlices: with the images that can be read; the others are its faults.

    Raises:
        DataError: none can be read, or none has a requested index.
        SizesDiffer: the images have several sizes and the request names none.
    """
    colour = _wants_colour(request.sequences)
    wanted = range(request.first, request.last + 1, request.step)
    chosen = [picture for picture in pictures if picture.index in wanted]
    if not chosen:
        there = f"{pictures[0].index} to {pictures[-1].index}" if pictures else "none"
        raise DataError(f"no image among {request.first} to {request.last}; there are {there}")
    read: dict[int, np.ndarray] = {}
    faults: dict[int, str] = {}
    for picture in chosen:
        try:
            read[picture.index] = read_picture(picture.path, colour)
        except DataError as error:
            faults[picture.index] = str(error)
    if not read:
        raise DataError(next(iter(faults.values())))
    usable = [picture for picture in chosen if picture.index in read]
    if request.image_size is None:
        _check_sizes(usable, read)
    images = [_resized(image, request.image_size) for image in _scaled(list(read.values()), request)]
    return PatientSlices(
        patient=patient,
        images=np.stack(images),
        indices=np.array([picture.index for picture in usable], np.int64),
        labels=_labels(usable),
        facts={"size": list(next(iter(read.values())).shape[:2])},
        files=tuple(picture.name for picture in usable),
        faults=faults,
    )


def sizes_differ(first: str, size: Sequence[int], other: str, received: Sequence[int]) -> SizesDiffer:
    """Return the error that two images of different sizes make."""
    return SizesDiffer(
        f"the images have several sizes: {first} has {size[0]}x{size[1]} pixels, {other} "
        f"{received[0]}x{received[1]} (height x width); expected one. Bring them to one by data.image_size, "
        f"such as image_size: [{size[0]}, {size[1]}]"
    )


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except PermissionError as error:
        raise DataError(f"{path.name}: no permission to read it in {path.parent}") from error
    except OSError as error:
        raise DataError(f"{path.name}: cannot be read ({error.strerror})") from error
    if not content:
        raise DataError(f"{path.name}: the file is empty (0 bytes); copy it again")
    return content


def _decode(content: bytes, name: str) -> np.ndarray:
    """Return (height, width) or (height, width, 3) pixels: uint8, or float32 where they are deeper."""
    with Image.open(BytesIO(content), formats=_FORMATS) as probe:
        probe.verify()  # compares the checksums that PNG has
    with Image.open(BytesIO(content), formats=_FORMATS) as image:
        # A JPEG may carry small copies of itself behind the image.
        count = getattr(image, "n_frames", 1) if image.format in ("PNG", "TIFF") else 1
        if count > 1:
            raise DataError(f"{name}: holds {count} images; write each into a file of its own")
        deep_colour = image.mode not in _GREY and any(";16" in str(tile) for tile in image.tile)
        image.load()
        if deep_colour:
            return _deep_colour(content)
        pixels = np.asarray(_plain(image))
    return pixels if pixels.dtype == np.uint8 else pixels.astype(np.float32)


def _plain(image: Image.Image) -> Image.Image:
    if image.mode == "1":
        return image.convert("L")
    if image.mode in _GREY or image.mode == "RGB":
        return image
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        whole = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", whole.size, (0, 0, 0, 255)), whole).convert("RGB")
    return image.convert("RGB")


def _deep_colour(content: bytes) -> np.ndarray:
    """Decode 16-bit colour, of which Pillow keeps 8."""
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise ValueError("16-bit colour that OpenCV cannot decode")
    values = pixels.astype(np.float32)
    if values.ndim == 2:
        return values
    if values.shape[2] == 2:
        return values[..., 0]
    return values[..., 2::-1] * (values[..., 3:] / 65535 if values.shape[2] == 4 else 1)


def _channels(pixels: np.ndarray, colour: bool) -> np.ndarray:
    if pixels.ndim == 2:
        return np.repeat(pixels[..., None], 3 if colour else 1, axis=2)
    if colour:
        return pixels
    if pixels.dtype == np.uint8:
        return np.asarray(Image.fromarray(pixels).convert("L"))[..., None]
    return (pixels @ _LUMA)[..., None]


def _wants_colour(sequences: Sequence[str]) -> bool:
    if tuple(sequences) == COLOURS:
        return True
    if len(sequences) == 1:
        return False
    raise DataError(
        f"sequences {', '.join(sequences)} requested of images; expected one of any name, such as t1, for "
        f"grey, or {', '.join(COLOURS)} for colour (data.sequences)"
    )


def _scaled(images: Sequence[np.ndarray], request: SliceRequest) -> list[np.ndarray]:
    """Map pixels to float32 in [0, 1]."""
    deep = [image for image in images if image.dtype != np.uint8]
    inside = [foreground(image[None], axes=(1, 2))[0] for image in deep]
    values = [image[where] for image, where in zip(deep, inside, strict=True)]
    low, high = 0.0, 1.0
    if any(part.size for part in values):
        low, high = np.percentile(np.concatenate(values), request.percentiles).tolist()
    masks = iter(inside)
    return [
        image.astype(np.float32) / 255 if image.dtype == np.uint8 else _spread(image, next(masks), low, high)
        for image in images
    ]


def _spread(image: np.ndarray, inside: np.ndarray, low: float, high: float) -> np.ndarray:
    if high <= low:
        return inside.astype(np.float32)
    scaled = np.clip((image - np.float32(low)) / np.float32(high - low), 0, 1)
    return np.where(inside, scaled, np.float32(0))


def _resized(image: np.ndarray, size: tuple[int, int] | None) -> np.ndarray:
    channels = resize_intensities(np.ascontiguousarray(image.transpose(2, 0, 1)), size)
    return np.clip(channels, 0, 1).transpose(1, 2, 0)


def _check_sizes(pictures: Sequence[Picture], read: Mapping[int, np.ndarray]) -> None:
    first = pictures[0]
    for picture in pictures:
        if read[picture.index].shape != read[first.index].shape:
            raise sizes_differ(first.name, read[first.index].shape, picture.name, read[picture.index].shape)


def _labels(pictures: Sequence[Picture]) -> np.ndarray | None:
    labels = [picture.label for picture in pictures]
    return None if None in labels else np.array(labels, np.int64)
