#!/bin/sh
# ./autogen.sh        makes `configure`; then ./configure, make, make install
# ./autogen.sh demo   installs what is missing, builds in build/ and reproduces a
#                     published result there
# ./autogen.sh check  installs what is missing, builds in build/, runs the test
#                     suite and ends with "N passed, N failed"
set -u

# Debian and Ubuntu names. pkg-config and gnuplot come from several packages, so
# these two are asked for by their commands.
TOOLS='autoconf automake libtool make gcc libc6-dev'
LIBRARIES='libigraph-dev libyaml-dev libgsl-dev libopenblas-dev libjansson-dev libsqlite3-dev check'
# For the test of the schema; without them it is skipped.
FOR_TESTS='python3-jsonschema python3-yaml'

say() {
    printf '%s\n' "$*" >&2
}

die() {
    say "autogen.sh: $*"
    exit 1
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# ---- packages

missing_packages() {
    for package in $TOOLS $LIBRARIES ${for_tests-}; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
            printf '%s ' "$package"
    done
    have pkg-config || printf 'pkg-config '
    have gnuplot || printf 'gnuplot-nox '
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
        "$@" </dev/null >&2
}

# Whether apt knows a version of each package: not before its first update.
# shellcheck disable=SC2086
all_known() {
    [ "$(apt-cache policy $1 2>/dev/null | grep -c 'Candidate: [^(]')" -eq "$(echo $1 | wc -w)" ]
}

# shellcheck disable=SC2086
install_missing() {
    if ! have dpkg-query || ! have apt-get; then
        say "This system has no apt. trophic needs autoconf, automake, libtool, make, a C11 compiler,"
        say "pkg-config, igraph >= 0.10, libyaml, GSL, OpenBLAS, jansson and SQLite; Check for its tests and"
        say "gnuplot for figures; Python with jsonschema and PyYAML for one test. Going on with what is here."
        return 0
    fi
    packages=$(missing_packages)
    [ -n "$packages" ] || return 0
    say "Installing: $packages"
    if [ "$(id -u)" -ne 0 ] && ! have sudo; then
        die "not root and no sudo; as root run: apt-get install --no-install-recommends $packages"
    fi
    if ! all_known "$packages"; then
        apt update || die "apt-get update failed"
    fi
    # A list that is out of date names versions that are gone: read it anew, once.
    apt install --no-install-recommends $packages ||
        { apt update && apt install --no-install-recommends $packages; } ||
        die "could not install: $packages"
}

# ---- configure and build

make_configure() {
    lacking=
    have autoconf || lacking="$lacking autoconf"
    have automake || lacking="$lacking automake"
    have libtoolize || lacking="$lacking libtool"
    have pkg-config || lacking="$lacking pkg-config"
    [ -z "$lacking" ] ||
        die "missing:$lacking (Debian and Ubuntu: apt-get install$lacking; ./autogen.sh demo does all of it)"
    autoreconf --force --install || die "autoreconf failed"
}

configure_is_current() {
    [ -x configure ] && [ -f Makefile.in ] &&
        [ -z "$(find configure.ac Makefile.am sources.am m4/tro_flags.m4 -newer configure)" ]
}

jobs() {
    nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1
}

build() {
    install_missing
    configure_is_current || make_configure
    mkdir -p build || die "cannot make the folder build"
    if [ ! -f build/config.status ]; then
        (cd build && ../configure) || die "configure failed"
    fi
    make -C build -j "$(jobs)" || die "the build failed"
}

# ---- what the words do

# The demo: one published result, reproduced in the build tree.
run_demo() {
    out=demo/backfire-gaussian
    (
        cd build && TROPHIC_SCENARIOS=../scenarios &&
            export TROPHIC_SCENARIOS &&
            ./trophic reproduce backfire-gaussian --force --out "$out"
    ) || die "the demo failed"
    say "The results are in build/$out:"
    find "build/$out" -type f | sort >&2
    say "To have trophic in this shell:"
    say "  export PATH=\"$PWD/build:\$PATH\" TROPHIC_SCENARIOS=\"$PWD/scenarios\""
    say "Next: doc/tutorial.md, twenty minutes from one model alone to a figure of your own."
}

run_check() {
    status=0
    # Logs of an earlier run would count when a test does not compile.
    make -C build -s mostlyclean-generic
    make -C build -j "$(jobs)" check || status=$?
    # make would end with a word of its own about a count that is not clean.
    make -C build --no-print-directory -s check-count 2>/dev/null || status=1
    return "$status"
}

cd "$(dirname "$0")" || exit 1
[ $# -le 1 ] || set -- usage
case ${1-} in
'')
    make_configure
    say "Now: mkdir build && cd build && ../configure && make"
    ;;
demo)
    build
    run_demo
    ;;
check)
    for_tests=$FOR_TESTS
    # A build that fails ran no test; the closing line says so all the same.
    (build) || {
        echo '0 passed, 1 failed'
        exit 1
    }
    run_check
    ;;
*)
    say 'usage: ./autogen.sh [demo | check]'
    exit 2
    ;;
esac
