package dev.nightdesk.queue.github;

import dev.nightdesk.spi.Secret;
import okhttp3.HttpUrl;

/** A token that a person made. */
record PersonalAccess(Secret secret, GitHubNames names) implements Access {
  @Override
  public String token() {
    return secret.reveal();
  }

  @Override
  public HttpUrl self() {
    return names.path("user").build();
  }

  @Override
  public String advice() {
    return "Make a new token and set GITHUB_TOKEN.";
  }
}
