package dev.nightdesk.agent.claude;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.nightdesk.testkit.Act;

/** Shell scripts that speak as Claude Code does. */
final class ClaudeActs {
  private static final String INIT =
      """
      {"type":"system","subtype":"init","session_id":"s-1","claude_code_version":"2.1.329",\
      "model":"claude-sonnet-5-5"}\
      """;

  private ClaudeActs() {}

  /** A program that prints these lines once it has read its input, and then does this. */
  static String script(String rest, String... lines) {
    return "#!/bin/bash\ncat >/dev/null\n" + print(INIT) + print(lines) + rest + "\n";
  }

  static String script(Act act) {
    return "#!/bin/bash\n" + body(act);
  }

  private static String body(Act act) {
    return switch (act) {
      case Act.Says says -> print(INIT, said(says.result()), result(says.result()));
      case Act.RepeatsLastLine repeats ->
          print(INIT)
              + "last=$(tail -n 1)\nprintf '%s\\n' "
              + quoted("LAST").replace("LAST", "'\"$last\"'")
              + "\n";
      case Act.Fails fails ->
          print(INIT, failed("error_during_execution", fails.complaint())) + "exit 1\n";
      case Act.Hangs hangs ->
          (hangs.stubborn() ? "trap '' INT TERM\n" : "")
              + print(INIT, said(hangs.words()))
              + "while :; do sleep 0.1; done\n";
      case Act.Floods floods -> print(INIT) + "exec yes '" + said("flood") + "'\n";
      case Act.SaysBrokenText broken ->
          print(INIT) + "printf " + quoted("BROKEN").replace("BROKEN", "a\\377\\376b") + "\n";
      case Act.NeverReads never -> "exec <&-\n" + print(INIT, result("done"));
      case Act.ShowsEnvironment shows ->
          print(INIT)
              + "all=$(env | tr -d '\"\\\\' | sed 's/$/\\\\n/' | tr -d '\\n')\nprintf '%s\\n' "
              + quoted("ALL").replace("ALL", "'\"$all\"'")
              + "\n";
      case Act.LeavesProcesses leaves ->
          leaving(leaves.token())
              + print(INIT, said("done"), leaves.hangs() ? "" : result("done"))
              + (leaves.hangs() ? "trap '' INT TERM\nwhile :; do sleep 0.1; done\n" : "");
    };
  }

  /** A result as one word of a shell. */
  private static String quoted(String text) {
    return "'" + result(text) + "'";
  }

  private static String leaving(String token) {
    return """
    for how in child orphan session; do
      setsid bash -c 'trap "" INT TERM HUP; while :; do sleep 1; done' %1$s-$how >/dev/null 2>&1 &
    done
    while [ "$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -c '^%1$s-')" -lt 3 ]
    do sleep 0.02; done
    """
        .formatted(token);
  }

  private static String print(String... lines) {
    return "cat <<'END_OF_LINES'\n" + String.join("\n", lines) + "\nEND_OF_LINES\n";
  }

  /** Claude Code says this, in a call of the model of its own. */
  static String said(String text) {
    return """
    {"type":"assistant","parent_tool_use_id":null,"message":{"id":"%s","model":"claude-sonnet-5-5",\
    "content":[{"type":"text","text":%s}],"usage":{"input_tokens":1000,"output_tokens":1}}}\
    """
        .formatted("m" + Integer.toHexString(text.hashCode()), TextNode.valueOf(text));
  }

  static String result(String text) {
    return """
    {"subtype":"success","is_error":false,"result":%s,"total_cost_usd":0.5,"type":"result",\
    "modelUsage":{"m":{"inputTokens":3000,"outputTokens":700,"cacheReadInputTokens":90,\
    "cacheCreationInputTokens":10}}}\
    """
        .formatted(TextNode.valueOf(text));
  }

  static String failed(String subtype, String complaint) {
    return """
    {"type":"result","subtype":"%s","is_error":true,"errors":[%s],"total_cost_usd":0.25}\
    """
        .formatted(subtype, TextNode.valueOf(complaint));
  }
}
