#!/bin/sh
# The programs in examples/, built as their first comments say, do what they say.
# shellcheck source=tests/cli/common.sh
. "${TROPHIC_TESTS-${srcdir-.}/tests}/cli/common.sh"
top=$(cd "$tests/.." && pwd) || exit 1
library=${top_builddir-.}/.libs
scenarios=$top/scenarios

for program in run own_curator; do
    command="cc $program.c"
    # shellcheck disable=SC2086
    ${CC-cc} ${CFLAGS-} -I"$top/include" "$top/examples/$program.c" -o "$program" -L"$library" \
        -ltrophic -lm -Wl,-rpath,"$library" 2>err || fail "$program.c does not compile"
done

# try STATUS PROGRAM ARGUMENT...
try() {
    wanted=$1 command=$* program=$2
    shift 2
    "./$program" "$@" >out 2>err </dev/null
    code=$?
    [ "$code" -eq "$wanted" ] || fail "exit status $code, $wanted expected"
}

try 0 run "$scenarios/two-rivals.yaml"
has out 'theta             -0.40000000  -0.40000000    -1.04000000'
try 0 run "$scenarios/two-rivals.yaml" network.judge=consumer
has out '    0.78000000'
try 1 run "$scenarios/two-rivals.yaml" network.jugde=consumer
has err "did you mean 'judge'?"
try 1 run nowhere.yaml
try 2 run

try 0 own_curator "$scenarios/hues.yaml" 'agents.theta.public={sharpen: 1.5}'
cp out own
try 0 own_curator "$scenarios/hues.yaml" 'agents.theta.public={self-judge: 0.5}'
[ "$(sed -n 's/.*theta \(-[0-9]*\.[0-9]\{8\}\).*/\1/p' own)" = \
    "$(sed -n 's/.*theta \(-[0-9]*\.[0-9]\{8\}\).*/\1/p' out)" ] ||
    fail 'sharpen and self-judge differ'
has own 'influence of theta -2.57132789'
try 1 own_curator "$scenarios/two-rivals.yaml" 'agents.theta.public={sharpen: 2}'
has err "'sharpen' knows finite outcomes only"
try 1 own_curator "$scenarios/hues.yaml" 'agents.theta.public={sharpen: 200}'
has err 'power must be between 0 and 100'
# What reads folders, where its languages are.
expect 0 run "$scenarios/two-rivals.yaml" --quiet --out a-run --set schedule.synchronous.rounds=20 \
    --set 'advance={sampled: {outputs: 50, replicates: 3}}'
expect 0 influence "$scenarios/two-rivals.yaml" --quiet --out an-influence
# Names that look like something else, and an agent without a reward.
cat >odd.yaml <<'EOF'
trophic: 1
seed: 1
outcomes: {family: gaussian}
agents:
  - {name: "NA", reference: 0, reward: {linear: 1}, public: {shift: 1}, shares: {real: 0.5, curated: 0.5}}
  - {name: '_ $x_1$ <b> "q", #1', reference: 1, reward: {linear: 1}, shares: {real: 1}}
  - {name: "null", reference: 2, shares: {real: 1}}
network: {edges: [{from: "NA", to: "NA"}]}
schedule: {synchronous: {rounds: 5}}
EOF
expect 0 run odd.yaml --quiet
python=/usr/bin/python3
if "$python" -c 'import pandas, matplotlib' 2>/dev/null; then
    for folder in a-run an-influence odd-run; do
        command="plot_run.py $folder"
        "$python" "$top/examples/plot_run.py" "$folder" >out 2>err || fail 'failed'
        has out "wrote $folder.png"
        [ -s "$folder.png" ] || fail 'no picture'
    done
    # A very long name leaves room for the picture.
    sed "s/theta/$(printf 'theta%.0s' $(seq 60))/g" "$scenarios/two-rivals.yaml" >long.yaml
    expect 0 influence long.yaml --quiet
    command='plot_run.py long-influence'
    "$python" "$top/examples/plot_run.py" long-influence >out 2>err || fail 'failed'
    lacks err 'collapsed to zero'
    ! "$python" "$top/examples/plot_run.py" nowhere >out 2>err || fail 'a folder of nothing'
    has err 'no finished folder'
else
    echo 'no pandas and matplotlib: plot_run.py was not run'
fi
if command -v Rscript >/dev/null; then
    for folder in a-run an-influence odd-run; do
        command="plot_run.R $folder"
        Rscript "$top/examples/plot_run.R" "$folder" >out 2>err || fail 'failed'
        [ -s "$folder.pdf" ] || fail 'no picture'
    done
    ! Rscript "$top/examples/plot_run.R" nowhere >out 2>err || fail 'a folder of nothing'
    has err 'no finished folder'
else
    echo 'no R: plot_run.R was not run'
fi

# The program itself does not know it.
expect 2 check "$scenarios/hues.yaml" --set 'agents.theta.public={sharpen: 2}'
finish
