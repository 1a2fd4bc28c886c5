package dev.nightdesk.app;

import com.google.inject.Guice;
import com.google.inject.Injector;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Where the program starts, and the only place where it ends the JVM. */
public final class Main {
  private static final List<String> COMMANDS =
      List.of(
          "demo",
          "run",
          "watch",
          "add",
          "tasks",
          "runs",
          "show",
          "logs",
          "explain",
          "stop",
          "resume",
          "doctor",
          "settings",
          "modules",
          "verify-audit",
          "prune");

  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private Main() {}

  public static void main(String[] args) {
    // Without generated classes Guice starts faster, and needs nothing that newer JDKs warn about.
    System.setProperty("guice_bytecode_gen_option", "DISABLED");
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> LOG.error("Thread {} failed", thread.getName(), failure));
    boolean warmUp = args.length == 1 && args[0].equals("warm-up");
    System.exit(warmUp ? WarmUp.run() : run(Console.ofThisProcess(), args));
  }

  /** Finds the command, runs it, and returns the exit code. */
  static int run(Console console, String... args) {
    try (var opened = new Opened()) {
      Injector injector =
          Guice.createInjector(new DeskModule(console, opened, DeskModule::fromEnvironment));
      var failures = injector.getInstance(Failures.class);
      try {
        return commandLine(console, injector, failures, args).execute(args);
      } catch (RuntimeException | Error failure) {
        return failures.report(failure);
      }
    }
  }

  private static CommandLine commandLine(
      Console console, Injector injector, Failures failures, String... args) {
    CommandLine.IFactory factory = new Factory(injector);
    var line = new CommandLine(injector.getInstance(Nightdesk.class), factory);
    // To describe a command takes longer than to run many of them: only the one asked for.
    String first = args.length == 0 ? "" : args[0];
    (COMMANDS.contains(first) ? List.of(first) : COMMANDS)
        .forEach(name -> line.addSubcommand(name, command(name)));
    return line.setOut(console.outWriter())
        .setErr(console.errWriter())
        .setColorScheme(Help.defaultColorScheme(console.colours() ? Help.Ansi.ON : Help.Ansi.OFF))
        .setParameterExceptionHandler((mistake, unused) -> misused(console, mistake))
        .setExecutionExceptionHandler((failure, unused, parsed) -> failures.report(failure));
  }

  private static int misused(Console console, ParameterException mistake) {
    CommandLine line = mistake.getCommandLine();
    console.tell("nightdesk: " + Text.oneLine(String.valueOf(mistake.getMessage())));
    boolean suggested = UnmatchedArgumentException.printSuggestions(mistake, console.errWriter());
    if (!suggested) {
      console.tell("See: " + line.getCommandSpec().qualifiedName() + " --help");
    }
    return ExitCode.USAGE;
  }

  private static Class<?> command(String name) {
    return switch (name) {
      case "demo" -> DemoCommand.class;
      case "run" -> WorkCommands.Run.class;
      case "watch" -> WorkCommands.Watch.class;
      case "resume" -> SteerCommands.Resume.class;
      case "doctor" -> CheckCommands.Doctor.class;
      case "prune" -> PruneCommand.class;
      case "add" -> WorkCommands.Add.class;
      case "tasks" -> LookCommands.Tasks.class;
      case "runs" -> LookCommands.Runs.class;
      case "show" -> LookCommands.Show.class;
      case "logs" -> LogsCommand.class;
      case "explain" -> ExplainCommand.class;
      case "stop" -> SteerCommands.Stop.class;
      case "settings" -> CheckCommands.ShowSettings.class;
      case "modules" -> CheckCommands.Modules.class;
      case "verify-audit" -> CheckCommands.VerifyAudit.class;
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** Guice makes our commands, picocli everything else. */
  private record Factory(Injector injector) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      return type.getPackageName().equals(Main.class.getPackageName())
          ? injector.getInstance(type)
          : CommandLine.defaultFactory().create(type);
    }
  }
}
