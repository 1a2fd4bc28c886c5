package dev.nightdesk.agent.command;

import dev.nightdesk.testkit.Act;

/** Acts as shell scripts that print their result as it is. */
final class ShellActs {
  private ShellActs() {}

  static String script(Act act) {
    return "#!/bin/bash\n" + body(act);
  }

  private static String body(Act act) {
    return switch (act) {
      case Act.Says says -> "cat <<'END_OF_TEXT'\n" + says.result() + "\nEND_OF_TEXT\n";
      case Act.RepeatsLastLine repeats -> "tail -n 1\n";
      case Act.Fails fails -> "echo '" + fails.complaint() + "' >&2; exit 1\n";
      case Act.Hangs hangs ->
          (hangs.stubborn() ? "trap '' INT TERM\n" : "")
              + "echo '%s'\nwhile :; do sleep 0.1; done\n".formatted(hangs.words());
      case Act.Floods floods -> "exec yes\n";
      case Act.SaysBrokenText broken -> "printf 'a\\377\\376b'\n";
      case Act.NeverReads never -> "exec <&-\necho done\n";
      case Act.ShowsEnvironment shows -> "exec env\n";
      case Act.LeavesProcesses leaves -> leaving(leaves) + "echo done\n" + rest(leaves);
    };
  }

  static String leaving(Act.LeavesProcesses leaves) {
    String loop = "'trap \"\" INT TERM HUP; while :; do sleep 1; done' ";
    String token = leaves.token();
    return """
    bash -c %1$s %2$s-child &
    (bash -c %1$s %2$s-orphan &)
    setsid bash -c %1$s %2$s-session </dev/null >/dev/null 2>&1 &
    (env -i setsid bash -c %1$s %2$s-nameless </dev/null >/dev/null 2>&1 &)
    while [ "$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -c '^%2$s-')" -lt 4 ]; do sleep 0.02; done
    """
        .formatted(loop, token);
  }

  static String rest(Act.LeavesProcesses leaves) {
    return leaves.hangs() ? "trap '' INT TERM\nwhile :; do sleep 0.1; done\n" : "";
  }
}
