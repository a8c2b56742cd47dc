#!/bin/sh
# Reports: pages of every kind of folder, odd names, what is refused; in a browser when there
# is one.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"
have_gnuplot=yes
command -v gnuplot >gnuplot.path || have_gnuplot=

# well_formed FILE: every element that begins ends, and nothing comes from elsewhere.
well_formed() {
    awk 'BEGIN { RS = "<" }
         NR == 1 { next }
         { tag = $0; sub(/>.*/, "", tag) }
         tag ~ /^!DOCTYPE/ || tag ~ /\/$/ { next }
         tag ~ /^\// { if (stack[n--] != substr(tag, 2)) { print "at </" substr(tag, 2); exit 1 }
                       next }
         { sub(/[ \n].*/, "", tag); stack[++n] = tag }
         END { exit n != 0 }' "$1" >nesting || fail "$1 is not well-formed $(cat nesting)"
    if command -v xmllint >/dev/null 2>&1; then
        xmllint --noout "$1" 2>nesting || fail "$1: $(head -n 3 nesting)"
    fi
    for word in '<script' 'src=' 'http-equiv="refresh"' '@import' 'href="http' 'url(http' \
        "$work" ; do
        lacks "$1" "$word"
    done
    has "$1" 'name="viewport"'
    has "$1" '<html lang="en"'
    [ "$(grep -c '<h1>' "$1")" -eq 1 ] || fail "$1 has not one <h1>"
    for section in asked found again files; do
        has "$1" "id=\"$section\""
    done
    # Every figure has a text alternative.
    [ "$(grep -c '<svg ' "$1")" -eq "$(grep -c '<svg .*role="img" aria-labelledby="f' "$1")" ] ||
        fail "$1: a figure without an alternative"
    ! grep -q '<title id="f[0-9]*-title"></title>' "$1" || fail "$1: an empty title"
}

cat >two.yaml <<'END'
trophic: 1
name: two rivals
description: Each of two models wants the opposite.
seed: 7
outcomes: {family: gaussian, dimension: 1, covariance: 1}
agents:
  - {name: theta, reference: 0, reward: {linear: 1}, public: {shift: 1},
     shares: {real: 0.5, curated: 0.5}, displaces: real}
  - {name: phi, reference: 0, reward: {linear: -1}, public: {shift: -1},
     shares: {real: 0.5, curated: 0.5}, displaces: real}
network:
  edges:
    - {from: theta, to: theta, weight: 0.3}
    - {from: phi, to: theta, weight: 0.7}
    - {from: phi, to: phi, weight: 0.7}
    - {from: theta, to: phi, weight: 0.3}
schedule: {synchronous: {rounds: 200, tolerance: 1.0e-12}}
END

# A run; the folder stays as it was, and the page comes again with the same bytes.
expect 0 run two.yaml -q --set agents.theta.shares.curated=0.4
has two-run/manifest.json '"options": "--set agents.theta.shares.curated=0.4"'
cp -r two-run before
expect 0 report two-run/
has err 'wrote two-run.html'
same_folders two-run before
well_formed two-run.html
has two-run.html '<h1>two rivals</h1>'
has two-run.html 'Each of two models wants the opposite.'
has two-run.html '>converged<'
has two-run.html 'The rounds came to rest.'
has two-run.html 'phi has the highest alignment'
has two-run.html 'trophic run two-run/scenario.yaml --seed 7 --out again'
has two-run.html 'trophic run SCENARIO.yaml --seed 7 --set agents.theta.shares.curated=0.4 --out again'
has two-run.html "$(sed -n 's/.*"scenario_digest": "\(.*\)".*/\1/p' two-run/manifest.json)"
has two-run.html 'All are as they were written.'
if [ "$have_gnuplot" ]; then
    [ "$(grep -c '<svg ' two-run.html)" -eq 2 ] || fail 'not two figures'
