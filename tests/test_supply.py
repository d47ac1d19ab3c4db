"""What the program is made of besides its own code: pinned, named with its licence and reason, and listed in a bill of materials."""
from __future__ import annotations

import json
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "docs"))
import sbom  # noqa: E402 - a script of docs/, which is no package

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([0-9][A-Za-z0-9.+]*)$")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def pins() -> dict[str, str]:
    lines = [line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    found = [PIN.match(line) for line in lines]
    assert all(found), [line for line, match in zip(lines, found, strict=True) if not match]
    return {canonicalize_name(match[1]): match[2] for match in found if match}


def requirements() -> set[str]:
    """The packages that pyproject.toml names, in its dependencies and all extras."""
    lines = [*PROJECT["dependencies"], *(line for extra in PROJECT["optional-dependencies"].values() for line in extra)]
    return {str(canonicalize_name(Requirement(line).name)) for line in lines} - {"zhihan"}


def closures() -> dict[str, Any]:
    """The installed packages that development needs."""
    found: dict[str, Any] = {}
    for line in (*PROJECT["dependencies"], *(line for name, extra in PROJECT["optional-dependencies"].items() if name != "fuzz" for line in extra)):
        need = Requirement(line)
        if need.name != "zhihan":
            found |= sbom.closure(need.name, tuple(need.extras))
    return found


def test_every_package_that_is_installed_is_pinned() -> None:
    assert sorted(set(closures()) - set(pins())) == []


def test_every_requirement_is_pinned_and_named_with_its_licence_and_reason() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = {canonicalize_name(row[0].strip(" `")): row for row in (line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `"))}
    assert requirements() <= set(pins())
    assert requirements() == set(rows)
    assert all(len(row) == 4 and row[1].strip() and row[2].strip() for row in rows.values())


@pytest.mark.parametrize("name", sorted(requirements()))
def test_the_licence_in_the_documentation_is_the_one_that_the_package_states(name: str) -> None:
    try:
        stated = sbom.licence(distribution(name))
    except PackageNotFoundError:
        pytest.skip(f"{name} is not installed")
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    (row,) = [line for line in text.splitlines() if canonicalize_name(line.partition("`")[2].partition("`")[0]) == name]
    told = row.split("|")[2]
    assert stated == "not stated" or any(word in stated for word in re.findall(r"[A-Z][A-Za-z]{2,}", told)), (told, stated)


def test_no_licence_forbids_to_ship_under_mit() -> None:
    stated = {name: sbom.licence(package) for name, package in closures().items()}
    assert {name: text for name, text in stated.items() if re.search(r"AGPL|(?<!L)GPL", text) and name not in ("igraph", "texttable")} == {}


def test_the_bill_of_materials_is_the_same_twice_and_names_each_package_once(tmp_path: Path) -> None:
    packages = sbom.closure("lxml", ()) | sbom.closure("pdfplumber", ())
    packages["zhihan"] = packages["pdfplumber"]
    wheel = tmp_path / "zhihan-0.whl"
    wheel.write_bytes(b"wheel")
    bill = sbom.bill(packages, wheel)
    assert bill == sbom.bill(packages, wheel)
    names = [component["name"] for component in json.loads(json.dumps(bill))["components"]]
    assert len(names) == len(set(names)) >= 5
    assert {"pdfminer-six", "pypdfium2", "pillow", "lxml"} <= set(names)
