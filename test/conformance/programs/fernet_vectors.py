"""Prints the vectors of github.com/fernet/spec, which the package cryptography-vectors carries."""

import importlib.resources
import json
import sys

folder = importlib.resources.files("cryptography_vectors") / "fernet"
vectors = {name: json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("generate", "verify", "invalid")}
json.dump(vectors, sys.stdout)
