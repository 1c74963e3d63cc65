# shellcheck shell=bash disable=SC2034
# Shared by try.sh, test.sh, .ci/run and tools/: source it, it only defines functions and the lists of packages.
# Works on Debian 12 and Ubuntu 24.04; elsewhere it installs nothing and trusts what is there.

# try.sh needs GoogleTest too: all presets are configured with the tests, so that try.sh and test.sh share one build.
readonly BUILD_PACKAGES=(g++ cmake ninja-build ccache git pkg-config libboost-dev
  libboost-program-options-dev libusb-1.0-0-dev libyaml-cpp-dev libfmt-dev libspdlog-dev libsqlite3-dev libzstd-dev
  nlohmann-json3-dev libeigen3-dev libgtest-dev libgmock-dev libbenchmark-dev)
# sigrok-cli is a client of the simulated supplies that was not written here; umockdev stands below libusb in tests/usb.
readonly TEST_PACKAGES=(python3 python3-venv python3-dev sigrok-cli umockdev libumockdev-dev)

say() { printf '== %s\n' "$*"; }
# Prints what went wrong and ends the script with 2, "invalid or error" as in gtxrig itself.
die() {
  printf 'error: %s\n' "$*" >&2
  exit 2
}

# Is what this package brings already here? A tool may come from anywhere, a library only from dpkg.
is_there() {
  case "$1" in
    g++ | cmake | ccache | git | pkg-config | python3 | sigrok-cli | clang-*) command -v "$1" > /dev/null 2>&1 ;;
    ninja-build) command -v ninja > /dev/null 2>&1 ;;
    python3-venv) python3 -c 'import ensurepip, venv' > /dev/null 2>&1 ;;
    *) dpkg-query -W -f='${db:Status-Status}\n' "$1" 2> /dev/null | grep -qx installed ;;
  esac
}

# Runs a command as root; 1 when there is no way to become root.
as_root() {
  if [[ "$(id -u)" -eq 0 ]]; then
    "$@"
  elif command -v sudo > /dev/null 2>&1; then
    sudo "$@"
  else
    return 1
  fi
}

apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" < /dev/null > /dev/null; }

# need_packages NAME...: installs those that are missing; asks apt nothing when none is.
need_packages() {
  local package missing=()
  for package in "$@"; do
    is_there "$package" || missing+=("$package")
  done
  [[ "${#missing[@]}" -gt 0 ]] || return 0
  if ! command -v apt-get > /dev/null 2>&1; then
    say "this is neither Debian nor Ubuntu, nothing is installed; needed are the equivalents of: ${missing[*]}"
    return 0
  fi
  if [[ "$(id -u)" -ne 0 ]] && ! command -v sudo > /dev/null 2>&1; then
    die "packages are missing and there is neither root nor sudo; let an administrator run: apt-get install ${missing[*]}"
  fi
  say "installing ${missing[*]}"
  apt_get update || say "apt-get update failed; trying with the lists that are here"
  apt_get install -y --no-install-recommends "${missing[@]}" \
    || die "could not install; try: apt-get update && apt-get install ${missing[*]}"
}

# Sets CLANG_FORMAT and CLANG_TIDY. 16 is what the project is written with; 17 and 18 where a distribution dropped it.
need_clang_tools() {
  local version
  for version in 16 17 18; do
    if is_there "clang-format-$version" && is_there "clang-tidy-$version"; then
      break
    fi
    version=
  done
  if [[ -z "$version" ]]; then
    apt_get update || true  # without a network the lists that are here may do; what is missing then is said below
    for version in 16 17 18; do
      ! apt-cache show "clang-tidy-$version" > /dev/null 2>&1 || break
    done
    need_packages "clang-format-$version" "clang-tidy-$version"
  fi
  CLANG_FORMAT="clang-format-$version"
  CLANG_TIDY="clang-tidy-$version"
  export CLANG_FORMAT CLANG_TIDY
}

# Makes .venv with the packages of tests/python/requirements.txt; does nothing when they are the ones installed last.
need_python_peers() {
  local wanted stamp=.venv/requirements.installed
  wanted="$(cat tests/python/requirements.txt)"
  if [[ -x .venv/bin/pytest && -f "$stamp" && "$(cat "$stamp")" == "$wanted" ]]; then
    return 0
  fi
  say "installing the Python peers into .venv"
  python3 -m venv --clear .venv || return 1
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/python/requirements.txt || return 1
  printf '%s\n' "$wanted" > "$stamp"
}

# build PRESET [TARGET...]: configures and builds; silent but for the compiler while nothing goes wrong. What one clone has
# compiled serves the next: the compiler cache keeps paths relative to the clone.
build() {
  export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1
  local preset="$1" targets=()
  shift
  [[ $# -eq 0 ]] || targets=(--target "$@")
  cmake --preset "$preset" --log-level=WARNING > /dev/null || return 1
  cmake --build --preset "$preset" --parallel "$(nproc)" "${targets[@]}"
}

# run_ctest BUILD_DIR [CTEST_OPTION...]: runs the tests, sets PASSED, FAILED, SKIPPED and FAILED_NAMES, returns non-zero when
# a test failed, was not built, or when there was none at all. The counts come from ctest's summary, because its JUnit file
# calls a test without executable "skipped".
run_ctest() {
  local directory="$1" log status=0 summary
  shift
  log="$(mktemp)"
  LC_ALL=C ctest --test-dir "$directory" --output-on-failure --parallel "$(nproc)" "$@" 2>&1 | tee "$log" || status=$?
  PASSED=0 FAILED=0 SKIPPED=0
  mapfile -t FAILED_NAMES \
    < <(sed -nE '/\((Skipped|Disabled)\)/d; s/^[[:space:]]+[0-9]+ - (.*) \([^()]+\)[^()]*$/\1/p' "$log")
  summary="$(grep -E '^[0-9]+% tests passed, [0-9]+ tests? failed out of [0-9]+$' "$log" | tail -n 1 || true)"
  if [[ "$summary" =~ ,\ ([0-9]+)\ .*\ ([0-9]+)$ ]]; then
    FAILED="${BASH_REMATCH[1]}"
    SKIPPED="$(grep -cE '^[[:space:]]+[0-9]+ - .* \(Skipped\)$' "$log" || true)"
    PASSED=$((BASH_REMATCH[2] - FAILED - SKIPPED))
  fi
  rm -f "$log"
  if [[ "$((PASSED + FAILED))" -eq 0 || ("$status" -ne 0 && "$FAILED" -eq 0) ]]; then
    FAILED=$((FAILED + 1))
  fi
  [[ "$FAILED" -eq 0 ]]
}

# The C++ files of the project, tracked or new, one a line.
cpp_files() {
  if ! git ls-files --cached --others --exclude-standard -- '*.cpp' '*.hpp' 2> /dev/null | grep .; then
    find rig drivers reports python tests -name '*.[ch]pp' 2> /dev/null
  fi | sort -u | while IFS= read -r file; do
    [[ ! -f "$file" ]] || printf '%s\n' "$file"
  done
}
