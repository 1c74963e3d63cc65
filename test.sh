#!/usr/bin/env bash
# Installs what is missing, builds the release preset and runs the quick tests, with --full all of them.
# The last line is "N passed, N failed"; the exit code is not 0 when anything failed, did not build or was not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tools/setup.sh
source tools/setup.sh

selection=(--label-exclude '^slow$')
case "${1:-}" in
  "") ;;
  --full) selection=() ;;
  -h | --help)
    echo "usage: ./test.sh [--full]   the quick tests, or all of them (label slow included)"
    exit 0
    ;;
  *)
    echo "usage: ./test.sh [--full]" >&2
    exit 64
    ;;
esac

# Whatever ends this script, its last line is the count, and nothing counted is a failure.
PASSED=0 FAILED=1 SKIPPED=0 FAILED_NAMES=() peers_failed=0
finish() {
  local status=$?
  FAILED=$((FAILED + peers_failed))
  [[ "$SKIPPED" -eq 0 ]] || say "$SKIPPED tests were skipped"
  [[ "${#FAILED_NAMES[@]}" -eq 0 ]] || printf 'failed: %s\n' "${FAILED_NAMES[@]}"
  [[ "$FAILED" -eq 0 || "$status" -ne 0 ]] || status=1
  [[ "$status" -eq 0 || "$FAILED" -ne 0 ]] || FAILED=1
  printf '%d passed, %d failed\n' "$PASSED" "$FAILED"
  exit "$status"
}
trap finish EXIT

need_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
# Without them the C++ tests still say something, so go on, but never call that a success.
if ! need_python_peers; then
  printf 'error: the Python peers could not be installed, their tests are missing\n' >&2
  peers_failed=1
fi
say "building"
build release || die "the build failed, see above"
run_ctest build/release "${selection[@]}"
