package dev.nightdesk.workertest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nightdesk.ledger.Runs.RunRow;
import dev.nightdesk.ledger.TaskState;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.Session;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.testkit.Ability;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.ScriptedAgent;
import dev.nightdesk.worker.Worker;
import dev.nightdesk.worker.Worker.Tally;
import dev.nightdesk.worker.WorkerSpec.Authors;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tasks that are done, tried again, given up, and gone on with. */
abstract class WorkerLifeContract extends WorkerStage {

  @Test
  public final void doesATaskAndLeavesItForReview() throws Exception {
    String id = puts("write a poem");
    ScriptedAgent agent = ScriptedAgent.saying("Roses are red.\n\nSTATUS: OK\nEND_OF_RUN");

    assertThat(runOnce(agent)).isEqualTo(new Tally(1, 0, 0));

    assertThat(standing(id)).isEqualTo(Standing.REVIEW);
    List<String> said = said(id);
    assertThat(said).hasSize(2);
    assertThat(said.getFirst()).startsWith("Working on it.").contains("attempt 1 of 3");
    assertThat(said.getLast())
        .startsWith("Done. Please review.")
        .contains("Roses are red.")
        .doesNotContain("END_OF_RUN");
    assertThat(auditLines())
        .singleElement()
        .asString()
        .contains("\"status\":\"OK\"", "\"task_title\":\"write a poem\"", "\"owner\":\"ann\"");
    assertThat(ledger().runs().list(Optional.empty(), 9)).allMatch(RunRow::recorded);
    Path record = home.resolve("runs").resolve(agent.requests().getFirst().runId());
    assertThat(Files.readString(record.resolve("result.md"))).isEqualTo("Roses are red.");
    assertThat(Files.readString(record.resolve("prompt.md"))).contains("write a poem");
  }

