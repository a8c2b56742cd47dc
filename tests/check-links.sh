#!/bin/sh
# The shared library shows tro_* only, and dense products run in OpenBLAS, not
# in GSL's reference BLAS (which answers to the same names, six times slower).
set -eu
cd "${top_builddir-.}"
library=.libs/libtrophic.so
if [ ! -e "$library" ]; then
    echo 'no shared library here'
    exit 77
fi
wrong=0

others=$(nm -D --defined-only "$library" | awk '$2 != "w" && $3 !~ /^tro_/ { print $3 }' |
    grep -v -E '^(_init|_fini|_edata|_end|__bss_start|__(asan|ubsan|odr_asan|gcov|sanitizer|sancov).*)$' || :)
if [ -n "$others" ]; then
    printf 'exported beside tro_*:\n%s\n' "$others"
    wrong=1
fi

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
