"""Images: their shape."""


def check_shape(shape):
    """``shape`` as a tuple of whole numbers; raise unless it is (H, W)."""
    if len(shape) != 2 or min(shape) < 1:
        raise ValueError(f"shape must be (H, W), given {tuple(shape)}")
    return tuple(int(side) for side in shape)


def check_images(images, shape):
    """Raise unless ``images`` are ``[B, H, W]`` of this shape, with B at least 1."""
    if images.ndim != 3 or images.shape[1:] != shape or len(images) == 0:
        height, width = shape
        raise ValueError(
            f"this model wants images [B, {height}, {width}] with B ≥ 1, given {list(images.shape)}"
        )
