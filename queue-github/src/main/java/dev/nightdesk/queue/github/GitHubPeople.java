package dev.nightdesk.queue.github;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Circle;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Answer;
import dev.nightdesk.toolkit.http.Json;
import java.util.Optional;
import java.util.Set;

/** Who is who in the repository. */
final class GitHubPeople {
  private final GitHubClient client;

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
      case MEMBERS -> author.login().isPresent() && mayWrite(author, author.login().get());
    };
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
