#!/bin/sh
# What the tests of the command line share; read with `.` by each of them.
#   $TROPHIC  the program          $data  example scenarios
#   a test runs in a folder of its own, which goes when it ends
set -u
LC_ALL=C
export LC_ALL
unset COLUMNS
tests=${TROPHIC_TESTS-${srcdir-.}/tests}
# shellcheck disable=SC2034
data=$(cd "$tests/cli/data" && pwd) || exit 1
: "${TROPHIC:?the program to test}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0

# run ARGUMENT...: stdout to `out`, stderr to `err`, the exit status to $code.
run() {
    "$TROPHIC" "$@" >out 2>err </dev/null
    code=$?
    command="trophic $*"
}

fail() {
    echo "FAILED: $command"
    echo "  $*"
    sed 's/^/  err: /' err | head -n 20
    failed=1
}

# expect STATUS ARGUMENT...: runs, and wants that exit status.
expect() {
    wanted=$1
    shift
    run "$@"
    [ "$code" -eq "$wanted" ] || fail "exit status $code, $wanted expected"
}

# has FILE TEXT: the file contains the text; lacks: it does not.
has() { grep -qF -e "$2" "$1" || fail "'$1' lacks: $2"; }
lacks() { ! grep -qF -e "$2" "$1" || fail "'$1' contains: $2"; }
empty() { [ ! -s "$1" ] || fail "'$1' is not empty"; }
missing() { [ ! -e "$1" ] || fail "'$1' exists"; }
same() { cmp -s "$1" "$2" || fail "'$1' and '$2' differ"; }
same_folders() { diff -r "$1" "$2" >diff.out || fail "'$1' and '$2' differ: $(head -n 3 diff.out)"; }

# The names of the files in a folder, each with a blank behind it.
names_in() { (cd "$1" && for name in *; do printf '%s ' "$name"; done); }

# field FILE ROW COLUMN: a cell of a plain CSV file; row 1 is the first below
# the names.
field() { awk -F, -v row="$2" -v column="$3" 'NR == row + 1 { print $column }' "$1"; }

# near A B: equal to 1e-9, relative or absolute.
near() {
    awk -v a="$1" -v b="$2" 'BEGIN {
        d = a - b; d = d < 0 ? -d : d; s = b < 0 ? -b : b
        exit !(a != "" && d <= 1e-9 * (s > 1 ? s : 1)) }' || fail "'$1' is not near $2"
}

# split_page FILE: the named files that a page shows, and N.cmd and N.want for its N commands,
# whose number is in `count`.
split_page() {
    awk '
        /^```yaml/ { kind = "yaml"; first = 1; next }
        /^```console/ { kind = "console"; next }
        /^```/ { if (file) close(file); kind = file = ""; next }
        kind == "yaml" {
            if (first && /^# [a-z0-9-]+\.yaml$/) file = $2
            first = 0
            if (file) print >file
        }
        kind == "console" && (/^\$ / || more) {
            if (!more) { if (n) close(n ".want"); n++; printf "" >(n ".want") }
            sub(/^\$ /, "")
            print >(n ".cmd")
            more = /\\$/
            next
        }
        kind == "console" { print >(n ".want") }
        END { print n + 0 >"count" }' "$1"
}

finish() {
    [ "$failed" -eq 0 ] && echo ok
    exit "$failed"
}
