package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.dist.Command.Outcome;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Agents that are not there or behave badly, and tasks that are hard to take. */
@ExtendWith(SharedServer.class)
@Execution(ExecutionMode.CONCURRENT)
class AgentFaultsTest {
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private Stage desk;

  @BeforeEach
  void setUp(EmbeddedServer server) throws Exception {
    desk = new Stage(folder, server);
  }

  /** A worker with a table of its own, in which one task waits. */
  private String worker(String name, String agent) throws Exception {
    String prefix = name.toUpperCase(Locale.ROOT) + "_";
    String table = desk.table() + "_" + name;
    desk.with(prefix + "POSTGRES_TABLE", table)
        .with(prefix + "POSTGRES_COMMENTS_TABLE", table + "_comments")
        .with(prefix + "COMMAND_AGENT", agent);
    desk.sql(
        "create table "
            + table
            + "(id bigint generated always as identity primary key, title text,"
            + " description text, status text default 'pending')");
    desk.insert(table, "Task of " + name, "x".repeat(300_000));
    return table;
  }

  private String verdict(String table) throws Exception {
    return desk.strings("select status from " + table).getFirst()
        + ": "
        + desk.strings("select body from " + table + "_comments order by id").getLast();
  }

  @Test
  void saysOfEachBadAgentWhatIsWrongWithItInOneProcess() throws Exception {
    Path locked = Files.writeString(desk.folder().resolve("locked-agent"), "#!/bin/sh\n");
    desk.with("WORKERS", "missing,locked,silent,flood,garbled,deaf")
        .with("WORKER_MAX_ATTEMPTS", "1")
        .with("WORKER_OUTPUT_LIMIT", "64KB");
    String missing = worker("missing", "/nowhere/agent");
    worker("locked", locked.toString());
    String silent = worker("silent", "true");
    String flood = worker("flood", "yes " + desk.table());
    String garbled = worker("garbled", "printf 'a\\377\\376b'");
    String deaf = worker("deaf", "echo I read nothing");

    Outcome run = desk.nightdesk("run").run();

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("Worker missing: The program /nowhere/agent does not exist.")
        .contains("Worker locked: " + locked + " is not executable. Make it so with: chmod +x")
        .doesNotContain("Exception", "\tat ");
    assertThat(desk.strings("select status from " + missing)).containsExactly("pending");
    assertThat(verdict(silent)).startsWith("failed: Failed. ");
    assertThat(verdict(flood)).startsWith("held: Stopped at a limit.").contains("65536 bytes");
    assertThat(verdict(garbled)).startsWith("review: Done.").contains("a\ufffd\ufffdb");
    assertThat(verdict(deaf)).startsWith("review: Done.").contains("I read nothing");
    assertThat(Stage.runs("yes " + desk.table())).isFalse();
  }

  @Test
  void takesEveryTitleForWhatItIsAndTheWholeOfAPrompt() throws Exception {
    desk.agent("tee \"$S/prompt.${PWD##*/}\" | wc -c").withTables();
    String controls = "one\u001b[2J\u0007two\u202ethree\r\nfour\u0085";
    long empty = desk.insert("", "");
    long untitled = desk.insert("", "There is only a text.");
    long longest = desk.insert("long " + "x".repeat(100_000), "");
    long strange = desk.insert(controls, "");
    long option = desk.insert("--help", "");
    long shell = desk.insert("$(touch pwned) `touch pwned`; touch pwned", "");
    long large = desk.insert("large", "y".repeat(3_000_000));

    Outcome run = desk.nightdesk("run").run();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("6 done, 0 failed, 1 held.");
    assertThat(run.out()).doesNotContain("\u001b", "\u0007", "\u202e");
    assertThat(desk.status(empty)).isEqualTo("held");
    assertThat(desk.comments(empty).getFirst())
        .startsWith("On hold. The task has neither a title nor a description.");
    for (long id : List.of(untitled, longest, strange, option, shell, large)) {
      assertThat(desk.status(id)).isEqualTo("review");
    }
    try (var files = Files.walk(desk.folder())) {
      assertThat(files.map(file -> String.valueOf(file.getFileName()))).doesNotContain("pwned");
    }
    assertThat(prompts())
        .hasSize(6)
        .anyMatch(prompt -> prompt.contains("y".repeat(3_000_000)))
        .anyMatch(prompt -> prompt.contains("x".repeat(100_000)))
        .anyMatch(prompt -> prompt.contains("$(touch pwned) `touch pwned`; touch pwned"))
        .noneMatch(prompt -> prompt.contains("\u001b") || prompt.contains("\u202e"));
    assertThat(desk.nightdesk("tasks", "--all").run().out())
        .contains("--help", "(no title)")
        .doesNotContain("\u001b", "\u0007", "\u202e");
  }

  /** What the agent of each run has kept of its input. */
  private List<String> prompts() throws IOException {
    List<String> prompts = new ArrayList<>();
    try (var files = Files.newDirectoryStream(desk.folder(), "prompt.*")) {
      for (Path file : files) {
        prompts.add(Files.readString(file));
      }
    }
    return prompts;
  }
}
