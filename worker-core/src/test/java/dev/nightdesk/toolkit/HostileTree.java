package dev.nightdesk.toolkit;

/** A program whose processes do what they can to outlive it. */
final class HostileTree {
  private static final String LOOP = "trap '' INT TERM HUP; while :; do sleep 1; done";

  private HostileTree() {}

  /**
   * A shell script; $1 is a token that stands in the command lines. A child, an orphan, an orphan
   * in a session of its own with the pipes closed, a small storm of forks that goes on, and, where
   * asked for, one that has also emptied its environment. It prints {@code ready} when they live.
   */
  static String script(boolean nameless) {
    return """
    loop="%s"
    storm='trap "" INT TERM HUP; while :; do (bash -c "$1" "$0-drop" & ); sleep 0.3; done'
    trap '' INT TERM HUP
    bash -c "$loop" "$1-child" &
    (bash -c "$loop" "$1-orphan" &)
    (setsid bash -c "$loop" "$1-daemon" </dev/null >/dev/null 2>&1 &)
    (setsid bash -c "$storm" "$1" "sleep 1" </dev/null >/dev/null 2>&1 &)
    expected=4
    if %s; then
      (env -i setsid bash -c "$loop" "$1-nameless" </dev/null >/dev/null 2>&1 &)
      expected=5
    fi
    until [ "$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -cE "^$1(-child|-orphan|-daemon|-nameless|)$")" -gt "$expected" ]; do
      sleep 0.02
    done
    echo ready
    while :; do sleep 1; done
    """
        .formatted(LOOP, nameless);
  }
}
