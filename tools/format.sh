#!/usr/bin/env bash
# tools/format.sh formats every C++ file; with --check it changes nothing and fails where a file is not formatted.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/setup.sh
source tools/setup.sh

mode=(-i)
case "${1:-}" in
  "") ;;
  --check) mode=(--dry-run -Werror) ;;
  *)
    echo "usage: tools/format.sh [--check]" >&2
    exit 64
    ;;
esac

need_clang_tools
mapfile -t files < <(cpp_files)
[[ "${#files[@]}" -gt 0 ]] || die "found no C++ file"
printf '%s\0' "${files[@]}" | xargs -0 -P "$(nproc)" -n 20 "$CLANG_FORMAT" --style=file "${mode[@]}"
