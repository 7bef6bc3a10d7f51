"""Opens devices: memory, disks, terminals, tunnels. Stopped by: landlock."""

import contextlib
import os

from sim import Task

DEVICES = "mem kmem port kmsg vda sda nvme0n1 mapper/control loop-control kvm fuse net/tun uinput ptmx tty dri/card0"


class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        for name in DEVICES.split():
            with contextlib.suppress(OSError):
                raise RuntimeError(f"ESCAPED: {os.open('/dev/' + name, os.O_RDONLY | os.O_NONBLOCK)} is {name}")
        raise PermissionError("no device")
