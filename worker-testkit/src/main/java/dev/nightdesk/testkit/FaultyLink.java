package dev.nightdesk.testkit;

import dev.nightdesk.testkit.Fault.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** One client's connection through a {@link FaultProxy}, with one of its own to the service. */
final class FaultyLink {
  private final FaultProxy proxy;
  private final Socket client;
  private final Socket server = new Socket();
  private final AtomicInteger ended = new AtomicInteger();
  private volatile boolean lossy;
  private volatile boolean dropping;

  FaultyLink(FaultProxy proxy, Socket client) {
    this.proxy = proxy;
    this.client = client;
  }

  void connect(InetSocketAddress service) throws IOException {
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    server.connect(service);
    Thread.ofVirtual().name("fault-proxy-requests").start(() -> run(this::requests));
    Thread.ofVirtual().name("fault-proxy-answers").start(() -> run(this::answers));
  }

  /** Whether something that was sent through it is lost, so that it can only be cut. */
  boolean lossy() {
    return lossy;
  }

  private interface Pump {
    void run() throws IOException, InterruptedException;
  }

  private void run(Pump pump) {
    try {
      pump.run();
      if (ended.incrementAndGet() == 2) {
        reset();
      }
    } catch (IOException | InterruptedException broken) {
      reset();
    }
  }

  private void requests() throws IOException {
    InputStream in = client.getInputStream();
    OutputStream out = server.getOutputStream();
    byte[] buffer = new byte[1 << 14];
    byte[] seen = new byte[0];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      Fault fault = proxy.fault();
      if (fault.is(Kind.BLACKHOLE)) {
        lossy = true;
        continue;
      }
      if (fault.is(Kind.DROP_REPLY)) {
        int before = Math.min(seen.length, fault.bytes().length);
        byte[] window = Arrays.copyOfRange(seen, seen.length - before, seen.length + n);
        System.arraycopy(buffer, 0, window, before, n);
        seen = window;
        dropping |= fault.foundIn(window) && proxy.takeTurn(fault);
      }
      out.write(buffer, 0, n);
    }
    server.shutdownOutput();
  }

  private void answers() throws IOException, InterruptedException {
    InputStream in = server.getInputStream();
    OutputStream out = client.getOutputStream();
    byte[] buffer = new byte[1 << 14];
    Fault last = proxy.fault();
    long passed = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      Fault fault = proxy.fault();
      if (fault.number() != last.number()) {
        passed = 0;
        last = fault;
      }
      if (dropping) {
        proxy.droppedOne();
        reset();
        return;
      }
      if (!pass(fault, out, buffer, n, passed)) {
        return;
      }
      passed += n;
    }
    client.shutdownOutput();
  }

  /** Answers whether the connection goes on. */
  private boolean pass(Fault fault, OutputStream out, byte[] buffer, int n, long passed)
      throws IOException, InterruptedException {
    switch (fault.kind()) {
      case NONE, REFUSE, DROP_REPLY -> out.write(buffer, 0, n);
      case LATENCY -> {
        Thread.sleep(fault.amount());
        out.write(buffer, 0, n);
      }
      case DRIP -> drip(fault, out, buffer, n);
      case BLACKHOLE -> lossy = true;
      case TRUNCATE, RESET -> {
        int left = (int) Math.max(0, Math.min(n, fault.amount() - passed));
        out.write(buffer, 0, left);
        if (left < n) {
          end(fault);
          return false;
        }
      }
    }
    return true;
  }

  private void drip(Fault fault, OutputStream out, byte[] buffer, int n)
      throws IOException, InterruptedException {
    for (int i = 0; i < n; i++) {
      out.write(buffer, i, 1);
      if (proxy.fault().number() == fault.number()) {
        Thread.sleep(1000 / fault.amount());
      }
    }
  }

  private void end(Fault fault) throws IOException {
    if (fault.is(Kind.RESET)) {
      reset();
    } else {
      lossy = true;
      client.shutdownOutput();
      server.close();
    }
  }

  /** Cuts both ends; the client sees a reset. */
  void reset() {
    proxy.forget(this);
    try {
      client.setSoLinger(true, 0);
    } catch (IOException gone) {
      // it is closed already
    }
    FaultProxy.close(client);
    FaultProxy.close(server);
  }
}
