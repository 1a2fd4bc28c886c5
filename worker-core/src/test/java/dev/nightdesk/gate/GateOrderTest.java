package dev.nightdesk.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Blocker;
import dev.nightdesk.spi.Cause;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GateOrderTest extends GateStage {
  private Task task =
      Task.of("1", "", Standing.READY).blockers(List.of(new Blocker("7", "First"))).build();

  @BeforeEach
  void putEverythingInTheWay() throws IOException {
    for (int run = 1; run <= 7; run++) {
      conclude(begin(), "5");
    }
    crash();
    crash();
    crash();
    ledger.tasks().postpone(KEY, "too early", now.plusSeconds(60));
    distrust = Optional.of("a stranger");
    ledger.switches().holdAccount(WORKER, "team", Optional.empty(), "full");
    ledger.switches().holdWorker(WORKER, "broken", "repair it");
    clockOff = Optional.of(Duration.ofMinutes(1));
    ledger.switches().stop(Optional.empty(), "enough");
    Files.createFile(stopFile());
    bounds = new Bounds(1, usd("5"), usd("20"), Optional.of(usd("30")), 10);
  }

  @Test
  void namesWhatStopsEverythingFirstAndTheTasksOwnHistoryLast() throws IOException {
    assertSays("stopped by the file");
    Files.delete(stopFile());
    assertSays("stopped: enough");
    ledger.switches().resume(Optional.empty());
    assertSays("not on this machine");
    clockOff = Optional.empty();
    assertSays("worker held: broken");
    ledger.switches().releaseWorker(WORKER);
    assertSays("account waits: full");
    ledger.switches().releaseAccount("team");
    assertSays("a stranger");
    distrust = Optional.empty();
    assertSays("neither a title nor a description");
    task = Task.of("1", "Write", Standing.READY).blockers(task.blockers()).build();
    assertSays("blocked by 7");
    task = TASK;
    assertSays("too early");
    now = now.plusSeconds(60);
    assertSays("The worker died 3 times");
    conclude(begin(), "0");
    assertSays("attempts are used up");
    ledger.tasks().hold(KEY, "asked", "answer", List.of());
    ledger.tasks().reply(KEY, new Entry.Move("reply-1", Standing.READY));
    assertSays("looks like a loop");
    ledger.tasks().reset(KEY, Cause.MANUAL, false);
    assertSays("The task's budget");
    bounds = new Bounds(1, usd("5"), usd("99"), Optional.of(usd("30")), 10);
    assertSays("The worker's monthly budget");
    bounds = new Bounds(1, usd("5"), usd("99"), Optional.of(usd("40")), 10);
    assertSays("go");
  }

  private void assertSays(String reason) {
    assertThat(words(ask(task))).contains(reason);
  }
}
