package dev.nightdesk.bench;

import dev.nightdesk.agent.api.ApiRunnerProvider;
import dev.nightdesk.spi.AgentRunner;
import dev.nightdesk.spi.Allowance;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Values;
import dev.nightdesk.testkit.modelserver.ModelCall;
import dev.nightdesk.testkit.modelserver.ModelServer;
import dev.nightdesk.testkit.modelserver.Turn;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What the API agent adds to each call of its model: a run of many calls, each of which reads a
 * file, beside a bare client that sends the very same bodies to the same service.
 */
final class Calls {
  private static final int CALLS = 40;
  private static final int WARM_UP = 30;
  private static final int ROUNDS = 30;

  private Calls() {}

  static List<Row> measure() throws Exception {
    Path folder = Files.createTempDirectory("nightdesk-bench-");
    int[] count = {0};
    try (ModelServer server =
            ModelServer.playing(call ->
                ++count[0] % CALLS == 0
                    ? Turn.says("done")
                    : Turn.calls("t" + call.number(), "read", Map.of("path", "a.txt")));
        AgentRunner agent = agent(server, folder);
        HttpClient bare = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      Samples ours = new Samples();
      Samples bareOnes = new Samples();
      for (int round = -WARM_UP; round < ROUNDS; round++) {
        int before = server.calls().size();
        double run = time(() -> run(agent, folder));
        List<ModelCall> calls = server.calls().subList(before, before + CALLS);
        List<String> bodies = calls.stream().map(call -> call.body().toString()).toList();
        double same = time(() -> post(bare, server, bodies));
        if (round >= 0) {
          ours.add(run / CALLS);
          bareOnes.add(same / CALLS);
        }
      }
      double added = ours.median() - bareOnes.median();
      return List.of(
          new Row(
              "a model call of the API agent, with a tool and its session kept",
              ours.withRange() + " ms",
              "a bare client sends the same: " + bareOnes.withRange() + " ms",
              Samples.round(added) + " ms more",
              "at most 5 ms more",
              added <= 5));
    }
  }

  /** Something to take the time of. */
  private interface Work {
    void run() throws Exception;
  }

  private static double time(Work work) throws Exception {
    long began = System.nanoTime();
    work.run();
    return (System.nanoTime() - began) / 1e6;
  }

  private static AgentRunner agent(ModelServer server, Path folder) {
    Map<String, String> given =
        Map.of(
            "API_AGENT_MODEL", "m",
            "API_AGENT_KEY", "none",
            "API_AGENT_BASE_URL", server.url() + "/v1");
    Values values =
        new Values() {
          @Override
          public <T> Optional<T> find(Setting<T> setting) {
            return Optional.ofNullable(given.get(setting.name()))
                .or(setting::defaultText)
                .map(setting::parse);
          }
        };
    return new ApiRunnerProvider().open(values, new Desk("w", folder, InstantSource.system()));
  }

  private static void run(AgentRunner agent, Path folder) throws IOException {
    String runId = UUID.randomUUID().toString();
    Path home = folder.resolve(runId);
    Path record = Files.createDirectories(home.resolve("record"));
    Path workspace = Files.createDirectories(home.resolve("files"));
    Files.writeString(workspace.resolve("a.txt"), "a line of text\n".repeat(20));
    RunRequest request =
        new RunRequest(
            runId,
            Files.writeString(record.resolve("prompt.md"), "do it"),
            workspace,
            Files.createDirectories(home.resolve("home")),
            record,
            Optional.empty(),
            false,
            new RunLimits(
                Duration.ofMinutes(5),
                Optional.empty(),
                CALLS,
                new BigDecimal(1_000),
                1 << 20,
                1 << 20),
            new Containment(
                false,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                Duration.ofSeconds(30),
                () -> 1,
                Allowance.ALL));
    RunResult result = agent.run(request, event -> {});
    if (!(result instanceof RunResult.Finished)) {
      throw new IllegalStateException(result.toString());
    }
  }

  private static void post(HttpClient client, ModelServer server, List<String> bodies)
      throws IOException, InterruptedException {
    URI address = URI.create(server.url() + "/v1/messages");
    for (String body : bodies) {
      HttpRequest request =
          HttpRequest.newBuilder(address).POST(BodyPublishers.ofString(body)).build();
      client.send(request, BodyHandlers.ofString());
    }
  }
}
