package dev.nightdesk.app;

import com.google.inject.Inject;
import com.google.inject.Provider;
import dev.nightdesk.ledger.Ledger;
import dev.nightdesk.ledger.Runs.Phase;
import dev.nightdesk.ledger.Runs.RunRow;
import dev.nightdesk.settings.Adapters;
import dev.nightdesk.settings.DeskSettings;
import dev.nightdesk.spi.AgentRunnerProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what an agent said and did, in words where its adapter knows how. */
@Command(name = "logs", description = "Print what the agent of a run said and did.")
final class LogsCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofMillis(200);

  @Parameters(paramLabel = "RUN", description = "The run's id, or its beginning.")
  private String run = "";

  @Option(names = "--follow", description = "Go on until the run has ended.")
  private boolean follow;

  @Option(names = "--raw", description = "The transcript as it was recorded.")
  private boolean raw;

  private final Console console;
  private final Provider<Ledger> ledger;
  private final Provider<DeskSettings> desk;
  private final Provider<Adapters> adapters;
  private final StringBuilder begun = new StringBuilder();

  @Inject
  LogsCommand(
      Console console,
      Provider<Ledger> ledger,
      Provider<DeskSettings> desk,
      Provider<Adapters> adapters) {
    this.console = console;
    this.ledger = ledger;
    this.desk = desk;
    this.adapters = adapters;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    RunRow row = LookCommands.find(ledger.get(), run);
    Path file = LookCommands.folder(desk.get(), row).resolve("transcript.jsonl");
    boolean going = follow && row.phase() != Phase.ENDED;
    if (!going && !Files.exists(file)) {
      throw new UserException(
          "There is no transcript at %s. The run was on %s; transcripts stay where a run was, and nightdesk prune removes old ones."
              .formatted(file, row.host()),
          ExitCode.FAILED);
    }
    Optional<AgentRunnerProvider> agent = raw ? Optional.empty() : agent(row.agent());
    try (var tail = new Tail(file)) {
      while (going && console.isRead()) {
        show(agent, tail.more());
        going = LookCommands.find(ledger.get(), row.runId()).phase() != Phase.ENDED;
        Thread.sleep(PAUSE);
      }
      for (String more = tail.more(); !more.isEmpty(); more = tail.more()) {
        show(agent, more);
      }
    }
    if (!begun.isEmpty()) {
      show(agent, "\n");
    }
    return ExitCode.DONE;
  }

  private Optional<AgentRunnerProvider> agent(String name) {
    return adapters.get().agents().stream()
        .filter(adapter -> adapter.name().equals(name))
        .map(Adapters.Adapter::provider)
        .findFirst();
  }

  /** An adapter reads whole lines; what it does not know is shown as it came. */
  private void show(Optional<AgentRunnerProvider> agent, String text) {
    if (agent.isEmpty()) {
      console.printRaw(shown(text));
      return;
    }
    begun.append(text);
    int end = begun.lastIndexOf("\n") + 1;
    String lines = begun.substring(0, end);
    begun.delete(0, end);
    lines.lines().forEach(line -> inWords(agent.get(), line));
  }

  private void inWords(AgentRunnerProvider agent, String line) {
    Optional<String> words;
    try {
      words = agent.inWords(line);
    } catch (RuntimeException | LinkageError broken) {
      words = Optional.of(line); // somebody else's code: what was recorded is shown in any case
    }
    words.ifPresent(text -> console.printRaw(shown(text) + "\n"));
  }

  /** A terminal would act on what an agent wrote; a file or a pipe gets it as it is. */
  private String shown(String text) {
    return console.isTerminal() ? Text.lines(text) : text;
  }
}
