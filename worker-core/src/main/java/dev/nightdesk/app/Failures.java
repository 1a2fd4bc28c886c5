package dev.nightdesk.app;

import com.google.inject.Inject;
import com.google.inject.Provider;
import com.google.inject.ProvisionException;
import dev.nightdesk.audit.AuditException;
import dev.nightdesk.ledger.LedgerException;
import dev.nightdesk.settings.DeskSettings;
import dev.nightdesk.settings.SettingsException;
import dev.nightdesk.spi.QueueException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;

/** Turns whatever went wrong into one message and an exit code; nobody ever sees a stack trace. */
final class Failures {
  private final Console console;
  private final Provider<DeskSettings> desk;

  @Inject
  Failures(Console console, Provider<DeskSettings> desk) {
    this.console = console;
    this.desk = desk;
  }

  int report(Throwable failure) {
    return switch (failure) {
      case ProvisionException wrapped when wrapped.getCause() != null -> report(wrapped.getCause());
      case SettingsException settings -> said(settings, ExitCode.USAGE);
      case UserException user -> said(user, user.exitCode());
      case LedgerException ledger -> said(ledger, ExitCode.UNREACHABLE);
      case AuditException audit -> said(audit, ExitCode.UNREACHABLE);
      case QueueException queue ->
          said(
              queue,
              switch (queue.kind()) {
                case RETRY_LATER -> ExitCode.UNREACHABLE;
                case FIX_SETTINGS -> ExitCode.USAGE;
                case GONE -> ExitCode.FAILED;
              });
      case InterruptedException stopped -> ExitCode.INTERRUPTED;
      default -> unexpected(failure);
    };
  }

  private int said(Throwable failure, int code) {
    console.tell(Text.lines(String.valueOf(failure.getMessage())));
    return code;
  }

  private int unexpected(Throwable failure) {
    console.tell(
        "nightdesk: something went wrong that should not have (%s). %s"
            .formatted(Text.oneLine(String.valueOf(failure)), details(failure)));
    return ExitCode.FAILED;
  }

  private String details(Throwable failure) {
    var trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    try {
      Path file = desk.get().home().resolve("errors.log");
      HomeFolder.append(file, Instant.now() + " " + trace + "\n");
      return "The details are in " + file + "; please report them.";
    } catch (IOException | RuntimeException nowhereToWrite) {
      return "Set NIGHTDESK_HOME to a folder that can be written to see the details there.";
    }
  }
}
