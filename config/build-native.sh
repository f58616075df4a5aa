#!/bin/sh
# Builds (or tests) the C parts in native/ with CMake, into target/native. They are optional:
# without CMake or a C compiler, one line reports what is missing, and the build continues.
#
#   config/build-native.sh build|test
set -u

root=$(cd "$(dirname "$0")/.." && pwd) || exit 1
out=$root/target/native
log=$out/build.log

[ -f "$root/native/CMakeLists.txt" ] || exit 0

missing=
for tool in cmake ctest; do
    command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
if [ -z "${CC:-}" ] && ! command -v cc >/dev/null 2>&1 && ! command -v gcc >/dev/null 2>&1 \
        && ! command -v clang >/dev/null 2>&1; then
    missing="$missing C-compiler"
fi
if ! command -v make >/dev/null 2>&1 && ! command -v ninja >/dev/null 2>&1; then
    missing="$missing ninja"
fi
if [ -n "$missing" ]; then
    if [ "$1" = build ]; then
        echo "C parts are not built (missing:$missing): no C baseline in the comparison," \
            "and the struct layouts are checked against the recorded ones only."
    fi
    exit 0
fi

# CMake refuses what it began in another folder, as of a checkout that was copied or moved.
if [ "$1" = build ] && [ -f "$out/CMakeCache.txt" ] \
        && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root/native" "$out/CMakeCache.txt"; then
    rm -rf "$out"
fi

generator=
if [ ! -f "$out/CMakeCache.txt" ] && command -v ninja >/dev/null 2>&1; then
    generator=-GNinja
fi

# Shows the log only when a step fails.
step() {
    "$@" >>"$log" 2>&1 && return 0
    cat "$log"
    echo "failed: $*" >&2
    exit 1
}

mkdir -p "$out"
case "$1" in
    build)
        : >"$log"
        # shellcheck disable=SC2086  # an empty generator is no argument
        step cmake -S "$root/native" -B "$out" $generator -DCMAKE_BUILD_TYPE=Release
        step cmake --build "$out" --parallel
        ;;
    test)
        # Set by the build step; without it there is nothing to test.
        [ -f "$out/CMakeCache.txt" ] || exit 0
        ctest --test-dir "$out" --output-on-failure >"$out/test.log" 2>&1 || {
            cat "$out/test.log"
            exit 1
        }
        grep -E 'tests passed|No tests were found' "$out/test.log" | sed 's/^/C tests: /'
        ;;
    *)
        echo "usage: $0 build|test" >&2
        exit 2
        ;;
esac
