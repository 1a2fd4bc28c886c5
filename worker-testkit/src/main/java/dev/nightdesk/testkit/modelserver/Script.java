package dev.nightdesk.testkit.modelserver;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What the model does. Called by any thread, several at once. */
@FunctionalInterface
public interface Script {
  /** The answer to this call. It may wait; an interrupt means that the server closes. */
  Turn answer(ModelCall call) throws InterruptedException;

  /** These turns, one after the other; the last one for every call after it. */
  static Script of(Turn... turns) {
    List<Turn> all = List.of(turns);
    AtomicInteger next = new AtomicInteger();
    return call -> all.get(Math.min(next.getAndIncrement(), all.size() - 1));
  }

  /** The same of a model that thinks for a while before each answer, as real ones do. */
  default Script after(Duration thought) {
    return call -> {
      Thread.sleep(thought);
      return answer(call);
    };
  }
}
