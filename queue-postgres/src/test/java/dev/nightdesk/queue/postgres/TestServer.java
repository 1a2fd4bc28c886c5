package dev.nightdesk.queue.postgres;

import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** One embedded server for all tests of a run: started by the first, stopped after the last. */
final class TestServer implements BeforeAllCallback {
  private static final AtomicReference<EmbeddedServer> RUNNING = new AtomicReference<>();

  static EmbeddedServer get() {
    return Objects.requireNonNull(RUNNING.get(), "the test class needs @ExtendWith(TestServer)");
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(Namespace.create(TestServer.class))
        .computeIfAbsent(EmbeddedServer.class, TestServer::start);
  }

  private static EmbeddedServer start(Class<EmbeddedServer> once) {
    try {
      EmbeddedServer server = EmbeddedServer.use(Path.of("target", "home"));
      RUNNING.set(server);
      return server;
    } catch (Exception broken) {
      throw new IllegalStateException(broken);
    }
  }
}
