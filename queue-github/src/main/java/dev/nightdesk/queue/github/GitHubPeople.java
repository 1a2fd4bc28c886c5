package dev.nightdesk.queue.github;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Circle;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Answer;
import dev.nightdesk.toolkit.http.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who is who in the repository. The permission decides, asked for each time. The association that
 * GitHub gives with an issue or comment is no permission: it says "collaborator" also of people who
 * may only read, and "none" of members who keep that to themselves. It only tells whose refusal may
 * be remembered for a while, so that a repository full of strangers' issues costs few calls.
 */
final class GitHubPeople {
  private static final Duration REFUSAL = Duration.ofHours(1);
  private static final int MOST_REFUSALS = 10_000;

  /** GitHub's words for people who have no part in a repository that it knows of. */
  private static final Set<String> STRANGERS =
      Set.of("NONE", "FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR", "MANNEQUIN");

  private final GitHubClient client;

  /** When a stranger was refused, by id. */
  private final Map<String, Instant> refused = new ConcurrentHashMap<>();

  /** A token's user never changes. */
  private volatile Optional<String> own = Optional.empty();

  GitHubPeople(GitHubClient client) {
    this.client = client;
  }

  /** The id of the token's own user. */
  String own() throws QueueException, InterruptedException {
    if (own.isEmpty()) {
      Answer answer = client.get(client.access().self());
      if (!answer.isGood()) {
        throw GitHubFaults.refused(answer, client.names());
      }
      own = Optional.of(Json.text(answer.json(), "id"));
    }
    return own.orElseThrow();
  }

  boolean belongs(Author author, Circle circle) throws QueueException, InterruptedException {
    return switch (circle) {
      case OWNER -> author.id().equals(own());
      case MEMBERS -> author.login().isPresent() && isMember(author, author.login().get());
    };
  }

  private boolean isMember(Author author, String login)
      throws QueueException, InterruptedException {
    Instant now = client.clock().instant();
    boolean stranger = author.relation().filter(STRANGERS::contains).isPresent();
    if (stranger && refused.getOrDefault(author.id(), Instant.MIN).isAfter(now.minus(REFUSAL))) {
      return false;
    }
    boolean member = mayWrite(author, login);
    if (stranger && !member) {
      if (refused.size() >= MOST_REFUSALS) {
        refused.clear();
      }
      refused.put(author.id(), now);
    }
    return member;
  }

  /** A login can change hands, so the id must be the same too. */
  private boolean mayWrite(Author author, String login)
      throws QueueException, InterruptedException {
    Answer answer = client.get(client.names().in("collaborators", login, "permission").build());
    if (answer.status() == 404) {
      return false;
    }
    if (!answer.isGood()) {
      throw GitHubFaults.refused(answer, client.names());
    }
    JsonNode found = answer.json();
    boolean same = Json.find(found.path("user"), "id").filter(author.id()::equals).isPresent();
    return same && Set.of("admin", "maintain", "write").contains(Json.text(found, "permission"));
  }
}
