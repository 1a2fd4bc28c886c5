package dev.nightdesk.agent.codex;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.nightdesk.testkit.Act;

/** Acts as shell scripts that speak as {@code codex exec --json} does. */
final class CodexActs {
  /** Asked for its version, and whether its own sandbox works, it answers as Codex does. */
  static final String PROGRAM =
      """
      #!/bin/bash
      case "$1" in
        --version) echo "codex-cli 0.169.0"; exit;;
        sandbox) exit;;
      esac
      say() { printf '{"type":"item.completed","item":{"type":"agent_message","text":%s}}\\n' "$1"; }
      begin() { echo '{"type":"thread.started","thread_id":"0199-a"}'; }
      end() { echo '{"type":"turn.completed","usage":{"input_tokens":10,"output_tokens":3}}'; }
      """;

  private CodexActs() {}

  static String script(Act act) {
    return PROGRAM + "begin\n" + body(act);
  }

  private static String body(Act act) {
    return switch (act) {
      case Act.Says says when says.result().isEmpty() -> "end\n";
      case Act.Says says -> say(says.result()) + "end\n";
      case Act.RepeatsLastLine repeats -> "say \"\\\"$(tail -n 1)\\\"\"\nend\n";
      case Act.Fails fails ->
          "echo '{\"type\":\"turn.failed\",\"error\":{\"message\":\"%s\"}}'\nexit 1\n"
              .formatted(fails.complaint());
      case Act.Hangs hangs ->
          (hangs.stubborn() ? "trap '' INT TERM\n" : "")
              + say(hangs.words())
              + "while :; do sleep 0.1; done\n";
      case Act.Floods floods ->
          "exec yes '{\"type\":\"item.completed\",\"item\":{\"type\":\"agent_message\",\"text\":\"flood\"}}'\n";
      case Act.SaysBrokenText broken -> "say \"$(printf '\"a\\377\\376b\"')\"\nend\n";
      case Act.NeverReads never -> "exec <&-\n" + say("done") + "end\n";
      case Act.ShowsEnvironment shows ->
          "say \"\\\"$(env | grep -v '[\"\\\\]' | sed 's/$/\\\\n/' | tr -d '\\n')\\\"\"\nend\n";
      case Act.LeavesProcesses leaves -> leaving(leaves);
    };
  }

  private static String say(String text) {
    return "say \"$(cat <<'END_OF_TEXT'\n" + TextNode.valueOf(text) + "\nEND_OF_TEXT\n)\"\n";
  }

  private static String leaving(Act.LeavesProcesses leaves) {
    String loop = "'trap \"\" INT TERM HUP; while :; do sleep 1; done' ";
    String rest =
        leaves.hangs() ? "trap '' INT TERM\nwhile :; do sleep 0.1; done\n" : say("done") + "end\n";
    return """
    bash -c %1$s %2$s-child &
    (bash -c %1$s %2$s-orphan &)
    setsid bash -c %1$s %2$s-session </dev/null >/dev/null 2>&1 &
    (env -i setsid bash -c %1$s %2$s-nameless </dev/null >/dev/null 2>&1 &)
    while [ "$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -c '^%2$s-')" -lt 4 ]; do sleep 0.02; done
    """
            .formatted(loop, leaves.token())
        + rest;
  }
}
