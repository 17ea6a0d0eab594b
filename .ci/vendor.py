"""Fetch the scripts that draw the plots of the report, and put them beside it (`make vendor`).

They come as npm packages of the versions below. Of the interpreter there is only a module; it is
wrapped so that it finds what it imports in ``vega`` and leaves its one function there.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).parents[1] / "src/detente/report/vendor"
#: package, version, file in it
SCRIPTS = (
    ("vega", "6.4.0", "build/vega.min.js"),
    ("vega-lite", "6.5.0", "build/vega-lite.min.js"),
    ("vega-interpreter", "2.3.2", "build/vega-interpreter.js"),
)


def main() -> None:
    """Write scripts, licences and a list of versions and hashes."""
    VENDOR.mkdir(exist_ok=True)
    listed, licences = [], []
    for name, version, member in SCRIPTS:
        files = fetched(f"{name}@{version}", [member, "LICENSE"])
        text = files[member].decode("utf-8")
        script = without_map(wrapped(text) if name == "vega-interpreter" else text)
        (VENDOR / f"{name}.js").write_text(script, encoding="utf-8")
        digest = hashlib.sha256(script.encode()).hexdigest()
        listed.append({"name": name, "version": version, "file": f"{name}.js", "sha256": digest})
        licences.append(f"{name} {version}\n\n{files['LICENSE'].decode('utf-8').strip()}\n")
        print(name, version, len(script))
    (VENDOR / "versions.json").write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")
    (VENDOR / "LICENSES.txt").write_text("\n\n".join(licences), encoding="utf-8")


def fetched(package: str, members: list[str]) -> dict[str, bytes]:
    """Return the named files of an npm package."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", "--silent", package], cwd=folder, check=True, stdout=subprocess.DEVNULL
        )
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            found = {name: archive.extractfile(f"package/{name}") for name in members}
            return {name: file.read() for name, file in found.items() if file is not None}


def wrapped(module: str) -> str:
    """Return the module as a script that adds to ``vega`` what it exports."""
    needed = re.search(r"^import \{ (.*) \} from 'vega-util';$", module, re.MULTILINE)
    given = re.search(r"^export \{ expression as expressionInterpreter \};$", module, re.MULTILINE)
    if needed is None or given is None:
        raise SystemExit("vega-interpreter has another shape now: look at it")
    body = module.replace(needed[0], f"const {{ {needed[1]} }} = vega;")
    body = body.replace(given[0], "vega.expressionInterpreter = expression;")
    return f"(function () {{\n{body}\n}})();\n"


def without_map(script: str) -> str:
    """Return *script* without the line that would ask for its source map."""
    return re.sub(r"^//# sourceMappingURL=.*$", "", script, flags=re.MULTILINE)


if __name__ == "__main__":
    main()
