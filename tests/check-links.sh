#!/bin/sh
# The shared library shows the functions of the installed headers only, and dense products run in OpenBLAS, not
# in GSL's reference BLAS (which answers to the same names, six times slower).
set -eu
cd "${top_builddir-.}"
library=.libs/libtrophic.so
if [ ! -e "$library" ]; then
    echo 'no shared library here'
    exit 77
fi
wrong=0

others=$(nm -D --defined-only "$library" | awk '$2 != "w" { print $3 }' |
    grep -v -x -F -f libtrophic.sym |
    grep -v -E '^(_init|_fini|_edata|_end|__bss_start|__(asan|ubsan|odr_asan|gcov|sanitizer|sancov).*)$' || :)
if [ -n "$others" ]; then
    printf 'exported, and in no installed header:\n%s\n' "$others"
    wrong=1
fi

for name in tro_cell_open tro_influence tro_catalog_extend tro_swept_run; do
    nm -D --defined-only "$library" | grep -q " T $name\$" || {
        echo "$name is not exported"
        wrong=1
    }
done

for binary in "$library" "${TROPHIC-./trophic}"; do
    if readelf -d "$binary" 2>/dev/null | grep -q 'NEEDED.*libgslcblas'; then
        echo "$binary is linked with libgslcblas"
        wrong=1
    fi
    if ! readelf -d "$binary" | grep -q 'NEEDED.*libopenblas'; then
        echo "$binary is not linked with OpenBLAS"
        wrong=1
    fi
done

# Ask the dynamic linker where the products went. (xerbla is GSL's own affair.)
strays=$(LD_DEBUG=bindings LD_BIND_NOW=1 "${TROPHIC-./trophic}" --version 2>&1 >/dev/null |
    grep 'symbol .cblas_[sdcz]' | grep 'to [^ ]*libgslcblas' || :)
if [ -n "$strays" ]; then
    printf '%s\n' "$strays" | head
    wrong=1
fi
exit "$wrong"
