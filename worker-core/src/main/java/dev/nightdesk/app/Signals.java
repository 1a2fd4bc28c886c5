package dev.nightdesk.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Interrupt and termination: the first asks the program to finish what runs, the second to stop at
 * once, and a third ends it where it stands.
 */
final class Signals {
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicInteger code = new AtomicInteger();
  private final CountDownLatch first = new CountDownLatch(1);
  private final Thread worker;

  private final Runnable whenAsked;

  private Signals(Thread worker, Runnable whenAsked) {
    this.worker = worker;
    this.whenAsked = whenAsked;
  }

  /**
   * From now on signals come here: the first one is passed on, the second one interrupts the
   * calling thread.
   */
  static Signals caught(Runnable whenAsked) {
    var signals = new Signals(Thread.currentThread(), whenAsked);
    signals.on("INT", ExitCode.INTERRUPTED);
    signals.on("TERM", ExitCode.TERMINATED);
    return signals;
  }

  /** Waits for the first one. */
  void await() throws InterruptedException {
    first.await();
  }

  /** The same, at most that long; true if it has come. */
  boolean await(Duration longest) throws InterruptedException {
    return first.await(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The exit code that says which came first, or the other one where none came. */
  int exitCode(int other) {
    return count.get() > 0 ? code.get() : other;
  }

  private void received(int exitCode) {
    switch (count.incrementAndGet()) {
      case 1 -> {
        code.set(exitCode);
        whenAsked.run();
        first.countDown();
      }
      case 2 -> worker.interrupt();
      default -> Runtime.getRuntime().halt(exitCode);
    }
  }

  /**
   * By reflection, since javac warns of the only class that can do it, and cannot be told not to.
   */
  private void on(String name, int exitCode) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object handling =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, args) -> {
                if (method.getName().equals("handle")) {
                  received(exitCode);
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), handling);
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException unavailable) {
      // Then the JVM ends by itself, and what runs is picked up at the next start.
    }
  }
}
