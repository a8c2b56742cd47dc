#!/bin/sh
# Proves from the #include lines that the folders of src/ depend only leftwards,
# that igraph and libyaml stay in their folders, and that every header stands
# on its own. Runs in `make check`; by hand: tests/check-includes.sh
set -eu
LC_ALL=C
export LC_ALL
cd "${top_srcdir-$(dirname "$0")/..}"

# Which folder (catalog: src/*.c) may include from which others. A row names
# only folders above it, which the script checks, so there can be no cycle.
allowed='
base
document:   base
network:    base document
output:     base document network
family:     base document
channel:    base document family
curator:    base document family channel
scenario:   base document network family channel curator
ecosystem:  base document network family channel curator scenario
schedule:   base document network family channel curator scenario ecosystem
measure:    base document network family channel curator scenario ecosystem schedule
analysis:   base document network family channel curator scenario ecosystem schedule measure
experiment: base document network output family channel curator scenario ecosystem schedule measure analysis
catalog:    base document network output family channel curator scenario ecosystem schedule measure analysis experiment
cli:        base document network output family channel curator scenario ecosystem schedule measure analysis experiment catalog
'
# Who a header in include/trophic/ belongs to: the folder of its own name, or
#   trophic.h, the umbrella: only the command line and users include it
#   any other: base
#
# Where a library's headers may be included.
libraries='
igraph  network
yaml    document
gsl     base family channel curator network scenario ecosystem schedule measure analysis experiment
jansson output document experiment
sqlite3 output
mpi     cli
'

find src include/trophic -name '*.[ch]' | sort | xargs awk -v allowed="$allowed" \
    -v libraries="$libraries" '
    function complain(text) { print FILENAME ":" FNR ": " text; wrong = 1 }
    # The folder that a path below src/ or include/ is part of.
    function folder_of(path,    part, name) {
        split(path, part, "/")
        if (part[1] == "trophic") {
            name = part[2]
            sub(/\.h$/, "", name)
            if (name == "trophic") return "cli"
            return (name in known) ? name : "base"
        }
        return part[2] == "" ? "catalog" : part[1]
    }
    BEGIN {
        rows = split(allowed, row, "\n")
        for (i = 1; i <= rows; i++) {
            fields = split(row[i], field, /[: ]+/)
            if (row[i] == "") continue
            for (j = 2; j <= fields; j++) {
                if (!(field[j] in known)) {
                    print "the table itself: " field[1] " names " field[j] ", which is not above it"
                    wrong = 1
                }
                may[field[1], field[j]] = 1
            }
            may[field[1], field[1]] = known[field[1]] = 1
        }
        rows = split(libraries, row, "\n")
        for (i = 1; i <= rows; i++) {
            fields = split(row[i], field, / +/)
            for (j = 2; j <= fields; j++) library[field[1], field[j]] = 1
        }
    }
    FNR == 1 {
        path = FILENAME
        sub(/^(src|include)\//, "", path)
        here = folder_of(path)
        if (!(here in known)) complain("folder " here " is not in the table of this script")
    }
    /^[ \t]*#[ \t]*include/ {
        header = $0
        sub(/^[^<"]*[<"]/, "", header)
        sub(/[>"].*/, "", header)
        includes++
        if ($0 ~ /"/ || header ~ /^trophic\//) {
            if (header == "commit.h") next
            if (header !~ /\//) {
                complain("write the folder: \"" here "/" header "\"")
                next
            }
            there = folder_of(header)
            if (!((here, there) in may)) complain(here " must not include from " there ": " header)
            if (FILENAME ~ /^include/ && header !~ /^trophic\//)
                complain("an installed header includes one that is not installed: " header)
        } else if (match(header, /^(igraph|yaml|gsl|jansson|sqlite3|mpi)/)) {
            name = substr(header, 1, RLENGTH)
            if (!((name, here) in library)) complain(here " must not include " header)
        }
    }
    END {
        if (!wrong) print includes " include lines go leftwards"
        exit wrong
    }'

# ---- every header compiles alone; installed ones without src/, and as C++

wrong=0 count=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
: "${CPPFLAGS=$(pkg-config --cflags igraph yaml-0.1 gsl)}"

# alone COMPILER FLAGS HEADER
# shellcheck disable=SC2086
alone() {
    count=$((count + 1))
    if ! printf '#include "%s"\n' "$3" | $1 $2 -fsyntax-only -Werror -Iinclude - >"$log" 2>&1; then
        echo "$3 does not compile alone ($1)"
        cat "$log"
        wrong=1
    fi
}

for header in $(cd src && find . -name '*.h' | sort); do
    alone "${CC:-cc}" "-std=c11 -Wall -Wextra -D_GNU_SOURCE -Isrc $CPPFLAGS -x c" "${header#./}"
done
for header in $(cd include && find . -name '*.h' | sort); do
    alone "${CC:-cc}" "-std=c11 -Wall -Wextra -x c" "${header#./}"
    [ -z "${CXX-}" ] || alone "$CXX" "-std=c++11 -Wall -Wextra -x c++" "${header#./}"
done
[ "$wrong" -eq 0 ] && echo "$count headers compile alone"
exit "$wrong"
