"""What is freed in a build is given back to the system."""
from __future__ import annotations

import platform
import subprocess
import sys
import textwrap

import pytest

FREED = """
    from kg.build.memory import give_back

    def resident():
        return int(open("/proc/self/statm").read().split()[1]) * 4096

    pieces = [bytes(2000) for _ in range(50_000)]
    full = resident()
    kept, pieces = pieces[::1000], None
    give_back()
    print(full - resident())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is asked to give memory back")
def test_memory_between_what_is_kept_is_given_back() -> None:
    """Of 100 MB in pieces, of which one in a thousand is kept, most is the system's again."""
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(FREED)], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 60_000_000
