#!/usr/bin/env bash
# Writes python/gtxrig/_core.pyi anew from the module of build/release; with a folder as argument, _core.pyi goes there
# and nothing is changed. To be run after every change of python/src; a test compares.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/setup.sh
source tools/setup.sh

[[ $# -le 1 && "${1:-}" != -* ]] || { sed -n '2,3p' "$0" >&2 && exit 64; }
[[ -x .venv/bin/pybind11-stubgen ]] || die ".venv has no pybind11-stubgen; run ./test.sh once"
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
PYTHONPATH=build/release/python .venv/bin/python -m pybind11_stubgen --exit-code --output-dir "$out" gtxrig._core
# It forgets to shorten the module's own names in a union, and to import what it names. And not of the module's own making: the version changes with each release, and the stub says only that it is a str.
sed -i "s/\bgtxrig\._core\.//g; s/^__version__: str = .*/__version__: str/; s/^import typing$/import os\n&/" "$out/gtxrig/_core.pyi"
mv "$out/gtxrig/_core.pyi" "${1:-python/gtxrig}/_core.pyi"
