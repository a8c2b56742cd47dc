#!/bin/sh
# doc/reference.md is what `trophic list all --markdown` prints. When this fails:
#   build/trophic list all --markdown >doc/reference.md
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

expect 0 list all --markdown
diff "$data/../../../doc/reference.md" out >difference || {
    fail 'doc/reference.md is out of date: regenerate it'
    head -n 20 difference
}
finish
