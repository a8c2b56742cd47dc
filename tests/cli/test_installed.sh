#!/bin/sh
# What `make install` makes, in another prefix than configure's: programs in C and C++ find the
# library, pages find what they name, the program finds its files, also when all is moved;
# `make uninstall` leaves nothing.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"
build=${top_builddir-.}
[ -f "$build/libtrophic.la" ] && command -v pkg-config >/dev/null || exit 77
unset TROPHIC_SCENARIOS MAKEFLAGS MFLAGS MAKELEVEL
prefix=$work/tree

# make_in_build TARGET WORD...: quietly, with what it says in `err`.
make_in_build() {
    command="make $*"
    make -s -C "$build" "$@" >out 2>err </dev/null || fail "make failed"
}

make_in_build install prefix="$prefix"
TROPHIC=$prefix/bin/trophic
share=$prefix/share
has "$prefix/lib/libtrophic.la" "libdir='$prefix/lib'"
[ -s "$share/man/man1/trophic.1" ] || fail "no manual page"
[ -s "$share/bash-completion/completions/trophic" ] || fail "no completion"
if command -v readelf >/dev/null; then
    readelf -d "$prefix/lib/libtrophic.so" | grep -q 'SONAME.*libtrophic\.so\.[0-9]' ||
        fail "no soname"
fi

# A stage is not part of any name.
make_in_build install-data DESTDIR="$work/stage" prefix=/opt/t
has "$work/stage/opt/t/lib/pkgconfig/trophic.pc" 'prefix=/opt/t'
if grep -rl -e "$work" "$work/stage" >out; then fail "the stage is named in $(cat out)"; fi

# Every page, and what it names.
command='links of installed pages'
find "$share/doc/trophic" -name '*.md' >pages
[ "$(wc -l <pages)" -ge 10 ] || fail "there are no pages"
while read -r page; do
    grep -o '](\(<[^>]*>\|[^)]*\))' "$page" | sed 's/^](//; s/)$//; s/#.*//' |
        grep -v -e '^[a-z]*:' -e '^$' | while read -r link; do
        [ -e "$(dirname "$page")/$link" ] || echo "${page##*/}: $link"
    done
done <pages >broken
[ ! -s broken ] || fail "$(cat broken)"

# Programs of one's own, with what pkg-config says.
PKG_CONFIG_PATH=$prefix/lib/pkgconfig
LD_LIBRARY_PATH=$prefix/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export PKG_CONFIG_PATH LD_LIBRARY_PATH
command=pkg-config
[ "$(pkg-config --variable=includedir trophic)" = "$prefix/include" ] || fail "another includedir"
case $(pkg-config --define-variable=prefix=/x --cflags trophic) in
-I/x/include*) ;;
*) fail "headers are not below the prefix" ;;
esac
# shellcheck disable=SC2086,SC2046
compile() {
    command="$*"
    "$@" $(pkg-config --cflags --libs trophic) -lm >out 2>err || fail "does not compile"
}
strict='-Wall -Wextra -Wpedantic -Wstrict-prototypes -Werror'
for header in "$prefix"/include/trophic/*.h; do
    printf '#include <trophic/%s>\n' "${header##*/}"
done >headers.c
while read -r line; do
    printf '%s\nextern int nothing;\n' "$line" >one.c
    command="a file that includes $line"
    # shellcheck disable=SC2086,SC2046
    ${CC:-cc} -std=c11 $strict $(pkg-config --cflags trophic) -fsyntax-only one.c >out 2>err ||
        fail "does not compile"
done <headers.c
printf '%s\n' '#include <trophic/trophic.h>' \
    'int main() {' \
    'tro_advice_free(0); tro_comparison_free(0); tro_swept_free(0); tro_map_free(0);' \
    'return tro_catalog_builtin()->count[TRO_FAMILY] == 0; }' >use.cc
if [ "${CXX-}" ]; then
    # shellcheck disable=SC2086
    compile $CXX ${CFLAGS-} -Wall -Wextra -Werror use.cc -o use
    ./use || fail "fails"
fi
for source in "$share/doc/trophic/examples"/*.c; do
    name=$(basename "$source" .c)
    # shellcheck disable=SC2086
    compile ${CC:-cc} ${CFLAGS-} -std=c11 $strict "$source" -o "$name"
done

# All of it elsewhere.
mv "$prefix" "$work/moved"
TROPHIC=$work/moved/bin/trophic LD_LIBRARY_PATH=$work/moved/lib
prefix=$work/moved
mkdir elsewhere
cd elsewhere || exit 1
expect 0 new mine --template two-rivals
expect 0 reproduce --list
has out backfire-gaussian
expect 0 list families
command='./run'
../run mine.yaml >out 2>err || fail "fails"
[ "$(wc -l <out)" -eq 3 ] || fail "no line per agent"
command='./own_curator'
../own_curator "$prefix/share/trophic/scenarios/hues.yaml" 'agents.theta.public={sharpen: 2}' \
    >out 2>err || fail "fails"
has out 'theta: alignment'
cd .. || exit 1

make_in_build uninstall prefix="$prefix"
find "$prefix" ! -type d >out
empty out
missing "$prefix/share/doc/trophic"
missing "$prefix/share/trophic"
missing "$prefix/include/trophic"
finish
