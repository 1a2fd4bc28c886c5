# Nightdesk's supervisor of one agent. The worker talks to it over standard input, one word a line;
# silence there, or its end, means that the worker is gone, and then the agent has to go too.
# It answers on standard output. Works with bash 3.2. Names begin with nd_, so that none of them
# meets a variable of the agent's, which are exported here.
set +o posix
set -m # jobs get process groups of their own, and do not ignore SIGINT
unset SHLVL OLDPWD
nd_silence=$1 nd_depth=$2 nd_mark=$3 nd_status=$4 nd_cat=$5
nd_input=$6 nd_output=$7 nd_output_kib=$8 nd_errors=$9
shift 9
nd_errors_kib=$1
shift

# The process of the agent itself: so many generations below the job.
nd_find_agent() {
  nd_agent=$nd_job nd_level=$nd_depth
  while [ "$nd_level" -gt 0 ]; do
    nd_parent=$nd_agent nd_agent=
    read -r nd_agent nd_others <"/proc/$nd_parent/task/$nd_parent/children"
    [ -n "$nd_agent" ] || return 1
    nd_level=$((nd_level - 1))
  done
}

nd_marked() {
  if [ -r /proc/self/environ ]; then
    for nd_file in $(grep -lszxF "NIGHTDESK_RUN=$nd_mark" /proc/[0-9]*/environ); do
      nd_pid=${nd_file#/proc/}
      echo "${nd_pid%/environ}"
    done
  else
    ps -axwwE -o pid=,command= | while read -r nd_pid nd_line; do
      case " $nd_line " in *" NIGHTDESK_RUN=$nd_mark "*) echo "$nd_pid" ;; esac
    done
  fi
}

# In a namespace the rest dies with the job; without one, what left the group still has the mark.
nd_end() {
  kill -KILL "-$nd_job"
  [ -n "$nd_mark" ] || return
  nd_round=0
  while [ "$nd_round" -lt 50 ]; do
    nd_found=$(nd_marked)
    [ -n "$nd_found" ] || return
    kill -KILL $nd_found
    nd_round=$((nd_round + 1))
  done
}

nd_watch() {
  trap '' PIPE # the worker may be gone
  while :; do
    read -r -t "$nd_silence" nd_word
    nd_heard=$?
    case $nd_heard/$nd_word in
      0/beat) ;;
      0/interrupt) nd_hurry && nd_find_agent && kill -INT "$nd_agent" ;;
      0/terminate) nd_hurry && nd_find_agent && kill -TERM "$nd_agent" ;;
      0/kill) break ;;
      *)
        [ "$nd_heard" -gt 128 ] && echo silent
        break
        ;;
    esac
  done
  nd_end
}

# Once asked to stop the agent, it does not wait long for a worker that stands still.
nd_hurry() {
  [ "$nd_silence" -lt 5 ] || nd_silence=5
}

# The writers end at their cap, so the files cannot grow beyond it; nobody needs to drain them.
exec 3> >(ulimit -c 0; ulimit -f "$nd_output_kib"; exec "$nd_cat" 2>&1 >"$nd_output")
nd_writer=$!
exec 4> >(ulimit -c 0; ulimit -f "$nd_errors_kib"; exec "$nd_cat" 2>&1 >"$nd_errors" 3>&-)
nd_second_writer=$!

"$@" 5>&$nd_status <"$nd_input" >&3 2>&4 3>&- 4>&- &
nd_job=$!
exec 3>&- 4>&-
PATH=/usr/bin:/bin:/usr/sbin:/sbin
nd_watch &
nd_watcher=$!

# A watcher that was killed watches nothing, so its end is the agent's end as well.
trap 'kill -0 "$nd_watcher" || nd_end' CHLD
wait "$nd_job"
nd_code=$?
trap - CHLD
if [ -n "$nd_mark" ]; then nd_end; else wait "$nd_writer" "$nd_second_writer"; fi
nd_round=0
while kill -0 "$nd_writer" || kill -0 "$nd_second_writer"; do
  nd_round=$((nd_round + 1))
  if [ "$nd_round" -gt 50 ]; then
    kill -KILL "$nd_writer" "$nd_second_writer"
    break
  fi
  sleep 0.02
done
kill -KILL "$nd_watcher"
echo "exit $nd_code"
