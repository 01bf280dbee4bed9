"""
Debian's OpenStack Swift: its four servers as processes of their own, killed and started again as often as standard input says
so, a line each. They are forked from this one, which has made ready what they need: each by itself takes two seconds for that, every
time.

python3 object_store.py FOLDER PORTS; FOLDER has account.conf, container.conf, object.conf and proxy.conf. Answers each line when it is done.
"""
import json
import os
import signal
import sys
from array import array

import swift.account.server
import swift.common.middleware.s3api.s3api
import swift.common.middleware.tempauth
import swift.container.server
import swift.obj.server
import swift.proxy.server
from swift.common.ring import RingData
from swift.common.utils import eventlet_monkey_patch
from swift.common.wsgi import run_wsgi

folder, ports = sys.argv[1], json.loads(sys.argv[2])
servers = []


def write_rings():
    """A ring says on which device a part of all names lies: here, all on one."""
    for name, port in ports.items():
        device = {"id": 0, "region": 1, "zone": 1, "weight": 1.0, "device": "disk", "meta": ""}
        device |= {"ip": "127.0.0.1", "port": port, "replication_ip": "127.0.0.1", "replication_port": port}
        RingData([array("H", [0] * 4)], [device], 30).save(f"{folder}/{name}.ring.gz")


def start(name):
    process = os.fork()
    if process > 0:
        return process
    silent = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(silent, standard)
    try:
        run_wsgi(f"{folder}/{name}.conf", f"{name}-server")
    finally:
        # One alone is no store: all end.
        os.kill(os.getppid(), signal.SIGTERM)
        os._exit(1)


def kill():
    while servers:
        process = servers.pop()
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


write_rings()
# Each server does it again, which is nothing then: the first time all of the memory is searched.
eventlet_monkey_patch()
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
try:
    for line in sys.stdin:
        if line == "kill\n":
            kill()
        else:
            servers += [start(name) for name in [*ports, "proxy"]]
        print("done", flush=True)
finally:
    kill()
