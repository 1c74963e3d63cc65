#!/usr/bin/env bash
# From a fresh Debian 12 or Ubuntu 24.04 to a report: installs what is missing, builds, runs the protection cases on the
# virtual bench. Arguments go to `gtxrig run`, for example ./try.sh --seed 7. The exit code is that of the run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tools/setup.sh
source tools/setup.sh

need_packages "${BUILD_PACKAGES[@]}"
say "building (a first build takes some minutes)"
build release gtxrig || die "the build failed, see above"

# Never a folder that exists: an old report must not be taken for this run's.
name="out/try-$(date +%Y%m%d-%H%M%S)"
out="$name"
for ((i = 2; ; ++i)); do
  [[ -e "$out" ]] || break
  out="$name-$i"
done
mkdir -p "$(dirname "$out")"

say "running the protection cases on the virtual bench"
status=0
build/release/gtxrig run cases --out "$out" "$@" || status=$?

report="$out/report.html"
[[ -f "$report" ]] || report="$(find "$out" -name report.html 2> /dev/null | sort | head -n 1 || true)"
if [[ -z "$report" ]]; then
  printf 'error: the run wrote no report into %s\n' "$out" >&2
  [[ "$status" -ne 0 ]] || status=2
  exit "$status"
fi
printf 'Report: %s\n' "$PWD/$report"
exit "$status"