  @Test
  public final void opensNoAddressThatItFindsInATask() throws Exception {
    try (ServerSocket trap = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      String address = "http://127.0.0.1:" + trap.getLocalPort() + "/169.254.169.254/token.zip";
      String id =
          person().puts(Draft.of("see " + address).description("![a](" + address + ") " + address));
      person().comments(id, "[b](" + address + ")");
      runOnce(ScriptedAgent.saying("![c](" + address + ")"));
      assertThat(said(id)).last().asString().contains(address).doesNotContain("![c]");

      trap.setSoTimeout(300);
      assertThatThrownBy(trap::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  public final void writesNothingWhereNothingIsToBeDone() throws Exception {
    String id = puts("once");
    ScriptedAgent agent = ScriptedAgent.saying("done");
    runOnce(agent);
    List<String> before = said(id);

    assertThat(runOnce(agent)).isEqualTo(new Tally(0, 0, 0));

    assertThat(said(id)).isEqualTo(before);
    assertThat(agent.requests()).hasSize(1);
  }

  @Test
  public final void leavesAloneWhatIsNotReady() throws Exception {
    String closed = puts("closed");
    String reviewed = puts("reviewed");
    person().closes(closed);
    person().moves(reviewed, Standing.REVIEW);
    ScriptedAgent agent = ScriptedAgent.saying("done");
    runOnce(agent);
    assertThat(agent.requests()).isEmpty();
    assertThat(said(reviewed)).isEmpty();
  }

  @Test
  public final void doesTheMostUrgentFirst() throws Exception {
    needs(Ability.PRIORITY);
    puts("later");
    person().puts(Draft.of("now").priority(3));
    ScriptedAgent agent =
        new ScriptedAgent((request, voice) -> voice.done(promptOf(request.prompt())));
    runOnce(agent);
    assertThat(agent.requests())
        .extracting(request -> promptOf(request.prompt()).contains("Title: now"))
        .containsExactly(true, false);
  }

  private static String promptOf(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  public final void triesAgainAndThenGivesUp() throws Exception {
    String id = puts("fails");
    ScriptedAgent agent =
        new ScriptedAgent(
            (request, voice) -> voice.fail(RunResult.Failure.AGENT_FAILED, "Exit code 3."));
    for (int attempt = 1; attempt <= 3; attempt++) {
      runOnce(agent);
      runOnce(agent);
      assertThat(agent.requests()).hasSize(attempt);
      clock.advance(Duration.ofMinutes(1));
    }
    runOnce(agent);
    assertThat(agent.requests()).hasSize(3);
    assertThat(standing(id)).isEqualTo(Standing.FAILED);
    assertThat(said(id)).hasSize(6);
    assertThat(said(id).get(1)).startsWith("Failed. Exit code 3.").contains("Attempt 1 of 3");
    assertThat(said(id).getLast()).contains("All 3 attempts are used up.");
  }

  @Test
  public final void startsAnewWhenAPersonRemovesTheMark() throws Exception {
    String id = puts("tried anew");
    for (int attempt = 1; attempt <= 3; attempt++) {
      runOnce(ScriptedAgent.saying(""));
      clock.advance(Duration.ofMinutes(1));
    }
    assertThat(standing(id)).isEqualTo(Standing.FAILED);
    person().moves(id, Standing.READY);
    assertThat(runOnce(ScriptedAgent.saying("done")).ok()).isOne();
    assertThat(said(id)).filteredOn(text -> text.contains("attempt 1 of 3")).hasSize(2);
    assertThat(auditLines()).filteredOn(line -> line.contains("\"manual\"")).hasSize(1);
  }

  @Test
  public final void goesOnAfterAReply() throws Exception {
    needs(Ability.COMMENTS_IN_POLL);
    String id = puts("talked about");
    ScriptedAgent agent =
        new ScriptedAgent((request, voice) -> {
          voice.introduce("session-7");
          return voice.done(
              request.session().map(Session::id).orElse("fresh")
                  + (promptOf(request.prompt()).contains("and in blue?") ? " heard" : ""));
        });
    try (Worker worker = worker(agent)) {
      worker.watch();
      await().atMost(30, SECONDS).until(() -> standing(id) == Standing.REVIEW);
      await().during(Duration.ofMillis(500)).until(() -> agent.requests().size() == 1);
      person().comments(id, "and in blue?");
      await()
          .atMost(30, SECONDS)
          .until(() -> said(id).size() == 4 && standing(id) == Standing.REVIEW);
      await().during(Duration.ofMillis(500)).until(() -> agent.requests().size() == 2);
    }
    assertThat(said(id).getLast()).contains("session-7 heard");
    assertThat(auditLines()).filteredOn(line -> line.contains("\"reply\"")).hasSize(1);
  }

  @Test
  public final void startsTheAgentAnewWhereItsSessionIsGone() throws Exception {
    needs(Ability.COMMENTS_IN_POLL);
    String id = puts("talked about long ago");
    ScriptedAgent agent =
        new ScriptedAgent((request, voice) -> {
          voice.introduce("session-" + request.runId());
          voice.costs("0.25");
          return request.session().isEmpty()
              ? voice.done(
                  promptOf(request.prompt()).contains("LAST RESULT") ? "remembered" : "first words")
              : voice.fail(RunResult.Failure.SESSION_LOST, "no such session");
        });
    runOnce(agent);
    person().comments(id, "and in blue?");
    await()
        .atMost(30, SECONDS)
        .until(() -> {
          runOnce(agent);
          return agent.requests().size() == 3 && standing(id) == Standing.REVIEW;
        });
    RunRequest resumed = agent.requests().get(1);
    assertThat(resumed.session().map(Session::id))
        .contains("session-" + agent.requests().get(0).runId());
    assertThat(resumed.session().orElseThrow().used().calls()).isOne();
    assertThat(promptOf(resumed.prompt())).contains("first words");
    assertThat(said(id).getLast()).contains("remembered");
  }

  @Test
  public final void hearsAReplyThatCameWhileNobodyWorked() throws Exception {
    needs(Ability.COMMENTS_IN_POLL);
    String id = puts("talked about later");
    ScriptedAgent agent = ScriptedAgent.saying("done");
    runOnce(agent);
    assertThat(standing(id)).isEqualTo(Standing.REVIEW);
    person().comments(id, "and in blue?");
    await()
        .atMost(30, SECONDS)
        .until(() -> {
          runOnce(agent);
          return agent.requests().size() == 2 && standing(id) == Standing.REVIEW;
        });
    assertThat(auditLines()).filteredOn(line -> line.contains("\"reply\"")).hasSize(1);
  }

  @Test
  public final void ignoresWhomItDoesNotTrust() throws Exception {
    authors = new Authors.Named(Set.of("nobody-here"), false, false);
    String id = puts("from a stranger");
    ScriptedAgent agent = ScriptedAgent.saying("done");
    runOnce(agent);
    assertThat(agent.requests()).isEmpty();
    assertThat(said(id)).isEmpty();
    assertThat(standing(id)).isEqualTo(Standing.READY);
    assertThat(row(id).waitReason())
        .hasValueSatisfying(why -> assertThat(why).contains("WORKER_AUTHORS"));
  }

  @Test
  public final void waitsForWhatBlocksATask() throws Exception {
    needs(Ability.BLOCKERS);
    String first = puts("first");
    String second = person().puts(Draft.of("second").blockedBy(first));
    ScriptedAgent agent = ScriptedAgent.saying("done");
    runOnce(agent);
    assertThat(standing(second)).isEqualTo(Standing.READY);
    assertThat(row(second).waitReason())
        .hasValueSatisfying(why -> assertThat(why).contains("first"));
    person().closes(first);
    runOnce(agent);
    assertThat(standing(second)).isEqualTo(Standing.REVIEW);
  }

  @Test
  public final void writesNoSecretAndMentionsNobody() throws Exception {
    String id = puts("leaks");
    runOnce(ScriptedAgent.saying("key " + SECRET + ", ask @ann, fixes #1"));
    assertThat(said(id).getLast())
        .contains("[redacted]")
        .doesNotContain(SECRET)
        .doesNotContain("@ann")
        .doesNotContain("fixes #1");
    assertThat(String.join("\n", auditLines())).doesNotContain(SECRET);
  }

  @Test
  public final void bearsWhateverIsWrittenOnATask() throws Exception {
    List<String> titles =
        Stream.of(
                "--help",
                "$(touch /tmp/x); `id`",
                "x".repeat(5_000),
                "tab\there",
                "ünï \uD83D\uDE80 \u202Eltr")
            .toList();
    for (String title : titles) {
      puts(title);
    }
    ScriptedAgent agent = ScriptedAgent.saying("done");
    assertThat(runOnce(agent).ok()).isEqualTo(titles.size());
    assertThat(auditLines()).hasSize(titles.size());
  }

  @Test
  public final void holdsATaskWithoutAnyWords() throws Exception {
    needs(Ability.EMPTY_TITLE);
    String id = puts("");
    runOnce(ScriptedAgent.saying("done"));
    assertThat(is(id, TaskState.HELD)).isTrue();
    assertThat(said(id)).singleElement().asString().contains("neither a title nor a description");
  }
}
