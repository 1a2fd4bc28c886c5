package dev.nightdesk.agent.api;

import dev.nightdesk.agent.api.tools.Tool;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.toolkit.CannotStartException;
import dev.nightdesk.toolkit.ChildProcess;
import dev.nightdesk.toolkit.Programs;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What {@code nightdesk doctor} says of this agent; calls no model. */
record Checkup(Endpoint endpoint, Price price, Set<Tool> tools, HttpClient client) {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final String KEY = "API_AGENT_KEY";

  List<Finding> findings(Containment containment) throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    findings.add(key());
    if (endpoint.isExposed()) {
      findings.add(
          Finding.warning(
              "API_AGENT_BASE_URL", "http, so others on the network can read the key: use https."));
    }
    if (!price.known()) {
      findings.add(
          Finding.warning(
              "API_AGENT_PRICE_IN_USD",
              "not set, so tokens are counted at the dearest list price known, and runs end at"
                  + " their cost limit sooner than they need."));
    }
    findings.add(files());
    if (tools.contains(Tool.SHELL) || tools.contains(Tool.BACKGROUND_RUN)) {
      findings.add(shell(containment));
      findings.add(ChildProcess.check(containment));
    }
    return findings;
  }

  private Finding files() {
    return Finding.good(
        "API_AGENT_TOOLS", String.join(", ", tools.stream().sorted().map(Tool::title).toList()));
  }

  private static Finding shell(Containment containment) {
    try {
      String path = containment.environment().getOrDefault("PATH", "");
      return Finding.good("API_AGENT_TOOLS", "commands run in " + Programs.find("bash", path));
    } catch (CannotStartException e) {
      return Finding.wrong("API_AGENT_TOOLS", String.valueOf(e.getMessage()));
    }
  }

  /** Asks for the list of models, which costs nothing and which both kinds of service have. */
  private Finding key() throws InterruptedException {
    HttpRequest.Builder ask =
        HttpRequest.newBuilder(URI.create(endpoint.url() + "/models")).timeout(PATIENCE);
    endpoint
        .key()
        .ifPresent(key -> {
          if (endpoint.anthropic()) {
            ask.header("x-api-key", key.reveal()).header("anthropic-version", "2023-06-01");
          } else {
            ask.header("Authorization", "Bearer " + key.reveal());
          }
        });
    CompletableFuture<Integer> status =
        client
            .sendAsync(ask.build(), BodyHandlers.discarding())
            .thenApply(response -> response.statusCode());
    try {
      return said(status.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException | TimeoutException e) {
      status.cancel(true);
      return Finding.warning(KEY, endpoint.url() + " cannot be reached, so it was not checked.");
    }
  }

  private Finding said(int status) {
    String whose = endpoint.key().isPresent() ? "the key" : "a call without a key";
    return switch (status) {
      case 200 -> Finding.good(KEY, endpoint.url() + " takes " + whose);
      case 401, 403 ->
          Finding.wrong(
              KEY, endpoint.url() + " refuses " + whose + " (" + status + "). Set another one.");
      default ->
          Finding.warning(
              KEY,
              endpoint.url()
                  + " answers "
                  + status
                  + " when it is asked for its models, so it was not checked.");
    };
  }
}
