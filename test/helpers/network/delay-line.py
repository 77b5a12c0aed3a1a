"""Two tun devices, and a packet that enters one leaves the other later.

    delay-line.py NAME NAME DELAY_MS JITTER_MS

The kernels that the tests run on do not all have netem. Each packet is held for the delay and a random part of the
jitter, and never overtakes another, as in a queue. Prints "ready" when both devices are there; ends with its standard
input, and the devices with it.
"""

import collections
import fcntl
import os
import random
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
LARGEST_PACKET = 65_536
# A line that holds more than this is full, as a router's would be.
MOST_HELD = 5_000


def open_tun(name):
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    return tun


def take(tun):
    try:
        return os.read(tun, LARGEST_PACKET)
    except (BlockingIOError, OSError):
        return None


def put(tun, packet):
    try:
        os.write(tun, packet)
    except OSError:
        pass  # The device is down, or its queue is full: the packet is lost, as on any line.


def main(first, second, delay, jitter):
    tuns = [open_tun(first), open_tun(second)]
    other = {tuns[0]: tuns[1], tuns[1]: tuns[0]}
    held = {tun: collections.deque() for tun in tuns}
    print("ready", flush=True)
    while True:
        due = [queue[0][0] for queue in held.values() if queue]
        wait = max(0, min(due) - time.monotonic()) if due else None
        readable, _, _ = select.select([*tuns, sys.stdin], [], [], wait)
        if sys.stdin in readable and not os.read(sys.stdin.fileno(), 1):
            return
        now = time.monotonic()
        for tun in tuns:
            while tun in readable and (packet := take(tun)) is not None:
                queue = held[tun]
                at = now + delay + random.random() * jitter
                if queue:
                    at = max(at, queue[-1][0])
                if len(queue) < MOST_HELD:
                    queue.append((at, packet))
        for tun, queue in held.items():
            while queue and queue[0][0] <= now:
                put(other[tun], queue.popleft()[1])


main(sys.argv[1], sys.argv[2], float(sys.argv[3]) / 1000, float(sys.argv[4]) / 1000)
