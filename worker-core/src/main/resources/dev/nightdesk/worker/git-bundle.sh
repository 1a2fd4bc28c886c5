# Puts what the agent committed, and what it left uncommitted, on the branch $2 into the bundle $3.
set -e
g() { git -c core.hooksPath=/dev/null -c core.fsmonitor=false -c commit.gpgSign=false "$@"; }
base=$(cat "$4/base")
g add -A
g diff --cached --quiet || g commit -q --no-verify -m "Work of ${2#nightdesk/} that was not committed"
head=$(g rev-parse -q --verify HEAD) || exit 0
[ "$head" != "$base" ] || exit 0
[ "$(g symbolic-ref -q HEAD)" = "refs/heads/$2" ] || g branch -q -f "$2" HEAD
if [ -n "$base" ] && g merge-base --is-ancestor "$base" "$2"; then
  g bundle create -q "$3" "$2" "^$base"
else
  g bundle create -q "$3" "$2"
fi
