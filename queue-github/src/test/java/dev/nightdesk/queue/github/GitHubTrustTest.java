package dev.nightdesk.queue.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Circle;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.QueueException.Kind;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may instruct, as whom we act, and what doctor says. */
class GitHubTrustTest extends GitHubStage {
  @TempDir Path folder = Path.of("");

  private Author author(String login) {
    return new Author(github().user(login).get("id").asText(), Optional.of(login), login, false);
  }

  @Test
  void takesPeopleWithWritePermissionForMembersAndAsksEachTime() throws Exception {
    github().permissions.put("ann", "read");
    assertThat(queue().belongs(author("ann"), Circle.MEMBERS)).isFalse();
    github().permissions.put("ann", "write");
    assertThat(queue().belongs(author("ann"), Circle.MEMBERS)).isTrue();
    github().permissions.put("ann", "none");
    assertThat(queue().belongs(author("ann"), Circle.MEMBERS)).isFalse();
    assertThat(queue().belongs(new Author("55", Optional.of("nobody"), "n", false), Circle.MEMBERS))
        .isFalse();
  }

  @Test
  void doesNotTakeWhoGotSomebodysLoginForThatSomebody() throws Exception {
    github().permissions.put("ann", "admin");
    Author other = new Author("31337", Optional.of("ann"), "ann", false);
    assertThat(queue().belongs(other, Circle.MEMBERS)).isFalse();
  }

  private Author authorOf(String id) throws Exception {
    return queue().find(id).flatMap(Task::author).orElseThrow();
  }

  @Test
  void tellsHowAnAuthorIsRelatedToTheRepository() throws Exception {
    github().permissions.put("ann", "read");
    String anns = Integer.toString(github().issues.open("ann", "task", ""));
    String eves = Integer.toString(github().issues.open("eve", "task", ""));
    github().issues.comment(github().issues.get(eves), "ann", "and I say");
    assertThat(authorOf(anns).relation()).contains("COLLABORATOR");
    assertThat(authorOf(eves).relation()).contains("NONE");
    assertThat(queue().comments(eves, Optional.empty()))
        .singleElement()
        .satisfies(
            said -> assertThat(said.author().flatMap(Author::relation)).contains("COLLABORATOR"));
    assertThat(queue().belongs(authorOf(anns), Circle.MEMBERS))
        .as("a collaborator who may only read")
        .isFalse();
  }

  @Test
  void asksAboutAStrangerOnceAnHourAndAtOnceWhenThatPersonWasLetIn() throws Exception {
    SettableClock clock = new SettableClock(Instant.parse("2026-11-21T10:00:00Z"));
    TaskQueue queue = open(clock);
    String eves = Integer.toString(github().issues.open("eve", "task", ""));
    Author stranger = authorOf(eves);
    github().forget();
    for (int i = 0; i < 5; i++) {
      assertThat(queue.belongs(stranger, Circle.MEMBERS)).isFalse();
    }
    assertThat(github().requests()).as("five questions").hasSize(1);

    github().permissions.put("eve", "write");
    Author letIn = authorOf(eves);
    assertThat(letIn.relation()).contains("COLLABORATOR");
    assertThat(queue.belongs(letIn, Circle.MEMBERS)).isTrue();
    github().permissions.put("eve", "none");
    assertThat(queue.belongs(letIn, Circle.MEMBERS)).as("a yes is not remembered").isFalse();

    // a member who keeps the membership to herself looks like a stranger, and may write
    github().permissions.put("eve", "write");
    clock.advance(Duration.ofMinutes(61));
    assertThat(queue.belongs(stranger, Circle.MEMBERS)).isTrue();
    github().permissions.put("eve", "none");
    assertThat(queue.belongs(stranger, Circle.MEMBERS)).isFalse();
  }

  @Test
  void knowsTheTokensOwnUser() throws Exception {
    assertThat(queue().belongs(author("worker"), Circle.OWNER)).isTrue();
    assertThat(queue().belongs(author("ann"), Circle.OWNER)).isFalse();
  }

  @Test
  void marksBotsAndKnowsNoAuthorWhereTheAccountIsGone() throws Exception {
    String bots = Integer.toString(github().issues.open("dependabot[bot]", "bump", ""));
    String ghosts = Integer.toString(github().issues.open("ghost", "boo", ""));
    assertThat(queue().find(bots).flatMap(Task::author).orElseThrow().bot()).isTrue();
    assertThat(queue().find(ghosts).flatMap(Task::author)).isEmpty();
  }

