package dev.nightdesk.queue.github;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Answer;
import dev.nightdesk.toolkit.http.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.kohsuke.github.GHEventPayload;
import org.kohsuke.github.GHIOException;
import org.kohsuke.github.GHIssue;
import org.kohsuke.github.GHRepository;
import org.kohsuke.github.GitHub;
import org.kohsuke.github.GitHubBuilder;
import org.kohsuke.github.connector.GitHubConnector;
import org.kohsuke.github.connector.GitHubConnectorRequest;
import org.kohsuke.github.connector.GitHubConnectorResponse;

/**
 * The github-api library on our own wire. It sees neither a token nor an answer that is not good:
 * such a one ends its call at once, before it would sleep, repeat or follow. For any thread.
 */
final class GitHubLibrary implements GitHubConnector {
  private static final MediaType JSON = MediaType.get("application/json");

  private final Sender sender;
  private final GitHubNames names;
  private final GitHub github;

  /** Sends with a token. */
  interface Sender {
    Answer send(Request request) throws QueueException, InterruptedException;
  }

  /** What to ask the library for. */
  interface Wish<T> {
    T of(GitHub github) throws IOException;
  }

  /** What it means that GitHub refused. */
  interface Refusal {
    QueueException of(Answer answer) throws QueueException, InterruptedException;
  }

  private static final class Refused extends GHIOException {
    private static final long serialVersionUID = 1L;
    private final transient Answer answer;

    Refused(Answer answer) {
      this.answer = answer;
    }
  }

  private static final class Unsent extends GHIOException {
    private static final long serialVersionUID = 1L;

    Unsent(Exception why) {
      super(why.getMessage(), why);
    }
  }

  GitHubLibrary(Sender sender, GitHubNames names) {
    this.sender = sender;
    this.names = names;
    try {
      this.github =
          new GitHubBuilder().withEndpoint(names.api().toString()).withConnector(this).build();
    } catch (IOException e) {
      throw new IllegalStateException("nothing is asked for without a token", e);
    }
  }

  /** Calls the library; what it cannot read is a failure of GitHub's. */
  <T> T call(Wish<T> wish, Refusal refusal) throws QueueException, InterruptedException {
    try {
      return wish.of(github);
    } catch (Refused refused) {
      throw refusal.of(refused.answer);
    } catch (Unsent unsent) {
      switch (unsent.getCause()) {
        case QueueException limit -> throw limit;
        case InterruptedException stop -> throw stop;
        case null, default -> throw new IllegalStateException(unsent);
      }
    } catch (IOException | RuntimeException nonsense) {
      // Its message would quote the answer.
      throw QueueException.retryLater("GitHub answered with something that cannot be read.");
    }
  }

  /** An issue to write to, of which the library need not know more than where it is. */
  GHIssue issue(String number) throws IOException {
    return event(number).getIssue();
  }

  /** The repository, of which the library need not know more than where it is. */
  GHRepository repository() throws IOException {
    return event("0").getRepository();
  }

  /** Events are what the library reads without asking for anything. */
  private GHEventPayload.Issue event(String number) throws IOException {
    ObjectNode event = Json.object();
    event.putObject("issue").put("number", number);
    event
        .putObject("repository")
        .put("name", names.repository())
        .put("full_name", names.called())
        .putObject("owner")
        .put("login", names.owner());
    return github.parseEventPayload(new StringReader(event.toString()), GHEventPayload.Issue.class);
  }

  @Override
  public GitHubConnectorResponse send(GitHubConnectorRequest request) throws IOException {
    try (InputStream body = request.body()) {
      HttpUrl url = names.served(request.url().toString());
      RequestBody sent = body == null ? null : RequestBody.create(body.readAllBytes(), JSON);
      Answer answer =
          sender.send(new Request.Builder().url(url).method(request.method(), sent).build());
      if (!answer.isGood()) {
        throw new Refused(answer);
      }
      return new Good(request, answer);
    } catch (QueueException | InterruptedException e) {
      throw new Unsent(e);
    }
  }

  private static final class Good extends GitHubConnectorResponse.ByteArrayResponse {
    private final String body;

    Good(GitHubConnectorRequest request, Answer answer) {
      super(request, answer.status(), answer.headers().toMultimap());
      this.body = answer.body();
    }

    @Override
    protected InputStream rawBodyStream() {
      return new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8));
    }
  }
}
