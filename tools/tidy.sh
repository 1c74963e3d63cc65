#!/usr/bin/env bash
# clang-tidy on the C++ files that changed since the merge base with the main branch (on the main branch itself: since
# the last commit), uncommitted changes included. Needs build/release to be configured.
#   --all             every file
#   --base REVISION   changed since this revision
#   --budget SECONDS  start no further file after this time and say how many were left (default: no limit)
#   FILE...           these files
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/setup.sh
source tools/setup.sh

readonly MOST_FILES=150 SECONDS_PER_FILE=180
all=false base='' budget=86400 files=()
while [[ $# -gt 0 ]]; do
  case "$1" in
    --all) all=true ;;
    --base | --budget)
      [[ $# -gt 1 ]] || die "$1 needs a value"
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    -*) sed -n '2,7s/^# \{0,1\}//p' "$0" >&2 && exit 64 ;;
    *) files+=("$1") ;;
  esac
  shift
done

# The revision to compare with; a history of one commit, also a shallow clone, compares with the empty tree.
changed_since() {
  local head main
  head="$(git rev-parse --verify --quiet HEAD)" || { git hash-object -t tree /dev/null && return; }
  for main in origin/HEAD origin/main main; do
    main="$(git merge-base HEAD "$main" 2> /dev/null)" || continue
    [[ "$main" == "$head" ]] || { echo "$main" && return; }
  done
  git rev-parse --verify --quiet HEAD~1 || git hash-object -t tree /dev/null
}

# A header is looked at through the source of the same name, which includes it; alone where there is none.
looked_at_through() {
  while IFS= read -r file; do
    if [[ "$file" == *.hpp && -f "${file%.hpp}.cpp" ]]; then
      file="${file%.hpp}.cpp"
    fi
    [[ ! -f "$file" ]] || printf '%s\n' "$file"
  done | sort -u
}

if [[ "${#files[@]}" -eq 0 ]]; then
  if "$all" || ! git rev-parse --git-dir > /dev/null 2>&1; then
    mapfile -t files < <(cpp_files | looked_at_through)
  else
    base="${base:-$(changed_since)}"
    mapfile -t files < <({
      git diff --name-only --diff-filter=d "$base" -- '*.cpp' '*.hpp'
      git ls-files --others --exclude-standard -- '*.cpp' '*.hpp'
    } | looked_at_through)
  fi
fi
if [[ "${#files[@]}" -eq 0 ]]; then
  say "no C++ file changed"
  exit 0
fi
[[ -f build/release/compile_commands.json ]] || die "build/release is not configured; run: cmake --preset release"
need_clang_tools

left=0
chosen=${#files[@]}
if ! "$all" && [[ "${#files[@]}" -gt "$MOST_FILES" ]]; then
  left=$((${#files[@]} - MOST_FILES))
  files=("${files[@]:0:MOST_FILES}")
fi

results="$(mktemp -d)"
trap 'rm -rf "$results"' EXIT
deadline=$(($(date +%s) + budget))
export results deadline SECONDS_PER_FILE CLANG_TIDY

# One file; leaves a mark in $results for whatever is not simply clean.
look_at() {
  local file="$1" log status=0
  log="$results/log.$$"
  if [[ "$(date +%s)" -ge "$deadline" ]]; then
    echo "$file" >> "$results/left"
    return
  fi
  timeout "$SECONDS_PER_FILE" "$CLANG_TIDY" -p build/release --quiet \
    --extra-arg=-Wno-ignored-optimization-argument "$file" > "$log" 2>&1 || status=$?
  case "$status" in
    0) ;;
    124) echo "$file" >> "$results/left" ;;
    *)
      echo "$file" >> "$results/failed"
      grep -v '^[0-9]* warnings\? \(generated\|treated as error\)' "$log" || true
      ;;
  esac
}
export -f look_at
# shellcheck disable=SC2016  # the inner bash expands $1
printf '%s\0' "${files[@]}" | xargs -0 -P "$(nproc)" -n 1 bash -c 'look_at "$1"' look_at

failed=0
[[ ! -f "$results/left" ]] || left=$((left + $(wc -l < "$results/left")))
[[ ! -f "$results/failed" ]] || failed="$(wc -l < "$results/failed")"
say "clang-tidy: $chosen files, $failed with findings, $left not looked at for lack of time"
[[ "$failed" -eq 0 && "$left" -lt "$chosen" ]]
