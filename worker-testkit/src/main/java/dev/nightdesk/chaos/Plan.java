package dev.nightdesk.chaos;

import dev.nightdesk.ledger.Timings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What is to be done to the workers, and with what.
 *
 * @param seed of everything that is left to chance
 * @param machines how many, each a home with one worker process
 * @param concurrency how many tasks each carries at once
 * @param tasks how many are put in the queue over that time
 * @param poison how many of them get their worker killed whenever it carries them
 * @param time how long workers are killed, frozen and cut off; what is left then is done in peace
 * @param pause the mean time between two of these
 * @param away how long a machine is away at the most; half of them are back at once
 * @param timings of the workers
 * @param launcher {@code bin/nightdesk} of a release
 * @param folder an empty one, for homes and files
 * @param database where the tasks and the ledger are
 * @param settings the variables with which the program finds its queue there
 */
public record Plan(
    long seed,
    int machines,
    int concurrency,
    int tasks,
    int poison,
    Duration time,
    Duration pause,
    Duration away,
    Timings timings,
    Path launcher,
    Path folder,
    Server database,
    Map<String, String> settings) {

  /** A PostgreSQL server. */
  public record Server(String url, String user, String password) {}

  public Plan {
    settings = Map.copyOf(settings);
  }
}
