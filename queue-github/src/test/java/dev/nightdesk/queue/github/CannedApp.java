package dev.nightdesk.queue.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightdesk.testkit.Exchange.Reply;
import dev.nightdesk.testkit.Exchange.Request;
import dev.nightdesk.toolkit.http.Json;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The GitHub App that is installed on a {@link CannedGitHub}. */
final class CannedApp {
  static final String ID = "4711";
  static final String LOGIN = "desk-app[bot]";
  static final KeyPair KEYS = keys();

  /** Every installation token that was given, the valid one last. */
  final List<String> tokens = new ArrayList<>();

  volatile Duration life = Duration.ofHours(1);
  volatile boolean installed = true;
  volatile boolean permitted = true;
  private Instant ends = Instant.MIN;

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  boolean accepts(String bearer) {
    return !tokens.isEmpty() && tokens.getLast().equals(bearer) && Instant.now().isBefore(ends);
  }

  /** The valid token is good no more, e.g. because somebody revoked it. */
  void revoke() {
    tokens.add("revoked");
  }

  Optional<Reply> answer(Request request, String bearer) throws Exception {
    boolean forApps =
        request.path().startsWith("/app")
            || request.path().equals(CannedGitHub.BASE + "/installation");
    if (!forApps) {
      return Optional.empty();
    }
    if (!isProof(bearer)) {
      return Optional.of(CannedGitHub.error(401, "A JSON web token could not be decoded"));
    }
    if (request.path().equals("/app")) {
      return Optional.of(Reply.of(Json.object().put("id", 4711).put("slug", "desk-app")));
    }
    if (!installed) {
      return Optional.of(CannedGitHub.error(404, "Not Found"));
    }
    if (request.method().equals("GET")) {
      return Optional.of(Reply.of(Json.object().put("id", 33)));
    }
    if (!permitted) {
      return Optional.of(CannedGitHub.error(422, "The permissions requested are not granted"));
    }
    return Optional.of(token(request));
  }

  private Reply token(Request request) throws Exception {
    JsonNode asked = request.json();
    if (!request.path().equals("/app/installations/33/access_tokens")
        || !asked.path("repositories").path(0).asText().equals(CannedGitHub.NAME)
        || !asked.path("permissions").path("issues").asText().equals("write")) {
      return CannedGitHub.error(422, "Validation Failed");
    }
    String claims = (tokens.size() + "x").repeat(160);
    tokens.add("ghs_" + ID + "_eyJ." + claims + "." + "s".repeat(180));
    ends = Instant.now().plus(life);
    return Reply.of(
        201,
        Json.object().put("token", tokens.getLast()).put("expires_at", ends.toString()).toString());
  }

  private static boolean isProof(String bearer) throws Exception {
    String[] parts = bearer.split("\\.", -1);
    if (parts.length != 3) {
      return false;
    }
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(KEYS.getPublic());
    signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.UTF_8));
    JsonNode claims = new ObjectMapper().readTree(Base64.getUrlDecoder().decode(parts[1]));
    long now = Instant.now().getEpochSecond();
    return signature.verify(Base64.getUrlDecoder().decode(parts[2]))
        && claims.path("iss").asText().equals(ID)
        && claims.path("iat").asLong() <= now
        && claims.path("exp").asLong() > now
        && claims.path("exp").asLong() <= now + 600;
  }
}
