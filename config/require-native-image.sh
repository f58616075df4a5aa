#!/bin/sh
# The profile "native" starts here: without GraalVM's native-image it ends here too, with one line.
set -u

for home in "${GRAALVM_HOME:-}" "${JAVA_HOME:-}"; do
    [ -n "$home" ] && [ -x "$home/bin/native-image" ] && exit 0
done
command -v native-image >/dev/null 2>&1 && exit 0
echo "The profile 'native' needs GraalVM for JDK 25: no native-image in GRAALVM_HOME, JAVA_HOME" \
    "or the PATH. Everything else builds without it: leave out -Pnative." >&2
exit 1