  @Test
  void worksAsAnAppWithAKeyInEitherForm() throws Exception {
    for (boolean old : List.of(true, false)) {
      try (var queue = open(app(old))) {
        String id = puts("by app");
        queue.deliver(id, List.of(note("k:1", "done")));
        queue.deliver(id, List.of(note("k:1", "done")));
        assertThat(queue.comments(id, Optional.empty()))
            .singleElement()
            .satisfies(comment -> {
              assertThat(comment.author().orElseThrow().bot()).isTrue();
              assertThat(comment.key()).contains("k:1");
            });
      }
    }
    assertThat(github().app.tokens).hasSize(2).allMatch(token -> token.length() > 500);
  }

  @Test
  void renewsAnInstallationTokenBeforeItEndsAndWhenItIsRevoked() throws Exception {
    var queue = open(app(false));
    github().app.life = Duration.ofMinutes(4);
    queue.poll(Optional.empty());
    queue.poll(Optional.empty());
    assertThat(github().app.tokens).as("one that ends soon is not kept").hasSize(2);
    github().app.life = Duration.ofHours(1);
    queue.poll(Optional.empty());
    queue.poll(Optional.empty());
    assertThat(github().app.tokens).hasSize(3);
    github().app.revoke();
    queue.poll(Optional.empty());
    assertThat(github().app.tokens).hasSize(5);
  }

  @Test
  void saysWhatAnAppLacks() throws Exception {
    github().app.installed = false;
    var missing = failure(() -> open(app(false)).poll(Optional.empty()));
    assertThat(missing.kind()).isEqualTo(Kind.FIX_SETTINGS);
    assertThat(missing.getMessage()).contains("not installed");
    github().app.installed = true;
    github().app.permitted = false;
    assertThat(failure(() -> open(app(false)).poll(Optional.empty())).getMessage())
        .contains("Issues: Read and write");
  }

  private Map<String, String> app(boolean old) throws IOException {
    byte[] pkcs8 = CannedApp.KEYS.getPrivate().getEncoded();
    // In PKCS#8 a key of 2048 bits begins after 26 bytes.
    byte[] der = old ? java.util.Arrays.copyOfRange(pkcs8, 26, pkcs8.length) : pkcs8;
    String name = old ? "RSA PRIVATE KEY" : "PRIVATE KEY";
    String pem =
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(name, Base64.getMimeEncoder().encodeToString(der), name);
    Path file = Files.writeString(folder.resolve("key.pem"), pem);
    return Map.of(
        "GITHUB_TOKEN",
        "",
        "GITHUB_APP_ID",
        CannedApp.ID,
        "GITHUB_APP_PRIVATE_KEY_FILE",
        file.toString());
  }

  @Test
  void findsNothingWrongWhereAllIsWell() throws Exception {
    assertThat(queue().check()).extracting(Finding::state).containsOnly(Finding.State.GOOD);
    assertThat(open(app(false)).check())
        .extracting(Finding::state)
        .containsOnly(Finding.State.GOOD);
  }

  @Test
  void saysWhenTheTokenEndsAndWhatAClassicOneLacks() throws Exception {
    assertThat(queue().check())
        .extracting(Finding::message)
        .anySatisfy(text -> assertThat(text).contains("ends at 2027-01-01"));
    github().scopes = "gist, repo:status";
    assertThat(queue().check())
        .filteredOn(finding -> finding.state() == Finding.State.WRONG)
        .extracting(Finding::message)
        .singleElement()
        .asString()
        .contains("lacks the scope repo");
  }

  @Test
  void findsWhatIsWrong() throws Exception {
    github().repository.put("archived", true).put("has_issues", false);
    github().repository.putObject("permissions").put("pull", true);
    assertThat(open(Map.of("GITHUB_LABEL", "none")).check())
        .filteredOn(finding -> finding.state() == Finding.State.WRONG)
        .extracting(Finding::message)
        .satisfiesExactly(
            text -> assertThat(text).contains("archived"),
            text -> assertThat(text).contains("switched off"),
            text -> assertThat(text).contains("Triage"),
            text -> assertThat(text).contains("agent-done"),
            text -> assertThat(text).contains("no label none"));
    assertThat(open(Map.of("GITHUB_TOKEN", "wrong")).check())
        .singleElement()
        .satisfies(finding -> assertThat(finding.message()).contains("refuses the token"));
  }
}
