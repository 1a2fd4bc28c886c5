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
nd_errors_kib=$1 nd_filter=$2 nd_groups=$3
shift 3

# Finds the process that many generations below the job, always the first child.
nd_find() {
  nd_process=$nd_job nd_level=$1
  while [ "$nd_level" -gt 0 ]; do
    nd_parent=$nd_process nd_process=
    read -r nd_process nd_others <"/proc/$nd_parent/task/$nd_parent/children"
    [ -n "$nd_process" ] || return 1
    nd_level=$((nd_level - 1))
  done
}

# Of a namespace only the first process: its parent, the job, then ends when all in it are gone.
nd_kill() {
  [ "$nd_depth" -gt 0 ] && nd_find 1 && kill -KILL "$nd_process" || kill -KILL "-$nd_job"
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

# Without a namespace, what is left of the group is killed, and what left it by its mark.
nd_sweep() {
  [ -n "$nd_mark" ] || return
  kill -KILL "-$nd_job"
  nd_round=0
  while [ "$nd_round" -lt 50 ]; do
    nd_found=$(nd_marked)
    [ -n "$nd_found" ] || return
    kill -KILL $nd_found
    nd_round=$((nd_round + 1))
  done
}

nd_watch() {
  while read -r -t "$nd_silence" nd_word; do
    case $nd_word in
      interrupt) nd_hurry && nd_find "$nd_depth" && kill -INT "$nd_process" ;;
      terminate) nd_hurry && nd_find "$nd_depth" && kill -TERM "$nd_process" ;;
      kill) break ;;
    esac
  done
  [ "$nd_word" = kill ] || echo alone
  nd_kill
  kill -0 "$$" || nd_sweep # else the supervisor does it, which waits for the job
}

nd_guard() {
  read -r nd_word
  echo unwatched
  nd_kill
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

# Becomes the agent's wrapper, inside of the control groups of this run.
nd_enter() {
  ulimit -c 0
  for nd_group in $nd_groups; do
    echo 0 >"$nd_group" || exit 126
  done
  exec "$@"
}

# The program for seccomp, which bubblewrap reads.
[ -z "$nd_filter" ] || exec 7< <(printf "$nd_filter" 3>&- 4>&-)
IFS=$'\n'
nd_enter "$@" 5>&$nd_status <"$nd_input" >&3 2>&4 3>&- 4>&- &
nd_job=$!
unset IFS
exec 3>&- 4>&- 7<&-
PATH=/usr/bin:/bin:/usr/sbin:/sbin
trap '' PIPE # the worker may be gone
# A watcher that was killed watches nothing, so its end is the agent's end as well: the guard reads
# from a pipe that only the watcher holds open. No trap for CHLD, with which bash 5.2 may crash.
exec 6> >(nd_guard)
nd_guard=$!
nd_watch &
nd_watcher=$!
exec 6>&-

wait "$nd_job"
nd_code=$?
kill -KILL "$nd_guard"
wait "$nd_guard" # nothing of the run is to be there once its end is told
nd_sweep
[ -n "$nd_mark" ] || wait "$nd_writer" "$nd_second_writer"
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
wait "$nd_watcher"
echo "exit $nd_code"
