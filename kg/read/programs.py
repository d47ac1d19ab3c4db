"""Programs of the system that read what Python cannot: antiword, catdoc, LibreOffice, Tesseract. Each runs in an empty folder, bounded."""
from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from kg.errors import InputError

_ADDRESS_SPACE = 4_000_000_000
_SHARE = 0.8                        # of the file's time: the rest is for what comes after


def found(*names: str) -> str | None:
    """The path of the first of some programs that is installed."""
    return next((path for name in names if (path := shutil.which(name))), None)


def run(command: Sequence[str], folder: Path, seconds: float, file: str, data: bytes | None = None) -> bytes:
    """What a program prints. Its home is the folder, it has no terminal, no display, and none of this process's environment but PATH.

    Raises InputError when it fails or takes too long. The reading process is in the same group, so that ending that ends this too.
    """
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
                   "OMP_THREAD_LIMIT": "1"}
    program = Path(command[0]).name
    try:
        done = subprocess.run(command, cwd=folder, env=environment, input=data or b"", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              timeout=seconds * _SHARE, check=False, preexec_fn=_bounded if os.name == "posix" else None)
    except subprocess.TimeoutExpired:
        raise InputError(f"{file} took {program} more than {seconds * _SHARE:.0f} s: it is damaged or far too large.") from None
    except OSError as error:
        raise InputError(f"{file} could not be given to {program} ({error.strerror}): is it installed well?") from error
    if done.returncode:
        raise InputError(f"{file} could not be read by {program}: save it as .docx.")
    return done.stdout


def _bounded() -> None:
    """Runs in the new process: it may take more memory than a reader, but not all."""
    import resource
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _ADDRESS_SPACE if hard == resource.RLIM_INFINITY else min(hard, _ADDRESS_SPACE)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
