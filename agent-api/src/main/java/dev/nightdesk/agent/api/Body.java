package dev.nightdesk.agent.api;

import dev.nightdesk.agent.api.ModelException.Kind;
import java.io.InputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, as it comes. One thread reads it, and gets a {@link ModelException} where
 * nothing comes for too long, too much comes, or the connection ends before the answer does.
 */
final class Body extends InputStream implements BodySubscriber<InputStream> {
  /** An answer of a model is some thousand tokens; nobody sends this much. */
  private static final long LARGEST = 32 << 20;

  private static final List<ByteBuffer> END = List.of();

  /** The reading thread was interrupted. Unchecked, to get through LangChain4j. */
  static final class InterruptedReadException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final Duration silence;
  private final BlockingQueue<List<ByteBuffer>> arrived = new LinkedBlockingQueue<>();
  private final ArrayDeque<ByteBuffer> pending = new ArrayDeque<>();
  private volatile @Nullable Throwable failure;
  private volatile Flow.@Nullable Subscription subscription;
  private boolean ended;
  private long total;

  Body(Duration silence) {
    this.silence = silence;
  }

  @Override
  public CompletionStage<InputStream> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription chosen) {
    subscription = chosen;
    chosen.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    arrived.add(List.copyOf(buffers));
  }

  @Override
  public void onError(Throwable problem) {
    failure = problem;
    arrived.add(END);
  }

  @Override
  public void onComplete() {
    arrived.add(END);
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    while (!ended && (pending.isEmpty() || !pending.peek().hasRemaining())) {
      pending.poll();
      if (pending.isEmpty()) {
        take();
      }
    }
    ByteBuffer next = pending.peek();
    if (next == null) {
      return -1;
    }
    int count = Math.min(length, next.remaining());
    next.get(into, offset, count);
    return count;
  }

  private void take() {
    List<ByteBuffer> buffers;
    try {
      buffers = arrived.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new InterruptedReadException();
    }
    if (buffers == null) {
      throw new ModelException(
          Kind.UNAVAILABLE,
          "it fell silent for " + silence.toSeconds() + " s in the middle of an answer");
    }
    if (buffers.isEmpty() && failure != null) {
      throw new ModelException(Kind.UNAVAILABLE, "the connection ended in the middle of an answer");
    }
    ended = buffers.isEmpty();
    for (ByteBuffer buffer : buffers) {
      total += buffer.remaining();
      pending.add(buffer);
    }
    if (total > LARGEST) {
      throw new ModelException(Kind.UNAVAILABLE, "its answer does not end");
    }
    Flow.Subscription from = subscription;
    if (!ended && from != null) {
      from.request(1);
    }
  }

  /** Ends the connection where the answer has not ended. */
  @Override
  public void close() {
    Flow.Subscription from = subscription;
    if (from != null) {
      from.cancel();
    }
  }
}