fi
cp two-run.html first.html
expect 0 report two-run -q
empty err
same two-run.html first.html
expect 0 report two-run --out -
same out first.html
empty err
(cd two-run && "$TROPHIC" report . 2>../err </dev/null) || fail 'from within'
same two-run.html first.html
# What it says to run gives the same again.
expect 0 run two-run/scenario.yaml --seed 7 --out again -q
same again/rounds.csv two-run/rounds.csv

# Influences: in words, with what explains them; the sign decides the word.
expect 0 influence two.yaml -q --on theta --of theta --explain --rounds 5 --out why
expect 0 report why
well_formed why.html
has why.html "theta&#39;s curation backfires: raising its curated share by 0.01, at the cost of real data, lowers its own alignment by 0.0104 in the long term. If it trained on its own outputs alone, that would raise its alignment by 0.04."
has why.html 'How it comes about'
has why.html 'Without the edge phi → theta it would be 4'
has why.html '--on theta --of theta --explain --rounds 5'
# Inverted for the better is no backfire.
expect 0 influence two.yaml -q --set agents.theta.public.shift=-1 --set agents.phi.public.shift=1 \
    --on theta --of theta --explain --out better
lacks out backfires
expect 0 report better
has better.html "theta&#39;s curation is inverted: raising its curated share by 0.01, at the cost of real data, raises its own alignment by 0.0104 in the long term."
lacks better.html backfires
expect 0 influence two.yaml -q --gradient
expect 0 report two-influence
well_formed two-influence.html
has two-influence.html 'the curation of 1 backfires'
has two-influence.html "phi&#39;s curation harms theta: by 0.0056"
has two-influence.html 'What every number does'
[ -z "$have_gnuplot" ] || has two-influence.html 'Influences in colours'

# Maps, advice, checks.
expect 0 map two.yaml --of theta -q --vary 'agents.phi.shares.curated=[0.1, 0.5, 0.9]' --vary \
    'network.edges.phi->theta.weight={values: [0.2, 0.8], complement: network.edges.theta->theta.weight}'
expect 0 report two-map
well_formed two-map.html
has two-map.html 'Of 6 points 3 are positive and 3 negative'
has two-map.html 'network.edges.phi-&gt;theta.weight'
expect 0 advise two.yaml -q --goal '{influence: theta}' --allow 'network.edges.phi->theta.weight={to: 1}'
expect 0 report two-advise
well_formed two-advise.html
has two-advise.html 'There is a change that reaches the goal.'
[ -z "$have_gnuplot" ] || has two-advise.html 'What changes, within the bounds that are allowed'
has two-advise.html 'trophic advise SCENARIO.yaml --seed 7 --goal'
expect 0 check two.yaml --draw -q
expect 0 report two-check
well_formed two-check.html

# A comparison.
scenarios=$(cd "$tests/../scenarios" && pwd) || exit 1
expect 0 compare "$scenarios/topologies.yaml" --replicates 2 -q --out several-networks
expect 0 report several-networks
well_formed several-networks.html
has several-networks.html 'has a higher mean alignment than'
has several-networks.html 'What predicts who backfires'
has several-networks.html '2 of 2'
has several-networks.html 'trophic compare several-networks/scenario.yaml --seed 40 --replicates 2'

# Another, of odd names.
cat >groups.yaml <<'END'
trophic: 1
name: two camps
seed: 1
outcomes: {family: gaussian}
agents:
  - {group: up, count: 8, reference: 0, reward: 1, public: {shift: 1},
     shares: {real: 0.5, curated: 0.5}, displaces: real}
  - {group: down, count: 8, reference: 0, reward: -1, public: {shift: -1},
     shares: {real: 0.5, curated: 0.5}, displaces: real}
network: {generator: ring, mean-degree: 4}
schedule: {synchronous: {rounds: 200, tolerance: 1.0e-12}}
END
expect 0 compare groups.yaml --replicates 5 -q -t '<ring> & co=ring' -t regular=k-regular \
    -t random=erdos-renyi
