package dev.nightdesk.queue.github;

import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Ability;
import dev.nightdesk.testkit.CannedService;
import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.GivenValues;
import dev.nightdesk.testkit.Person;
import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.toolkit.http.Pace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A repository of its own for each test. */
public record GitHubFixture(CannedGitHub github) implements QueueFixture {
  static final Pace.Rate FAST = new Pace.Rate(16, Duration.ZERO, Duration.ZERO);

  /** Starts the service. */
  public GitHubFixture() throws IOException {
    this(new CannedGitHub());
  }

  @Override
  public InetSocketAddress address() {
    return github.address();
  }

  @Override
  public TaskQueue open(InetSocketAddress through) {
    return open(through, Duration.ofSeconds(10), Map.of());
  }

  @Override
  public TaskQueue openImpatient(InetSocketAddress through) {
    return open(through, Duration.ofSeconds(2), Map.of());
  }

  TaskQueue open(Map<String, String> settings) {
    return open(github.address(), Duration.ofSeconds(10), settings);
  }

  TaskQueue open(InstantSource clock) {
    return open(github.address(), Duration.ofSeconds(10), Map.of(), clock);
  }

  private TaskQueue open(InetSocketAddress through, Duration limit, Map<String, String> settings) {
    return open(through, limit, settings, InstantSource.system());
  }

  private TaskQueue open(
      InetSocketAddress through,
      Duration limit,
      Map<String, String> settings,
      InstantSource clock) {
    return new GitHubQueueProvider(FAST, limit, Duration.ofSeconds(3))
        .open(values(through, settings), new Desk("tester", Path.of("target"), clock));
  }

  /** The settings of a queue; an empty text unsets one. */
  private GivenValues values(InetSocketAddress through, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(given(through));
    all.putAll(settings);
    all.values().removeIf(String::isEmpty);
    return GivenValues.of(all);
  }

  private Map<String, String> given(InetSocketAddress through) {
    return Map.of(
        "GITHUB_TOKEN",
        github.token(),
        "GITHUB_REPOSITORY",
        CannedGitHub.OWNER + "/" + CannedGitHub.NAME,
        "GITHUB_API_URL",
        "http://127.0.0.1:" + through.getPort());
  }

  @Override
  public Map<String, String> settings(InetSocketAddress through) {
    return given(through);
  }

  @Override
  public Person person() {
    return new Somebody(github);
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.of(
        Ability.LABELS,
        Ability.PRIORITY,
        Ability.DUE,
        Ability.BLOCKERS,
        Ability.CHANGES,
        Ability.COMMENTS_IN_POLL,
        Ability.DELETION);
  }

  @Override
  public Optional<CannedService> canned() {
    return Optional.of(github);
  }

  @Override
  public String decisiveRequest() {
    return "/comments HTTP/1.1";
  }

  @Override
  public void close() {
    github.close();
  }

  /** Somebody with a browser. */
  private record Somebody(CannedGitHub github) implements Person {
    private static final Map<Standing, String> MARKS =
        Map.of(
            Standing.WORKING, "agent-working",
            Standing.REVIEW, "agent-done",
            Standing.FAILED, "agent-failed",
            Standing.HELD, "agent-held");

    @Override
    public List<String> puts(List<Draft> drafts) {
      synchronized (github) {
        List<String> ids = new ArrayList<>();
        for (Draft draft : drafts) {
          int number = github.issues.open("ann", draft.title(), draft.description());
          String id = Integer.toString(number);
          CannedIssues.Issue issue = github.issues.get(id);
          draft.labels().forEach(label -> github.issues.label(issue, label));
          if (draft.priority() > 0) {
            github.issues.label(issue, "P" + Math.max(0, 4 - draft.priority()));
          }
          draft
              .due()
              .ifPresent(due -> issue.json.putObject("milestone").put("due_on", due.toString()));
          draft.blockedBy().forEach(other -> github.issues.blocks(issue, Integer.parseInt(other)));
          ids.add(id);
        }
        return ids;
      }
    }

    private void change(String id, String field, String value) {
      synchronized (github) {
        CannedIssues.Issue issue = github.issues.get(id);
        issue.json.put(field, value);
        github.issues.touch(issue);
      }
    }

    @Override
    public void closes(String id) {
      change(id, "state", "closed");
    }

    @Override
    public void moves(String id, Standing to) {
      synchronized (github) {
        CannedIssues.Issue issue = github.issues.get(id);
        issue.labels.removeAll(MARKS.values());
        if (MARKS.containsKey(to)) {
          github.issues.label(issue, MARKS.get(to));
        }
        github.issues.touch(issue);
      }
    }

    @Override
    public void renames(String id, String title) {
      change(id, "title", title);
    }

    @Override
    public void labels(String id, String label) {
      synchronized (github) {
        github.issues.label(github.issues.get(id), label);
      }
    }

    @Override
    public void comments(String id, String text) {
      synchronized (github) {
        github.issues.comment(github.issues.get(id), "ann", text);
      }
    }

    @Override
    public void deletes(String id) {
      synchronized (github) {
        github.issues.get(id).gone = 410;
      }
    }
  }
}
