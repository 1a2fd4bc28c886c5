package dev.nightdesk.dist;

import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands every test that asks the one server, started for the first and stopped after the last. */
final class SharedServer implements ParameterResolver {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == EmbeddedServer.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(SharedServer.class))
        .computeIfAbsent(EmbeddedServer.class, SharedServer::start, EmbeddedServer.class);
  }

  private static EmbeddedServer start(Class<EmbeddedServer> once) {
    try {
      return EmbeddedServer.use(Path.of("target", "home"));
    } catch (Exception broken) {
      throw new IllegalStateException(broken);
    }
  }
}
