#!/bin/sh
# Drives one echo server as if it were two: the ratio of its CPU times must be near 1.
#   test_ratio.sh RATIO_PROGRAM ECHO_PROGRAM [udp]
set -eu

task=${3:-echo}
udp=
[ "$task" = echo ] || udp='--udp 4'
folder=$(mktemp -d)
mkfifo "$folder/in"
"$2" --port 0 --task "$task" --sockets 8 <"$folder/in" >"$folder/out" &
server=$!
exec 3>"$folder/in"
trap 'exec 3>&-; rm -rf "$folder"' EXIT
tries=0
while ! grep -q '^listening ' "$folder/out"; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || { echo "the server does not listen"; exit 1; }
    sleep 0.1
done
port=$(sed -n 's/^listening .*://p' "$folder/out")
# shellcheck disable=SC2086
answer=$("$1" $udp "$server" "$port" "$server" "$port" 9 30 8 64)
echo "$answer"
ratio=${answer%% *}
case $ratio in
    0.[5-9]* | 1.[0-9]*) ;;
    *) echo "ratio was $ratio"; exit 1 ;;
esac
