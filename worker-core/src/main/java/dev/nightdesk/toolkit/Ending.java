package dev.nightdesk.toolkit;

import java.util.Objects;

/** How a child process ended. All that it had started is gone. */
public sealed interface Ending {

  /**
   * It ended by itself.
   *
   * @param code its exit code; 128 and the signal's number where a signal ended it
   */
  record Exited(int code) implements Ending {}

  /**
   * It was stopped: by interrupting the thread, by {@link ChildProcess#stop}, or by its supervisor
   * because no heartbeat came for the silence limit.
   */
  record Stopped() implements Ending {}

  /**
   * It was stopped because it printed more than a file may hold. The files have the first part.
   *
   * @param limit the bytes that the file may hold
   */
  record Flooded(long limit) implements Ending {}

  /**
   * It failed after it had used all the memory, or all the processes, that it may.
   *
   * @param why a sentence for the user
   */
  record Exhausted(String why) implements Ending {
    public Exhausted {
      Objects.requireNonNull(why);
    }
  }

  /**
   * Its supervision failed, so how it ended is not known. Where the supervisor was killed, what it
   * watched is gone a moment later.
   *
   * @param why a sentence for the user
   */
  record Lost(String why) implements Ending {
    public Lost {
      Objects.requireNonNull(why);
    }
  }
}
