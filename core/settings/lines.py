"""Settings that are lists of lines, like «reddit = 0.5»."""


def weight_of_line(line: str, most: float, like: str) -> tuple[str, float]:
    """Name in lower case and its weight, 0 … `most`.

    Args:
        like: how it is to be written, for the sentence of an error.

    Raises:
        ValueError: it does not read so.
    """
    name, _, number = line.rpartition("=")
    try:
        weight = float(number)
    except ValueError:
        weight = -1.0
    if not name.strip() or not 0 <= weight <= most:
        raise ValueError(f"{line!r} is no weight: write {like}")
    return name.strip().lower(), weight
