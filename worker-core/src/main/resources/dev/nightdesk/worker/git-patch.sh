# Writes what changed since the snapshot in $4 to the patch $3.
set -e
export GIT_DIR="$4" GIT_WORK_TREE=.
git add -A -f
git diff --cached --quiet HEAD || git diff --cached --binary --no-ext-diff --no-textconv HEAD >"$3"
