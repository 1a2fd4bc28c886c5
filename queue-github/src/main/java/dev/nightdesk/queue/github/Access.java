package dev.nightdesk.queue.github;

import dev.nightdesk.spi.QueueException;
import okhttp3.HttpUrl;

/** Whose token goes with the requests. For any thread. */
interface Access {

  /** A token that is valid now. */
  String token() throws QueueException, InterruptedException;

  /**
   * GitHub refused this token.
   *
   * @return whether {@link #token} will give another
   */
  default boolean renews(String refused) {
    return false;
  }

  /** Where the token's own user is described. */
  HttpUrl self() throws QueueException, InterruptedException;

  /** What to set right where GitHub refuses it. */
  String advice();
}
