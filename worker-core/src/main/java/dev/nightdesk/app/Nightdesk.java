package dev.nightdesk.app;

import com.google.inject.Singleton;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program's name, help and the options that every command has. */
@Singleton
@Command(
    name = "nightdesk",
    versionProvider = Nightdesk.Version.class,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    usageHelpAutoWidth = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Put a task on the list you already use; find it done, for you to review.",
      "",
      "Start with: nightdesk demo",
      ""
    },
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:some run failed or was held",
      "2:wrong settings or usage",
      "3:a queue or the ledger cannot be reached",
      "130, 143:stopped by a signal"
    })
final class Nightdesk implements Callable<Integer> {

  @Option(
      names = "--env-file",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Read settings from this file of KEY=value lines too; the environment wins.")
  private List<Path> envFiles = new ArrayList<>();

  @Spec private @Nullable CommandSpec spec;

  /** Without a command there is only help to give. */
  @Override
  public Integer call() {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    line.usage(line.getErr());
    return ExitCode.USAGE;
  }

  List<Path> envFiles() {
    return envFiles;
  }

  /** Tells the version that stands in the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version =
          Optional.ofNullable(Nightdesk.class.getPackage().getImplementationVersion())
              .orElse("(unpacked)");
      return new String[] {
        "nightdesk " + version, "Java " + System.getProperty("java.runtime.version")
      };
    }
  }
}