expect 0 report groups-compare
well_formed groups-compare.html
has groups-compare.html '&lt;ring&gt; &amp; co'
has groups-compare.html 'What predicts who backfires'

# A study, under 2 MiB; of another one the claims that fail come first.
studies=$(cd "$tests/../scenarios/studies" && pwd) || exit 1
expect 0 reproduce "$studies/backfire-gaussian.yaml" -q --out study
expect 0 report study
well_formed study.html
[ "$(wc -c <study.html)" -lt 2097152 ] || fail 'the page of a study is 2 MiB or more'
has study.html '50 claims: 50 hold, 0 fail, 0 could not be decided.'
[ "$(grep -c '<li><span class="mark good">holds</span>' study.html)" -eq 50 ] || fail 'not 50 claims'
has study.html '<h3>arXiv 2605.29267, Figure 3</h3>'
has study.html 'These are the first 20 of 740 rows; all are in sampled_share.csv.'
[ -z "$have_gnuplot" ] || has study.html 'aria-labelledby="f1-title f1-desc"'
sed 's/0.6666666666666666/0.7/; s/a geometric series/<i>"a" \& b<\/i>/' "$data/study.yaml" >wrong.yaml
expect 4 reproduce wrong.yaml -q
expect 0 report wrong-reproduce
well_formed wrong-reproduce.html
has wrong-reproduce.html '<span class="mark bad">FAILS</span>'
has wrong-reproduce.html '<h3>&lt;i&gt;&quot;a&quot; &amp; b&lt;/i&gt;</h3>'
[ "$(grep -c '>FAILS<' wrong-reproduce.html)" -eq 2 ] || fail 'a failed claim is not said first'

# A sweep; its page has a file that runs it again.
expect 0 sweep two.yaml -q --vary 'agents.phi.reward.linear={linspace: [-1, 1, 5]}' \
    --find 'J={alignment: phi}' --workers 1
expect 0 report two-sweep.sqlite
has err 'wrote two-sweep.html'
has two-sweep.html '5 of 5 cells are done: 5 ok.'
has two-sweep.html 'trophic sweep sweep.yaml --seed 7 --out again.sqlite'
lacks two-sweep.html '<script'
# The sum of these is not 0 but for rounding: 5.6e-17.
cat >alone.yaml <<'END'
trophic: 1
seed: 1
outcomes: {family: gaussian, dimension: 1, covariance: 1}
agents: [{name: a, reference: 0, reward: {linear: 1}, shares: {real: 1}}]
END
expect 0 sweep alone.yaml -q --vary 'agents.a.reference=[0.1, 0.2, -0.3]' --find 'J={alignment: a}'
expect 0 report alone-sweep.sqlite -q
tr -d '\n' <alone-sweep.html | sed 's/<[^>]*>/ /g' | grep -q 'J  *3  *−0.3  *0  *0.2 ' ||
    fail 'the mean is not 0'
sed -n '/<summary>sweep.yaml</,/<\/pre>/p' two-sweep.html |
    sed 's/.*<code>//; s/<\/code>.*//; s/&gt;/>/g; s/&#39;/'"'"'/g; s/&quot;/"/g' >sweep.yaml
expect 0 sweep sweep.yaml -q --out again.sqlite --workers 1
"$TROPHIC" export two-sweep.sqlite >cells.csv
"$TROPHIC" export again.sqlite >cells-again.csv
same cells.csv cells-again.csv

# Names that mean something elsewhere, one of them very long.
long=$(printf 'long%.0s' $(seq 300))
sed "s/\" blank \"/$long/" "$data/odd-names.yaml" >odd.yaml
for kind in run influence; do
    "$TROPHIC" $kind odd.yaml -q --out odd-$kind >out 2>err </dev/null
    expect 0 report odd-$kind
    well_formed odd-$kind.html
    has odd-$kind.html '<h1>names, &quot;odd&quot; &amp; &lt;others&gt;</h1>'
    has odd-$kind.html '&lt;c&gt; &amp; &#39;d&#39;'
    has odd-$kind.html 'größe θ'
    has odd-$kind.html 'longlong…longlong'
