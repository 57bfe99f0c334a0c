"""Shipped recipes for which a folder has enough patients."""

from collections.abc import Iterator
from functools import cache


def needs_lines(reader: str, patients: int) -> Iterator[str]:
    """Yield a line for each shipped recipe with this reader: the profiles with enough patients.

    Args:
        reader: name of the plugin.
        patients: number of usable patients.
    """
    from kgan.recipe import shipped

    for name in shipped():
        needed = {profile: number for profile, (plugin, number) in _needed(name).items() if plugin == reader}
        needs = [
            f"{profile} ({number} {'needed' if patients < number else 'or more'})"
            for profile, number in needed.items()
        ]
        enough = any(patients >= number for number in needed.values())
        if needs:
            yield f"{'Enough' if enough else 'Too few'} patients for {name}: {', '.join(needs)}"


@cache
def _needed(name: str) -> dict[str, tuple[str, int]]:
    """Return the reader of each profile of a shipped recipe, and the minimum number of patients."""
    from kgan.data.cohort.split import patients_needed
    from kgan.recipe import load
    from kgan.recipe.load import profiles

    needed = {}
    for profile in profiles(name):
        data = load(name, profile=profile, needs_data=False).data
        number = max(patients_needed(data.split.model_dump()), data.min_patients or 0)
        needed[profile] = (data.reader.plugin, number)
    return needed
