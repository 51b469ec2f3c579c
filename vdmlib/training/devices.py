"""A row of devices, on this host or on many, that share each batch among them."""

import json
import zlib
from collections.abc import Sequence
from typing import Any

import jax
import numpy as np
from jax.experimental import multihost_utils
from jax.sharding import AxisType, NamedSharding, PartitionSpec


class Devices:
    """Weights and data lie whole on every device; the examples of a batch are shared out.

    The loss stays one function of the whole batch. XLA splits its computation along the batch and
    adds up what the devices find, so its value is that of one device up to rounding.

    Args:
      devices: ``None`` for all there are, a number for the first ones, or a list of JAX devices.

    Raises:
      ValueError: fewer devices than asked for, or a host without any.

    >>> row = Devices(1)
    >>> row.count, row.local(row.place(np.ones(3))).shape
    (1, (3,))
    """

    def __init__(self, devices: int | Sequence[Any] | None = None) -> None:
        there = jax.devices()
        if devices is None:
            devices = there
        elif not isinstance(devices, (list, tuple, np.ndarray)):
            if isinstance(devices, bool) or not isinstance(devices, (int, np.integer)) or not 1 <= devices <= len(there):
                raise ValueError(
                    f"fit: devices must lie in 1 … {len(there)}, what there is, or be a list of them, given {devices!r}"
                )
            devices = there[:devices]
        devices = list(devices)
        if len({*map(id, devices)}) < len(devices) or not all(isinstance(d, jax.Device) for d in devices):
            raise ValueError(f"fit: devices must be JAX devices, each once, given {devices}")
        if {d.process_index for d in devices} != set(range(jax.process_count())):
            raise ValueError("fit: devices must hold at least one of each host's devices")
        self.count = len(devices)
        self.platform = devices[0].platform
        mesh = jax.make_mesh((self.count,), ("batch",), (AxisType.Auto,), devices=devices)
        self.whole = NamedSharding(mesh, PartitionSpec())
        self.shared = NamedSharding(mesh, PartitionSpec("batch"))
        self.rows = NamedSharding(mesh, PartitionSpec(None, "batch"))

    def check(self, batch_size: int, most: int) -> None:
        """Each device must get as many examples as the others; there are ``most`` in the data."""
        if batch_size % self.count:
            below = batch_size - batch_size % self.count
            near = " or ".join(str(size) for size in (below, below + self.count) if 0 < size <= most)
            raise ValueError(
                f"fit: batch_size {batch_size} cannot be shared out evenly among {self.count} "
                f"devices; take {near + ', or ' if near else ''}devices=1"
            )

    def place(self, tree: Any, sharding: Any = None) -> Any:
        """The arrays on all devices: whole, or as ``sharding`` says."""
        sharding = sharding or self.whole

        def put(array):
            if jax.process_count() == 1:
                return jax.device_put(array, sharding)
            array = np.asarray(array)  # each host fills its own devices from what it holds
            return jax.make_array_from_callback(array.shape, sharding, array.__getitem__)

        return jax.tree.map(put, tree)

    def agree(self, facts: Any) -> None:
        """All hosts must have been told the same.

        Raises:
          ValueError: they have not; it names what differs.
        """
        if jax.process_count() == 1:
            return
        checks = [zlib.crc32(json.dumps(fact).encode()) for fact in facts.values()]
        every = multihost_utils.process_allgather(np.array(checks, np.uint32))
        unlike = [name for name, column in zip(facts, every.T, strict=True) if len({*column.tolist()}) > 1]
        if unlike:
            raise ValueError(f"fit: the hosts were given different things: {', '.join(unlike)}")

    @staticmethod
    def local(tree: Any) -> Any:
        """Whole arrays as they lie on this host's first device."""
        return jax.tree.map(lambda array: array.addressable_data(0), tree)


def first_host() -> bool:
    """Whether this process is the one that speaks for all."""
    return jax.process_index() == 0


def any_host(*flags: Any) -> tuple[Any, ...]:
    """Each flag, up if it is up on any host: so that all hosts do the same thing next."""
    if jax.process_count() == 1:
        return flags
    return tuple(multihost_utils.process_allgather(np.array(flags)).any(axis=0).tolist())


def wait_for_hosts(name: str) -> None:
    """All hosts go on when all have come here."""
    if jax.process_count() > 1:
        multihost_utils.sync_global_devices(name)