done

# Figures of other formats alone.
if [ "$have_gnuplot" ]; then
    expect 0 influence two.yaml -q --figures pdf --out printed
    expect 0 report printed
    has printed.html 'network.svg is not shown: it was drawn in other formats alone'
    lacks err 'there was no gnuplot'
    (cd printed && gnuplot network.gp 2>gnuplot.err) || fail 'the script does not draw'
    expect 0 report printed
    well_formed printed.html
    has printed.html 'This figure was drawn after the folder was written'
    lacks printed.html 'network.svg is not shown'
fi

# Many agents: a summary, and every row counted.
sed 's/name: phi,/group: crowd, count: 2000,/; /edges:/d; /from:/d; s/^network:/network: {generator: {barabasi-albert: {m: 2, self: 1}}}/
     s/rounds: 200/rounds: 5/' two.yaml >many.yaml
expect 3 run many.yaml -q
expect 0 report many-run
well_formed many-run.html
lacks many-run.html 'has the highest alignment, 1, and'
has many-run.html '2001: theta, 2000 of crowd'
has many-run.html 'These are the first 20 of 2001 rows; all are in summary.csv.'
has many-run.html 'All 12006 rows of rounds.csv'
[ "$(wc -c <many-run.html)" -lt 1000000 ] || fail 'a summary as large as that'

# A folder that somebody changed: shown as it is, and said.
cp -r two-influence changed
echo 'theta,phi' >>changed/influence.csv
rm changed/fixed_point.csv
printf '<svg width="9" height="9"><script>alert(1)</script></svg' >changed/network.svg
expect 0 report changed
has err "'changed/influence.csv' is not as it was written"
has err "'changed/fixed_point.csv' is missing"
has err 'line 6: a row that has not as many cells as the first line'
well_formed changed.html
has changed.html 'This folder is not as it was written: 2 files changed, 1 file missing.'
if [ -n "$have_gnuplot" ]; then
    cp -r two-influence lost
    rm lost/influence.svg
    expect 0 report lost
    has lost.html 'The figure influence.svg is not shown: it was drawn, and is missing now'
    head -c 300 two-influence/manifest.json >lost/manifest.json
    expect 2 report lost
    has err "'lost/manifest.json' is damaged, or was not written by trophic"
fi
has changed.html 'The figure network.svg is not shown'
lacks changed.html 'alert'

# Refused, and nothing written: not a folder of results, unfinished, of another program.
refuse() {
    text=$1
    shift
    expect 2 report --out refused.html "$@"
    has err "$text"
    missing refused.html
}
mkdir nothing bare foreign outside several
refuse "cannot read 'nowhere'" nowhere
refuse 'is neither a folder of results nor the store of a sweep' two.yaml
cp two.yaml near.yaml
mkdir near-run near-other
echo '{}' >near-run/manifest.json
refuse "sweep (did you mean 'near-run'?)" near.yaml
refuse "cannot read 'near': no such folder (did you mean 'near-run'?)" near
rm -r near.yaml near-run near-other
refuse 'it has no manifest.json' nothing
cp -r two-run several/one
refuse "'several/one' has one" several
cp -r two-run unfinished
mv unfinished/manifest.json unfinished/unfinished.json
refuse 'is unfinished' unfinished
echo '{"program": "other", "files": []}' >foreign/manifest.json
refuse 'was not written by trophic' foreign
echo 'no json' >bare/manifest.json
refuse 'was not written by trophic' bare
echo '{"program": "trophic", "command": "run", "files": [{"name": "../two.yaml"}]}' \
    >outside/manifest.json
