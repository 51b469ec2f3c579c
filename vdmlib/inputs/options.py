"""Options: numbers in their range."""


def at_least_one(name, value):
    """Raise unless ``value`` is a whole number of at least 1."""
    if int(value) != value or value < 1:
        raise ValueError(f"{name} must be a whole number of at least 1, given {value!r}")
