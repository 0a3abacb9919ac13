#!/bin/sh
# Runs one stage of `make test`, and tells how long each took.
#   stage.sh begin | stage.sh "name" COMMAND... | stage.sh end
set -eu
times="${TMPDIR:-/tmp}/hearken-stages-$(id -u)"

case "$1" in
begin) : >"$times" ;;
end)
    echo
    cat "$times"
    awk '{ sum += $1 } END { printf "%6d s in all\n", sum }' "$times"
    ;;
*)
    name="$1"
    shift
    echo
    echo "== $name"
    begun=$(date +%s)
    "$@"
    printf '%6d s %s\n' $(($(date +%s) - begun)) "$name" >>"$times"
    ;;
esac