refuse "it names a file '../two.yaml'" outside
head -c 4096 two-sweep.sqlite >cut.sqlite
run report cut.sqlite --out refused.html
[ "$code" -ne 0 ] || fail 'half a store is reported on'
missing refused.html
expect 2 report
expect 2 report two-run two-map
# What is no report stays.
echo mine >mine.html
expect 2 report two-run --out mine.html
has err 'is there and is no report of trophic'
[ "$(cat mine.html)" = mine ] || fail 'a file was replaced'
expect 2 report two-run --out nothing
# Places that cannot be written to.
expect 1 report two-run --out nothing/there/two.html
has err 'nothing/there/two.html'
[ ! -c /dev/full ] || expect 1 report two-run --out /dev/full

# Without gnuplot: figures are missing, and that is said.
mkdir empty
path=$PATH
# shellcheck disable=SC2123
PATH=$work/empty
"$TROPHIC" run two.yaml -q --out plain >out 2>err </dev/null
"$TROPHIC" report plain >out 2>err </dev/null
code=$?
PATH=$path
[ "$code" -eq 0 ] || fail "exit status $code without gnuplot"
has err 'a figure is not shown: there is no gnuplot to draw it'
well_formed plain.html
has plain.html 'The figure network.svg is not shown: there was no gnuplot that could draw it'
lacks plain.html '<svg'

# In a browser, in frames as wide as a phone and a desk: nothing is wider than its page but for
# what moves in a box, and every figure is there and has its alternative. One page is broken on
# purpose.
browser=$(command -v chromium || command -v chromium-browser || :)
probe='<script>addEventListener("load", function () {
  var root = document.documentElement, wide = 0, mute = 0;
  document.querySelectorAll("body *").forEach(function (e) {
    if (!e.closest(".box") \&\& e.getBoundingClientRect().right > root.clientWidth + 1) wide++; });
  document.querySelectorAll("svg[role=img]").forEach(function (e) {
    var ids = e.getAttribute("aria-labelledby").split(" ");
    if (!ids.every(function (id) { return document.getElementById(id); }) ||
        !document.getElementById(ids[0]).textContent || e.getBoundingClientRect().height < 50) mute++;
    if (e.viewBox.baseVal.width < 600 \&\& e.getBoundingClientRect().right > root.clientWidth) wide++; });
  parent.postMessage("[" + location.hash + " " + root.clientWidth + " over " +
    (root.scrollWidth - root.clientWidth) + " wide " + wide + " mute " + mute + "]", "*"); });
  </script>'
one_line=$(printf '%s' "$probe" | tr '\n' ' ')
if [ -n "$browser" ] && command -v timeout >/dev/null 2>&1; then
    {
        echo '<body><script>addEventListener("message", function (e) {'
        echo '  document.body.append(e.data); });</script>'
        for page in study odd-influence two-map two-run two-sweep broken; do
            [ $page != broken ] || sed 's~</main>~<div style="width:3000px">x</div></main>~' study.html \
                >broken.html
            sed -e '/Content-Security-Policy/d' -e "s~</head>~$one_line</head>~" $page.html \
                >probe-$page.html
            for width in 390 1280; do
                echo "<iframe width=$width height=900 src=probe-$page.html#$page></iframe>"
            done
        done
    } >probe.html
    timeout 100 "$browser" --headless=new --no-sandbox --disable-gpu --hide-scrollbars \
        --user-data-dir="$work/browser" --dump-dom "file://$work/probe.html" 2>/dev/null </dev/null |
        tr '[' '\n' >probe.out
    if grep -q '^#broken 390 over' probe.out; then
        for page in study odd-influence two-map two-run two-sweep; do
            has probe.out "#$page 390 over 0 wide 0 mute 0]"
            has probe.out "#$page 1280 over 0 wide 0 mute 0]"
        done
        lacks probe.out '#broken 390 over 0'
        lacks probe.out '#broken 1280 over 0'
    else
        echo "note: $browser does not work here" >&2
    fi
fi
finish
