package dev.nightdesk.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * Logging without a configuration file: quiet until told otherwise. Found by Logback as a service,
 * so that it never looks for a file of its own.
 */
public final class Logging extends ContextAwareBase implements Configurator {
  private static final String OURS = "dev.nightdesk";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Writes to standard error in the form of {@code NIGHTDESK_LOG}; without one, for a person. */
  static void start(Console console, Optional<String> form) {
    LogLine line =
        form.map(f -> f.equals("json") ? LogLine.JSON : LogLine.TEXT).orElse(LogLine.PLAIN);
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    var appender =
        new AppenderBase<ILoggingEvent>() {
          @Override
          protected void append(ILoggingEvent event) {
            console.tell(line.of(event));
          }
        };
    appender.setContext(context);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender);
    root.setLevel(form.isPresent() ? Level.WARN : Level.ERROR);
    context.getLogger(OURS).setLevel(form.isPresent() ? Level.INFO : Level.WARN);
  }
}
