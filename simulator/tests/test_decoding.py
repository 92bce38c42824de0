"""Decoding from several threads at once, in a fresh process: the first moment of a type is the dangerous one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_TOGETHER = """
import sys, threading
from simulator.control.bodies import NewWorld
from simulator.decoding import from_json
sys.setswitchinterval(1e-6)
barrier = threading.Barrier(8)
def decode():
    barrier.wait()
    from_json(b'{"people": [{"kind": "insured"}]}', NewWorld)
threads = [threading.Thread(target=decode) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def test_two_threads_may_meet_a_type_for_the_first_time_together() -> None:
    """Eight threads that decode a type for the first time at the same moment all succeed, ten times over."""
    root = Path(__file__).parents[2]
    codes = [subprocess.run([sys.executable, "-c", _TOGETHER], cwd=root, check=False).returncode for _ in range(10)]
    assert codes == [0] * 10
