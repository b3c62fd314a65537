"""Percentages of a whole that add up to 100. No Django here."""

from collections.abc import Sequence


def parts_entieres(comptes: Sequence[int], total: int = 100) -> list[int]:
    """Share each count into whole parts of `total`, by largest remainder; zeros of nothing.

    The parts add up to `total`; none is more than one away from its exact share. Between equal
    remainders the larger count comes first, then the first one, so that the same counts give the same parts.
    """
    somme = sum(comptes)
    if not somme:
        return [0] * len(comptes)
    parts = [n * total // somme for n in comptes]
    ordre = sorted(range(len(comptes)), key=lambda i: (-(comptes[i] * total % somme), -comptes[i], i))
    for i in ordre[: total - sum(parts)]:
        parts[i] += 1
    return parts
