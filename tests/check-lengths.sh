#!/bin/sh
# No function over 80 lines, no file over 500, no line over 100 columns.
cd "${top_srcdir-$(dirname "$0")/..}" && exec tools/measure
