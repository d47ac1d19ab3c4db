"""Writes the bill of materials of the wheel (CycloneDX 1.5, JSON): every package that zhihan with all readers brings, with version and licence.

`make wheel` puts it beside the wheel. Nothing is asked of any server: versions and licences are those of the installed packages.
"""
from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

EXTRAS = ("read",)
CLASSIFIER = re.compile(r"License :: OSI Approved :: (.+)")


def closure(name: str, extras: tuple[str, ...]) -> dict[str, Distribution]:
    """The installed packages that a package needs with some of its extras, itself included, by canonical name."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    queue: list[tuple[str, str]] = [(canonicalize_name(name), extra) for extra in ("", *extras)]
    while queue:
        one, extra = queue.pop()
        if (one, extra) in seen:
            continue
        seen.add((one, extra))
        try:
            package = found.setdefault(one, distribution(one))
        except PackageNotFoundError:
            continue        # a requirement of another platform
        queue += _needs(package, extra)
    return dict(sorted(found.items()))


def _needs(package: Distribution, extra: str) -> Iterator[tuple[str, str]]:
    """The requirements of a package that hold here, each once for itself and once for every extra of it that is asked for."""
    for line in package.requires or ():
        need = Requirement(line)
        if need.marker is None or need.marker.evaluate({"extra": extra}):
            yield from ((str(canonicalize_name(need.name)), asked) for asked in ("", *need.extras))


def licence(package: Distribution) -> str:
    """The licence as the package states it: an expression, a classifier, or the first line of its field."""
    def told(key: str) -> list[str]:
        return [str(value) for value in package.metadata.get_all(key) or ()]

    classifiers = [match[1] for value in told("Classifier") if (match := CLASSIFIER.match(value))]
    first = "".join(told("License")).strip().partition("\n")[0]
    return "".join(told("License-Expression")) or (first if 0 < len(first) < 60 else "") or "; ".join(classifiers) or "not stated"


def bill(packages: Mapping[str, Distribution], wheel: Path | None) -> dict[str, object]:
    """The document; the same packages and wheel give the same bytes."""
    components = [{"type": "library", "name": name, "version": package.version, "purl": f"pkg:pypi/{name}@{package.version}",
                   "bom-ref": f"pkg:pypi/{name}@{package.version}", "licenses": [{"license": {"name": licence(package)}}]}
                  for name, package in packages.items() if name != "zhihan"]
    own = packages["zhihan"]
    subject: dict[str, object] = {"type": "application", "name": "zhihan", "version": own.version, "bom-ref": f"pkg:pypi/zhihan@{own.version}",
                                  "licenses": [{"license": {"id": "MIT"}}]}
    if wheel is not None:
        subject["hashes"] = [{"alg": "SHA-256", "content": sha256(wheel.read_bytes()).hexdigest()}]
    serial = uuid5(NAMESPACE_URL, json.dumps([subject, components], sort_keys=True))
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": f"urn:uuid:{serial}", "version": 1, "metadata": {"component": subject},
            "components": components}


def main(folder: str) -> None:
    """Write the bill beside the newest wheel of a folder."""
    wheels = sorted(Path(folder).glob("zhihan-*.whl"), key=lambda path: path.stat().st_mtime)
    packages = closure("zhihan", EXTRAS)
    output = Path(folder) / f"zhihan-{packages['zhihan'].version}.cdx.json"
    output.write_text(json.dumps(bill(packages, wheels[-1] if wheels else None), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{output}: {len(packages) - 1} packages")


if __name__ == "__main__":
    main(*sys.argv[1:2])
