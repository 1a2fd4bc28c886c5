package dev.nightdesk.queue.linear;

import static dev.nightdesk.queue.linear.LinearStore.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Circle;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.QueueException.Kind;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import dev.nightdesk.spi.TaskQueueProvider;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.Exchange.Request;
import dev.nightdesk.testkit.GivenValues;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings, what doctor says, and who may give tasks. */
class LinearCheckTest extends LinearStage {
  private final LinearQueueProvider provider = new LinearQueueProvider();

  private static GivenValues values(Map<String, String> more) {
    Map<String, String> all =
        new HashMap<>(Map.of("LINEAR_API_KEY", CannedLinear.PERSONAL, "LINEAR_TEAM", "ENG"));
    all.putAll(more);
    return GivenValues.of(all);
  }

  private List<String> wrong(Map<String, String> settings) throws Exception {
    return with(settings).check().stream()
        .filter(finding -> finding.state() == Finding.State.WRONG)
        .map(finding -> finding.subject() + ": " + finding.message())
        .toList();
  }

  @Test
  void isFoundByItsNameAndHasTheSettingsThatTheUserWasPromised() {
    assertThat(ServiceLoader.load(TaskQueueProvider.class))
        .extracting(TaskQueueProvider::name)
        .containsExactly("linear");
    assertThat(provider.settings())
        .extracting(Setting::name)
        .containsExactly(
            "LINEAR_API_KEY",
            "LINEAR_TEAM",
            "LINEAR_PROJECT",
            "LINEAR_READY_STATES",
            "LINEAR_WORKING_STATE",
            "LINEAR_REVIEW_STATE",
            "LINEAR_FAILED_LABEL",
            "LINEAR_HELD_LABEL",
            "LINEAR_API_URL");
    assertThat(provider.settings())
        .filteredOn(Setting::required)
        .extracting(Setting::name)
        .containsExactly("LINEAR_API_KEY", "LINEAR_TEAM");
    LinearNames names = LinearNames.from(values(Map.of()));
    assertThat(names.url()).hasToString("https://api.linear.app/graphql");
    assertThat(names.review()).isEqualTo("In Review");
  }

  @ParameterizedTest
  @CsvSource({
    "LINEAR_WORKING_STATE, in review, must be two states",
    "LINEAR_READY_STATES, 'Todo, In Review', names In Review",
    "LINEAR_FAILED_LABEL, agent-held, must be two labels",
    "LINEAR_API_KEY, 'two words', Copy it again"
  })
  void saysWhatDoesNotGoTogether(String name, String value, String problem) {
    assertThat(provider.problems(values(Map.of())).isEmpty()).isTrue();
    assertThat(provider.problems(values(Map.of(name, value))))
        .singleElement()
        .asString()
        .contains(problem);
  }

