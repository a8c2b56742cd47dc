#!/bin/sh
# Odd names: tables are aligned as terminals show them and cut what is very long; files have names
# whole, each escaped in the way of its format; figures keep them within their frame.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"

nnn=$(printf '%0300d' 0 | tr 0 n)
etude=$(printf 'e\314\201tude, ｶﾅ')   # of two characters the first letter
{
    cat <<'END'
trophic: 1
name: 'odd <names> & ^_{x} 模型'
seed: 3
outcomes: {family: gaussian, dimension: 1, covariance: 1}
agents:
END
    while read -r name; do
        printf '%s\n' "  - {name: $name, reference: 0, reward: {linear: 1}, public: {shift: 1}," \
            '     shares: {real: 0.5, curated: 0.5}, displaces: real}'
    done <<END
'<b>bold</b> & "quoted", it''s'
模型甲乙
'$etude'
'a_b^{c}@~\`d %s \\n'
$nnn-1
$nnn-2
END
    cat <<'END'
network: {generator: {ring: {reach: 1, self: 1}}}
schedule: {synchronous: {rounds: 200, tolerance: 1.0e-12}}
END
} >odd.yaml

# A column of a terminal for a letter, two for an ideograph, none for a mark that combines.
expect 0 influence odd.yaml --out odd --quiet --plot
start=$(printf '%026d' 0 | tr 0 n)… end=$(printf '%011d' 0 | tr 0 n)
sed -n '/^  agent/,/^$/s/  *alignment.*\|   *1  real.*/|/p' out >table
cat >wanted <<END
  agent|
  <b>bold</b> & "quoted", it's|
  模型甲乙|
  $etude|
  a_b^{c}@~\`d %s \\n|
  $start$end-1|
  $start$end-2|
END
same table wanted
sed -n '/^  agent/,/^$/s/\(  *\)1  real.*/\1|/p' out >table
cat >wanted <<END
  <b>bold</b> & "quoted", it's                      |
  模型甲乙                                          |
  $etude                                         |
  a_b^{c}@~\`d %s \\n                                 |
  $start$end-1          |
  $start$end-2          |
END
same table wanted
has out '  2 模型甲乙        ++ ++'
has out '  5 nnnnnnnnn…nn-1'
lacks out "$nnn"

# Files have them whole.
has odd/influence.csv '"<b>bold</b> & ""quoted"", it'"'"'s"'
has odd/influence.csv "$nnn-2"
has odd/network.graphml '&lt;b&gt;bold&lt;/b&gt; &amp; &quot;quoted&quot;, it'
has odd/network.graphml "$nnn-2"
expect 0 influence odd.yaml --out - --json
has out '"<b>bold</b> & \"quoted\", it'"'"'s"'
has out "$nnn-2"
has odd/influence.gp "it''s"
has odd/influence.gp 'a_b^{c}@~`d %%s \n'
lacks odd/influence.gp "$nnn"
has odd/influence.gp '…nnn-2'
has odd/network.gp 'n-2'
if command -v gnuplot >gnuplot.path; then
    for name in influence network; do
        has "odd/$name.svg" '模型甲乙'
        has "odd/$name.svg" '&lt;b>bold&lt;/b>'
        lacks "odd/$name.svg" '<b>'
    done
fi
expect 0 report odd
has odd.html '&lt;b&gt;bold&lt;/b&gt; &amp; '
lacks odd.html '<b>bold'

# Tables go on below where a terminal ends, with the names once more: no number is broken.
{
    printf '%s\n' 'trophic: 1' 'seed: 1' 'outcomes: {family: gaussian}' 'agents:'
    for k in 1 2 3 4 5 6 7 8; do
        echo "  - {name: $k $nnn, reference: 0, reward: {linear: 1}, public: {shift: $k},"
        echo '     shares: {real: 0.4, curated: 0.6}}'
    done
    printf '%s\n' 'network: {generator: {ring: {reach: 2, self: 1}}}' 'schedule: {synchronous: {rounds: 300}}'
} >eight.yaml
COLUMNS=80 "$TROPHIC" influence eight.yaml --quiet --out - >out
awk '/\(column\)/ { matrix = 1 } matrix && length() > 0' out >matrix
[ "$(wc -l <matrix)" -eq 37 ] || fail "the matrix has $(wc -l <matrix) lines"   # 1 + 4 x 9
[ "$(LC_ALL=C.UTF-8 wc -L <matrix)" -le 80 ] || fail 'the matrix is wider than a terminal'
[ "$(grep -c '^  8 n' matrix)" -eq 4 ] || fail 'names are not there again'
"$TROPHIC" influence eight.yaml --quiet --out - | awk '/\(column\)/ { matrix = 1 } matrix' >whole
[ "$(wc -l <whole)" -eq 10 ] || fail 'a file is no terminal'

# What could steer a terminal, or turn the direction of words, does not get there.
printf '%s\n' 'trophic: 1' 'name: "a\u009b31m\u202eb"' >steer.yaml
sed 1,2d odd.yaml >>steer.yaml
expect 0 check steer.yaml
has out 'steer.yaml: a?31m?b'
finish
