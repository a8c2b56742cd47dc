#!/bin/sh
# Every source, test and scenario that there is stands in sources.am, so
# nothing is left out of the build, the test suite or the tarball.
cd "${top_srcdir-$(dirname "$0")/..}" && exec tools/update-sources --check
