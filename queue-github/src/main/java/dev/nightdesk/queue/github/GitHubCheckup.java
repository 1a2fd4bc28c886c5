package dev.nightdesk.queue.github;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.toolkit.http.Answer;
import dev.nightdesk.toolkit.http.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import okhttp3.HttpUrl;

/** What {@code nightdesk doctor} says about the token, the repository and its labels. */
final class GitHubCheckup {
  private static final String REPOSITORY = GitHubNames.REPOSITORY.name();

  private final GitHubClient client;
  private final GitHubNames names;
  private final List<Finding> findings = new ArrayList<>();
  private String subject = "GITHUB_TOKEN";

  GitHubCheckup(GitHubClient client) {
    this.client = client;
    this.names = client.names();
  }

  List<Finding> findings() throws InterruptedException {
    try {
      token();
      subject = REPOSITORY;
      boolean writes = repository();
      client.page(names.in("issues").addQueryParameter("per_page", "1").build());
      subject = GitHubNames.DONE.name();
      labels(writes);
    } catch (QueueException refused) {
      findings.add(Finding.wrong(subject, String.valueOf(refused.getMessage())));
    }
    return findings;
  }

  private void token() throws QueueException, InterruptedException {
    HttpUrl self = client.access().self();
    if (self.pathSegments().contains("users")) {
      subject = "GITHUB_APP_ID";
    }
    Answer answer = client.get(self);
    if (!answer.isGood()) {
      throw GitHubFaults.refused(answer, names);
    }
    findings.add(
        Finding.good(
            subject,
            "The token belongs to %s; %s of %s calls are left this hour."
                .formatted(
                    Json.text(answer.json(), "login"),
                    header(answer, "x-ratelimit-remaining").orElse("?"),
                    header(answer, "x-ratelimit-limit").orElse("?"))));
    header(answer, "github-authentication-token-expiration")
        .ifPresent(end -> findings.add(Finding.good(subject, "The token ends at " + end + ".")));
    Optional<String> scopes = header(answer, "x-oauth-scopes");
    if (scopes.isPresent()
        && Arrays.stream(scopes.get().split(",", -1))
            .map(String::strip)
            .noneMatch(scope -> scope.equals("repo") || scope.equals("public_repo"))) {
      findings.add(
          Finding.wrong(
              subject, "The token lacks the scope repo (public_repo for a public repository)."));
    }
  }

  private static Optional<String> header(Answer answer, String name) {
    return Optional.ofNullable(answer.headers().get(name))
        .map(text -> text.replaceAll("[^\\x20-\\x7E]", "?"))
        .filter(text -> !text.isBlank());
  }

  /** Answers whether the token's user may make labels. */
  private boolean repository() throws QueueException, InterruptedException {
    JsonNode repository = client.repository().json();
    findings.add(Finding.good(REPOSITORY, "The repository " + names.called() + " is there."));
    if (repository.path("archived").asBoolean()) {
      findings.add(
          Finding.wrong(REPOSITORY, "It is archived, so nothing can be written: unarchive it."));
    }
    if (!repository.path("has_issues").asBoolean(true)) {
      findings.add(
          Finding.wrong(
              REPOSITORY, "Its issues are switched off: switch them on in its settings."));
    }
    JsonNode may = repository.path("permissions");
    boolean push = may.path("push").asBoolean();
    boolean triage = push || may.path("triage").asBoolean();
    if (may.isObject() && !triage && !subjectIsApp()) {
      findings.add(
          Finding.wrong(
              REPOSITORY,
              "The token's user may not set labels there: give it the role Triage or Write."));
    }
    return push || subjectIsApp();
  }

  /** An App's rights are those that its token was made with; it would have been refused. */
  private boolean subjectIsApp() {
    return findings.getFirst().subject().equals("GITHUB_APP_ID");
  }

  private void labels(boolean writes) throws QueueException, InterruptedException {
    GitHubLibrary library = client.library();
    List<String> there =
        GitHubIssues.names(
            library.call(
                github ->
                    library.repository().listLabels().withPageSize(GitHubClient.PAGE).toList(),
                answer -> GitHubFaults.refused(answer, names)));
    String missing =
        names.marks().values().stream()
            .filter(mark -> !GitHubNames.has(there, mark))
            .sorted()
            .collect(Collectors.joining(", "));
    if (missing.isEmpty()) {
      findings.add(Finding.good(subject, "The labels of Nightdesk are there."));
    } else if (writes) {
      findings.add(Finding.good(subject, "Made when first needed: the labels " + missing + "."));
    } else {
      findings.add(
          Finding.wrong(
              subject,
              "Only somebody with the role Write can make labels: make them: " + missing + "."));
    }
    if (names.label().isPresent() && !GitHubNames.has(there, names.label().get())) {
      findings.add(
          Finding.wrong(
              GitHubNames.LABEL.name(),
              "There is no label %s, so no issue is a task: make it, or set another."
                  .formatted(names.label().get())));
    }
  }
}
