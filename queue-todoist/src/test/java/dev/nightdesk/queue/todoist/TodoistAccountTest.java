package dev.nightdesk.queue.todoist;

import static dev.nightdesk.spi.QueueException.Kind.FIX_SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Circle;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Exchange.Reply;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whose token it is, which project, who works in it. */
class TodoistAccountTest extends TodoistStage {

  private static Author user(String id) {
    return new Author(id, Optional.empty(), "somebody", false);
  }

  @Test
  void findsAProjectByNameOrId() throws Exception {
    state.project("6other", "Other");
    String id = puts("there");
    for (String project : new String[] {"Desk", CannedState.HOME}) {
      TaskQueue other = another("TODOIST_PROJECT", project);
      assertThat(other.poll(Optional.empty()).tasks()).extracting(t -> t.id()).containsExactly(id);
    }
  }

  @Test
  void findsAProjectAmongHundreds() throws Exception {
    IntStream.range(0, 450).forEach(i -> state.project("6p" + i, "Project " + i));
    TaskQueue other = another("TODOIST_PROJECT", "Project 449");
    assertThat(other.poll(Optional.empty()).tasks()).isEmpty();
  }

  @Test
  void asksWhichOfTwoProjectsIsMeant() {
    state.project("6second", "Desk");
    assertThat(fails(FIX_SETTINGS, () -> queue.poll(Optional.empty())).getMessage())
        .contains("2 projects named 'Desk'", CannedState.HOME, "6second", "TODOIST_PROJECT");
  }

  @Test
  void saysThatThereIsNoSuchProject() {
    TaskQueue other = another("TODOIST_PROJECT", "Dusk");
    assertThat(fails(FIX_SETTINGS, () -> other.poll(Optional.empty())).getMessage())
        .contains("no Todoist project 'Dusk'", "such as Desk", "TODOIST_PROJECT");
  }

  @Test
  void knowsTheTokensUser() throws Exception {
    assertThat(queue.belongs(user(CannedState.OWNER), Circle.OWNER)).isTrue();
    assertThat(queue.belongs(user(CannedState.ANN), Circle.OWNER)).isFalse();
  }

  @Test
  void knowsWhoWorksInTheProject() throws Exception {
    state.collaborator(CannedState.ANN, CannedState.HOME, "active");
    state.collaborator("1002", CannedState.HOME, "invited");
    state.collaborator("1003", "6elsewhere", "active");
    assertThat(queue.belongs(user(CannedState.OWNER), Circle.MEMBERS)).isTrue();
    assertThat(queue.belongs(user(CannedState.ANN), Circle.MEMBERS)).isTrue();
    assertThat(queue.belongs(user("1002"), Circle.MEMBERS)).isFalse();
    assertThat(queue.belongs(user("1003"), Circle.MEMBERS)).isFalse();
  }

  @Test
  void hasNoAuthorWhereTodoistNamesNone() throws Exception {
    String id = puts("by whom?");
    assertThat(found(id).author()).map(Author::id).contains(CannedState.ANN);
    change(id, item -> item.putNull("added_by_uid"));
    assertThat(found(id).author()).isEmpty();
    String note = state.addNote(id, "by nobody", CannedState.ANN);
    state.changeNote(note, json -> json.putNull("posted_uid"));
    assertThat(queue.comments(id, Optional.empty()).getFirst().author()).isEmpty();
  }

  @Test
  void tellsDoctorWhatIsThere() throws Exception {
    assertThat(queue.check())
        .allMatch(finding -> finding.state() == Finding.State.GOOD)
        .extracting(Finding::subject)
        .containsExactly(
            "TODOIST_API_TOKEN",
            "TODOIST_PROJECT",
            "TODOIST_WORKING_LABEL",
            "TODOIST_HELD_LABEL",
            "TODOIST_FAILED_LABEL",
            "TODOIST_DONE_LABEL");
    assertThat(todoist.ledger()).isEmpty();
  }

  @Test
  void tellsDoctorWhatIsWrong() throws Exception {
    assertThat(another("TODOIST_API_TOKEN", "wrong").check())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.state()).isEqualTo(Finding.State.WRONG);
          assertThat(finding.subject()).isEqualTo("TODOIST_API_TOKEN");
        });
    assertThat(another("TODOIST_PROJECT", "Dusk").check())
        .last()
        .extracting(Finding::subject, Finding::state)
        .containsExactly("TODOIST_PROJECT", Finding.State.WRONG);
    answers("labels", Reply.of(500, ""));
    assertThat(queue.check()).last().extracting(Finding::state).isEqualTo(Finding.State.WRONG);
  }
}
