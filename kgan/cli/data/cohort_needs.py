"""Shipped recipes for which a folder has enough patients."""

from collections.abc import Iterator


def needs_lines(reader: str, patients: int) -> Iterator[str]:
    """Yield a line for each shipped recipe with this reader: the profiles with enough patients.

    Args:
        reader: name of the plugin.
        patients: number of usable patients.
    """
    from kgan.recipe import shipped
    from kgan.recipe.load import profiles

    for name in shipped():
        needed = {profile: _needed(name, profile, reader) for profile in profiles(name)}
        needs = [
            f"{profile} ({number} {'needed' if patients < number else 'or more'})"
            for profile, number in needed.items()
            if number is not None
        ]
        enough = any(number is not None and patients >= number for number in needed.values())
        if needs:
            yield f"{'Enough' if enough else 'Too few'} patients for {name}: {', '.join(needs)}"


def _needed(name: str, profile: str, reader: str) -> int | None:
    """Return the minimum number of patients of a recipe; ``None`` if it has another reader."""
    from kgan.data.cohort.split import patients_needed
    from kgan.recipe import load

    data = load(name, profile=profile, needs_data=False).data
    if data.reader.plugin != reader:
        return None
    return max(patients_needed(data.split.model_dump()), data.min_patients or 0)
