# Remembers in $4 what the copy of $1 is like, then applies the patch $3 where there is one.
set -e
export GIT_DIR="$4" GIT_WORK_TREE=.
git init -q --template=
git config user.name Nightdesk
git config user.email nightdesk@localhost
git config core.autocrlf false
git add -A -f
git commit -q --allow-empty -m "As it was before the run"
if [ -f "$3" ]; then
  git apply --whitespace=nowarn "$3" ||
    echo "the changes of the run before cannot be taken over" >&2
fi
