"""Runs a module as `python -m` does, and keeps which lines of it were executed while whom was served.

    python traced.py SOCKET DATA-FILE SOURCE -m MODULE ARGUMENT…

Through that Unix socket it is told who is served from now on; nothing (None) asks it to write down what it has. It answers each when it is
done. Started in place of the simulator, as a process of its own: it knows no more of it than its files.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading
from multiprocessing.connection import Listener

from coverage import Coverage


def listen(listener: Listener, coverage: Coverage) -> None:
    """Do what is asked by the one who connects, until nothing is asked any more."""
    with listener.accept() as connection:
        while True:
            try:
                served = connection.recv()
            except EOFError:
                return
            if served is None:
                coverage.save()
            else:
                coverage.switch_context(served)
            connection.send(True)


def main() -> None:
    """Trace from the first import on."""
    _, socket, data_file, source, _, module, *arguments = sys.argv
    coverage = Coverage(data_file=data_file, source=[source], config_file=False)
    coverage.set_option("run:core", "ctrace")  # Python's newer way of tracing tells nobody apart
    coverage.start()
    threading.Thread(target=listen, args=(Listener(socket), coverage), daemon=True).start()
    sys.argv = [module, *arguments]
    sys.path[0] = os.getcwd()
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