  @Test
  void sendsTheKeyNowhereInTheClear() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LinearNames.URL.parse("http://api.linear.app/graphql"))
        .withMessageContaining("https://");
  }

  @Test
  void wantsToBeToldWhomToObeyWhereTheTokenMayBeAnApps() {
    assertThat(provider.trust(values(Map.of()))).isEqualTo(TaskQueueProvider.Trust.OWNER);
    assertThat(provider.trust(values(Map.of("LINEAR_API_KEY", CannedLinear.OAUTH))))
        .isEqualTo(TaskQueueProvider.Trust.MUST_BE_NAMED);
  }

  @Test
  void sendsAPersonalKeyBareAndAnOAuthTokenAsBearer() throws Exception {
    person().puts(Draft.of("there"));
    queue().poll(Optional.empty());
    with(Map.of("LINEAR_API_KEY", CannedLinear.OAUTH)).poll(Optional.empty());
    assertThat(linear().requests())
        .extracting(request -> request.header("authorization").orElseThrow())
        .containsOnly(CannedLinear.PERSONAL, "Bearer " + CannedLinear.OAUTH);
    assertThat(linear().requests()).extracting(Request::query).containsOnly(Map.of());
  }

  @Test
  void saysThatTheKeyIsWrong() throws Exception {
    QueueException failure =
        failure(() -> with(Map.of("LINEAR_API_KEY", "lin_api_wrong")).poll(Optional.empty()));
    assertThat(failure.kind()).isEqualTo(Kind.FIX_SETTINGS);
    assertThat(failure).hasMessageContaining("LINEAR_API_KEY").hasMessageNotContaining("_wrong");
    assertThat(wrong(Map.of("LINEAR_API_KEY", "lin_api_wrong"))).hasSize(1);
  }

  @Test
  void findsNothingWrongWhereAllIsRight() throws Exception {
    assertThat(wrong(Map.of())).isEmpty();
    assertThat(wrong(Map.of("LINEAR_TEAM", "eng"))).isEmpty();
    assertThat(queue().check())
        .extracting(Finding::message)
        .contains(
            "States: Todo, Backlog are ready, In Progress is working, In Review is review.",
            "Label agent-held will be made when it is first needed.");
    assertThat(linear().ledger()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "LINEAR_TEAM, NOPE, There is no team NOPE",
    "LINEAR_PROJECT, Nope, has no project Nope",
    "LINEAR_REVIEW_STATE, Checking, 'Triage, Backlog, Todo, In Progress, In Review'",
    "LINEAR_WORKING_STATE, Doing, has no state Doing",
    "LINEAR_READY_STATES, 'Todo,Soon', has no state Soon"
  })
  void saysWhatIsMissing(String name, String value, String message) throws Exception {
    assertThat(wrong(Map.of(name, value)))
        .singleElement()
        .asString()
        .startsWith(name + ": ")
        .contains(message);
    assertThat(failure(() -> with(Map.of(name, value)).poll(Optional.empty())))
        .hasMessageContaining(message)
        .extracting(QueueException::kind)
        .isEqualTo(Kind.FIX_SETTINGS);
  }

  @Test
  void listsProjectsOfTheSameName() throws Exception {
    String one = person().project("Site");
    String two = person().project("Site");
    assertThat(wrong(Map.of("LINEAR_PROJECT", "Site")))
        .singleElement()
        .asString()
        .contains(one, two);
    assertThat(wrong(Map.of("LINEAR_PROJECT", two))).isEmpty();
  }

  @Test
  void seesAnAddedStateWithoutBeingStartedAnew() throws Exception {
    store().states().removeIf(state -> "In Review".equals(state.get("name")));
    assertThat(failure(() -> queue().poll(Optional.empty())).kind()).isEqualTo(Kind.FIX_SETTINGS);
    store()
        .states()
        .add(
            LinearStore.map(
                "id",
                LinearStore.id(),
                "name",
                "In Review",
                "type",
                "started",
                "position",
                9.0,
                "team",
                person().team(LinearWorkspace.ENG)));
    assertThat(queue().poll(Optional.empty()).tasks()).isEmpty();
  }

  private Author author(Map<String, Object> user) {
    return new Author(LinearStore.text(user, "id"), Optional.empty(), "", false);
  }

  @Test
  void knowsItsOwnerAndTheMembers() throws Exception {
    Author ann = author(person().ann());
    assertThat(queue().belongs(author(person().viewer()), Circle.OWNER)).isTrue();
    assertThat(queue().belongs(ann, Circle.OWNER)).isFalse();
    assertThat(queue().belongs(ann, Circle.MEMBERS)).isTrue();
    assertThat(queue().belongs(author(person().guest()), Circle.MEMBERS)).isFalse();
    assertThat(queue().belongs(author(person().robot()), Circle.MEMBERS)).isFalse();
    Author nobody = new Author(LinearStore.id(), Optional.empty(), "Ann", false);
    assertThat(queue().belongs(nobody, Circle.MEMBERS)).isFalse();
    person().ann().put("active", false);
    assertThat(queue().belongs(ann, Circle.MEMBERS)).isFalse();
  }

  @Test
  void warnsThatATokenIsAnApps() throws Exception {
    person().viewer().put("app", true);
    assertThat(queue().check())
        .filteredOn(finding -> finding.state() == Finding.State.WARNING)
        .extracting(Finding::message)
        .singleElement()
        .asString()
        .contains("WORKER_AUTHORS");
  }

  @Test
  void doesNotTakeTheReviewStateForTheWorkingOne() throws Exception {
    person().state(LinearWorkspace.ENG, "In Review").put("position", 2.5);
    assertThat(wrong(Map.of())).isEmpty();
    String id = person().puts(Draft.of("there"));
    queue().claim(id, List.of());
    assertThat(found(id).standing()).isEqualTo(Standing.WORKING);
  }

  @Test
  void leavesStatesAloneThatAreNotItsOwn() throws Exception {
    String id = person().puts(Draft.of("there"));
    Map<String, Object> qa =
        LinearStore.map(
            "id",
            LinearStore.id(),
            "name",
            "QA",
            "type",
            "started",
            "position",
            9.0,
            "team",
            person().team(LinearWorkspace.ENG));
    store().states().add(qa);
    person().sets(id, "QA");
    assertThat(found(id).standing()).isEqualTo(Standing.CLOSED);
    assertThat(named(store().states(), "QA")).isSameAs(qa);
  }

  @ParameterizedTest
  @CsvSource({
    "In Progress, 'agent-failed,agent-held', WORKING",
    "Todo, 'agent-failed,agent-held', HELD",
    "In Review, 'agent-held', HELD",
    "In Review, 'AGENT-FAILED', FAILED",
    "Backlog, 'agent-failed', FAILED",
    "In Review, 'home', REVIEW",
    "Backlog, 'home', READY",
    "Done, 'agent-failed', CLOSED",
    "Triage, 'agent-failed', CLOSED"
  })
  void tellsFromStateAndLabelsHowATaskStands(String state, String labels, Standing standing)
      throws Exception {
    String id = person().puts(Draft.of("there").labels(labels.split(",", -1)));
    person().sets(id, state);
    assertThat(found(id).standing()).isEqualTo(standing);
    assertThat(found(id).labels())
        .allMatch(label -> !label.toLowerCase(Locale.ROOT).startsWith("agent-"));
  }

  @Test
  void countsUrgencyTheOtherWayRound() throws Exception {
    String id = queue().add(new NewTask("t", "", List.of(), 9));
    assertThat(store().issue(id).orElseThrow().get("priority")).isEqualTo(1.0);
    Task task = found(id);
    assertThat(task.priority()).isEqualTo(4);
    assertThat(task.author().map(Author::id)).contains((String) person().viewer().get("id"));
  }
}
