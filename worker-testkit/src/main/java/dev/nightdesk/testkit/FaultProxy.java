package dev.nightdesk.testkit;

import dev.nightdesk.testkit.Fault.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP proxy on loopback that stands before a service and breaks things on purpose, whatever the
 * protocol. It passes everything until told otherwise; the last fault set is the one in force, for
 * open connections and new ones.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.before(service)) {
 *   var client = connectTo(proxy.address());
 *   proxy.blackhole();
 *   // the client must give up by itself
 *   proxy.heal();
 * }
 * }</pre>
 *
 * <p>Safe for any thread.
 */
public final class FaultProxy implements AutoCloseable {

  private static final AtomicLong NUMBERS = new AtomicLong();

  private final InetSocketAddress service;
  private final InetSocketAddress address;
  private final Set<FaultyLink> links = ConcurrentHashMap.newKeySet();
  private final AtomicInteger dropped = new AtomicInteger();
  private volatile Fault fault = new Fault(0, Kind.NONE, 0, "");
  private volatile ServerSocket listening;
  private volatile Thread accepting;
  private volatile boolean closed;

  private FaultProxy(InetSocketAddress service) throws IOException {
    this.service = service;
    this.listening = listen(0);
    this.address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort());
    this.accepting = accept(listening);
  }

  /** Stands before a service, at a port of its own. */
  public static FaultProxy before(InetSocketAddress service) throws IOException {
    return new FaultProxy(service);
  }

  /** Where clients connect to reach the service. */
  public InetSocketAddress address() {
    return address;
  }

  /** Ends the fault in force. Connections that lost something by it are cut. */
  public void heal() {
    set(numbered(Kind.NONE, 0, ""));
  }

  /** Every piece of an answer comes late by this much. */
  public void latency(Duration late) {
    set(numbered(Kind.LATENCY, late.toMillis(), ""));
  }

  /** Answers come this slowly, byte by byte. */
  public void drip(int bytesPerSecond) {
    set(numbered(Kind.DRIP, bytesPerSecond, ""));
  }

  /** On every connection, answers end in an orderly way after this many bytes from now. */
  public void truncateAfter(long bytes) {
    set(numbered(Kind.TRUNCATE, bytes, ""));
  }

  /** On every connection, answers end in a reset after this many bytes from now. */
  public void resetAfter(long bytes) {
    set(numbered(Kind.RESET, bytes, ""));
  }

  /** Connections are accepted, what is sent vanishes, and nothing is ever answered. */
  public void blackhole() {
    set(numbered(Kind.BLACKHOLE, 0, ""));
  }

  /** Nobody listens at the address any more, and open connections are reset. */
  public void refuse() {
    set(numbered(Kind.REFUSE, 0, ""));
    stopListening();
    links.forEach(FaultyLink::reset);
  }

  /** The port is free only once nobody waits at it any more. */
  private void stopListening() {
    close(listening);
    try {
      accepting.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Passes on the next request that holds this text, waits until the service answers, and so has
   * acted, and then resets the connection instead of giving the answer. Once only; later requests
   * pass.
   */
  public void dropReplyTo(String text) {
    set(numbered(Kind.DROP_REPLY, 0, text));
  }

  /** How many replies {@link #dropReplyTo} dropped so far. */
  public int dropped() {
    return dropped.get();
  }

  /** Resets every open connection, once. */
  public void cut() {
    links.forEach(FaultyLink::reset);
  }

  /** How many clients are connected. */
  public int connections() {
    return links.size();
  }

  private synchronized void set(Fault next) {
    boolean refused = fault.is(Kind.REFUSE);
    fault = next;
    links.stream().filter(FaultyLink::lossy).forEach(FaultyLink::reset);
    if (refused && !next.is(Kind.REFUSE) && !closed) {
      try {
        listening = listen(address.getPort());
        accepting = accept(listening);
      } catch (IOException taken) {
        throw new UncheckedIOException("the proxy cannot listen at its port again", taken);
      }
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  private Thread accept(ServerSocket at) {
    return Thread.ofVirtual()
        .name("fault-proxy")
        .start(() -> {
          while (!at.isClosed()) {
            try {
              connect(at.accept());
            } catch (IOException closing) {
              // the socket was closed, or the client is gone already: the loop decides
            }
          }
        });
  }

  private void connect(Socket client) {
    FaultyLink link = new FaultyLink(this, client);
    links.add(link);
    try {
      link.connect(service);
    } catch (IOException unreachable) {
      link.reset();
    }
  }

  private static Fault numbered(Kind kind, long amount, String text) {
    return new Fault(NUMBERS.incrementAndGet(), kind, amount, text);
  }

  @Override
  public void close() {
    closed = true;
    stopListening();
    links.forEach(FaultyLink::reset);
  }

  static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception gone) {
      // nothing is left to close
    }
  }

  Fault fault() {
    return fault;
  }

  /** Whether this fault, which strikes once, is still to strike. */
  synchronized boolean takeTurn(Fault once) {
    boolean first = fault.number() == once.number();
    if (first) {
      fault = numbered(Kind.NONE, 0, "");
    }
    return first;
  }

  void droppedOne() {
    dropped.incrementAndGet();
  }

  void forget(FaultyLink link) {
    links.remove(link);
  }
}
