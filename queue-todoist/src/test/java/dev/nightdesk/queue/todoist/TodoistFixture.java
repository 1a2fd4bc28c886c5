package dev.nightdesk.queue.todoist;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Ability;
import dev.nightdesk.testkit.CannedService;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.GivenValues;
import dev.nightdesk.testkit.Person;
import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.toolkit.http.Json;
import dev.nightdesk.toolkit.http.Pace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A project in a canned Todoist, shared with Ann. */
public record TodoistFixture(CannedTodoist todoist) implements QueueFixture {
  private static final Duration USUAL = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofSeconds(1);

  /** Starts the service. */
  public TodoistFixture() throws IOException {
    this(new CannedTodoist());
  }

  static Pace unhurried() {
    return new Pace(new Pace.Rate(8, Duration.ZERO, Duration.ZERO));
  }

  static GivenValues values(InetSocketAddress through, String... more) {
    Map<String, String> values = new HashMap<>(given(through));
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return GivenValues.of(values);
  }

  private static Map<String, String> given(InetSocketAddress through) {
    return Map.of(
        "TODOIST_API_TOKEN",
        CannedTodoist.TOKEN,
        "TODOIST_PROJECT",
        "Desk",
        "TODOIST_API_URL",
        "http://127.0.0.1:" + through.getPort() + "/api/v1");
  }

  TaskQueue open(String... more) {
    return TodoistQueueProvider.open(values(address(), more), USUAL, unhurried());
  }

  @Override
  public InetSocketAddress address() {
    return todoist.address();
  }

  @Override
  public TaskQueue open(InetSocketAddress through) {
    return TodoistQueueProvider.open(values(through), USUAL, unhurried());
  }

  @Override
  public TaskQueue openImpatient(InetSocketAddress through) {
    return TodoistQueueProvider.open(values(through), SHORT, unhurried());
  }

  @Override
  public Map<String, String> settings(InetSocketAddress through) {
    return given(through);
  }

  @Override
  public Person person() {
    return new Ann(todoist.state);
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.complementOf(
        EnumSet.of(Ability.EXCLUSIVE_CLAIM, Ability.ATOMIC_WRITES, Ability.EMPTY_TITLE));
  }

  @Override
  public Optional<CannedService> canned() {
    return Optional.of(todoist);
  }

  @Override
  public String decisiveRequest() {
    return "note_add";
  }

  @Override
  public void close() {
    todoist.close();
  }

  /** Somebody with Todoist open. */
  record Ann(CannedState state) implements Person {
    @Override
    public List<String> puts(List<Draft> drafts) {
      List<String> ids = new ArrayList<>();
      for (Draft draft : drafts) {
        ObjectNode item =
            Json.object()
                .put("content", draft.title())
                .put("description", draft.description())
                .put("priority", Math.min(draft.priority(), 3) + 1);
        draft.labels().forEach(item.withArray("labels")::add);
        draft
            .due()
            .ifPresent(due ->
                item.putObject("due")
                    .put("date", due.toString().substring(0, 10))
                    .put("is_recurring", false));
        String id = state.addItem(item, CannedState.ANN);
        draft.blockedBy().forEach(sub -> state.change(sub, row -> row.put("parent_id", id)));
        ids.add(id);
      }
      return ids;
    }

    @Override
    public void closes(String id) {
      state.change(id, item -> item.put("checked", true));
    }

    @Override
    public void moves(String id, Standing to) {
      state.change(
          id,
          item -> {
            ArrayNode labels = Json.array();
            for (var label : item.path("labels")) {
              if (!label.asText().startsWith("agent-")) {
                labels.add(label);
              }
            }
            switch (to) {
              case WORKING -> labels.add("agent-working");
              case REVIEW -> labels.add("agent-done");
              case FAILED -> labels.add("agent-failed");
              case HELD -> labels.add("agent-held");
              case READY, CLOSED -> {
                // no label
              }
            }
            item.set("labels", labels);
          });
    }

    @Override
    public void renames(String id, String title) {
      state.change(id, item -> item.put("content", title));
    }

    @Override
    public void labels(String id, String label) {
      state.change(id, item -> item.withArray("labels").add(label));
    }

    @Override
    public void comments(String id, String text) {
      state.addNote(id, text, CannedState.ANN);
    }

    @Override
    public void deletes(String id) {
      state.change(id, item -> item.put("is_deleted", true));
    }
  }
}
