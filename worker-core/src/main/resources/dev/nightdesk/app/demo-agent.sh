#!/bin/sh
# The agent of Nightdesk's demo. No model is behind it: it reads the task from standard input, does
# it with sort, uniq and wc, leaves its work in a file in the current folder, and says what it did.
set -eu

# The task stands between two fences: its title in the first line, the text after an empty one.
inside=
while IFS= read -r line || [ -n "$line" ]; do
  case $line in
    '<<<TASK '*) inside=yes ;;
    '<<<END TASK '*) inside= ;;
    *) [ -z "$inside" ] || printf '%s\n' "$line" ;;
  esac
done >task.txt
title=$(head -n 1 task.txt)
{
  while IFS= read -r line && [ -n "$line" ]; do :; done
  cat
} <task.txt >text.txt

count() { # of the lines that come in
  lines=$(wc -l)
  echo $((lines))
}

case ${title#Title: } in
  Sort*)
    sort -u text.txt >sorted.txt
    echo "I sorted $(count <text.txt) lines. $(count <sorted.txt) of them are different; they are in sorted.txt:"
    echo
    cat sorted.txt
    ;;
  Add*)
    sum=0
    while read -r amount what; do
      sum=$((sum + amount))
      printf '%8d  %s\n' "$amount" "$what"
    done <text.txt >sum.txt
    printf '%8d  in all\n' "$sum" >>sum.txt
    echo "The sum is $sum. Every entry is in sum.txt:"
    echo
    cat sum.txt
    ;;
  *)
    {
      echo "lines: $(count <text.txt)"
      echo "words: $(($(wc -w <text.txt)))"
      echo "letters and signs: $(($(wc -m <text.txt)))"
      echo "most frequent words:"
      tr -cs '[:alpha:]' '[\n*]' <text.txt | tr '[:upper:]' '[:lower:]' | sort | uniq -c | sort -k1,1nr -k2 | head -n 3
    } >count.txt
    echo "I counted the text. What I found is in count.txt:"
    echo
    cat count.txt
    ;;
esac
rm -f task.txt text.txt

echo
echo "STATUS: OK"
echo "END_OF_RUN"
