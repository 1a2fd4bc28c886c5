package dev.nightdesk.queue.airtable;

import static dev.nightdesk.queue.airtable.CannedTable.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Ability;
import dev.nightdesk.testkit.CannedService;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.GivenValues;
import dev.nightdesk.testkit.Person;
import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.testkit.SettableClock;
import dev.nightdesk.toolkit.http.Pace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A canned Airtable, and queues on its table. */
public final class AirtableFixture implements QueueFixture {
  static final Map<String, String> SETTINGS =
      Map.of(
          "AIRTABLE_API_KEY", CannedAirtable.TOKEN,
          "AIRTABLE_BASE_ID", CannedAirtable.BASE,
          "AIRTABLE_TABLE", "Tasks",
          "AIRTABLE_PRIORITY_FIELD", "Priority",
          "AIRTABLE_DUE_FIELD", "Due",
          "AIRTABLE_BLOCKED_BY_FIELD", "Waits for",
          "AIRTABLE_AUTHOR_FIELD", "Made by",
          "AIRTABLE_HELD_STATUS", "Held");

  private static final Pace.Rate UNHURRIED = new Pace.Rate(64, Duration.ZERO, Duration.ZERO);

  final CannedAirtable service;
  final SettableClock clock = new SettableClock(Instant.now());

  /** Starts the service. */
  public AirtableFixture() throws IOException {
    service = new CannedAirtable();
  }

  @Override
  public InetSocketAddress address() {
    return service.address();
  }

  @Override
  public TaskQueue open(InetSocketAddress through) {
    return open(through, Duration.ofSeconds(15), Map.of());
  }

  @Override
  public TaskQueue openImpatient(InetSocketAddress through) {
    return open(through, Duration.ofSeconds(2), Map.of());
  }

  /** With other settings than usual; an empty value is none. */
  TaskQueue open(Map<String, String> other) {
    return open(address(), Duration.ofSeconds(15), other);
  }

  private TaskQueue open(InetSocketAddress through, Duration limit, Map<String, String> other) {
    Map<String, String> settings = settings(through);
    settings.putAll(other);
    settings.values().removeIf(String::isEmpty);
    return AirtableQueueProvider.open(GivenValues.of(settings), desk(), new Pace(UNHURRIED), limit);
  }

  Desk desk() {
    return new Desk("tester", Path.of("target"), clock);
  }

  @Override
  public Map<String, String> settings(InetSocketAddress through) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("AIRTABLE_API_URL", "http://127.0.0.1:" + through.getPort());
    return settings;
  }

  @Override
  public Person person() {
    return new Ann(service);
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.of(
        Ability.PRIORITY,
        Ability.DUE,
        Ability.BLOCKERS,
        Ability.CHANGES,
        Ability.COMMENTS_IN_POLL,
        Ability.EMPTY_TITLE,
        Ability.DELETION);
  }

  @Override
  public Optional<CannedService> canned() {
    return Optional.of(service);
  }

  @Override
  public String decisiveRequest() {
    return "/comments HTTP/1.1";
  }

  @Override
  public void close() {
    service.close();
  }

  /** Somebody in a browser. */
  private record Ann(CannedAirtable service) implements Person {
    @Override
    public List<String> puts(List<Draft> drafts) {
      List<String> ids = new ArrayList<>();
      for (Draft draft : drafts) {
        ids.add(service.put(fields(draft)));
      }
      return ids;
    }

    private ObjectNode fields(Draft draft) {
      CannedTable table = service.table;
      ObjectNode fields =
          JSON.createObjectNode()
              .put(table.id("Name"), draft.title())
              .put(table.id("Notes"), draft.description())
              .put(table.id("Status"), "Todo");
      if (draft.priority() > 0) {
        fields.put(table.id("Priority"), draft.priority());
      }
      draft.due().ifPresent(due -> fields.put(table.id("Due"), due.toString()));
      ArrayNode links = fields.putArray(table.id("Waits for"));
      draft.blockedBy().forEach(links::add);
      fields
          .putObject(table.id("Made by"))
          .put("id", CannedAirtable.ANN)
          .put("email", "ann@example.org")
          .put("name", "Ann");
      return fields;
    }

    private void set(String id, String field, String value) {
      service.set(id, field, TextNode.valueOf(value));
    }

    @Override
    public void closes(String id) {
      set(id, "Status", "Done");
    }

    @Override
    public void moves(String id, Standing to) {
      set(
          id,
          "Status",
          switch (to) {
            case READY -> "Todo";
            case WORKING -> "In progress";
            case REVIEW -> "Review";
            case FAILED -> "Failed";
            case HELD -> "Held";
            case CLOSED -> throw new IllegalArgumentException("closes does that");
          });
    }

    @Override
    public void renames(String id, String title) {
      set(id, "Name", title);
    }

    @Override
    public void labels(String id, String label) {
      throw new UnsupportedOperationException("records have no labels");
    }

    @Override
    public void comments(String id, String text) {
      service.say(id, CannedAirtable.ANN, text);
    }

    @Override
    public void deletes(String id) {
      service.delete(id);
    }
  }
}
