package dev.nightdesk.app;

import com.google.inject.Singleton;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

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
final class Nightdesk {

  @Option(
      names = "--env-file",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Read settings from this file of KEY=value lines too; the environment wins.")
  private List<Path> envFiles = new ArrayList<>();

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
