package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies in the release, and what happens when somebody takes out or drops in an adapter. */
class ReleaseTest {
  private static final Path CHECKOUT = Path.of(System.getProperty("checkout", "..")).normalize();

  @TempDir Path folder;
  private final Release built = Release.built();

  @BeforeEach
  void keepTheCopysCacheOut() throws Exception {
    folder = folder.toRealPath();
    Files.writeString(folder.resolve("no-cache"), "");
  }

  private static List<String> jars(Path below) throws Exception {
    try (Stream<Path> files = Files.walk(below)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jar"))
          .sorted()
          .toList();
    }
  }

  @Test
  void givesEachAdapterAllThatTheProgramItselfHasNot() throws Exception {
    List<String> program = jars(built.root().resolve("lib"));
    assertThat(program)
        .contains("worker-core-0.1.0.jar")
        .noneMatch(name -> name.startsWith("queue-") || name.startsWith("agent-"));
    try (Stream<Path> adapters = Files.list(built.root().resolve("adapters"))) {
      for (Path adapter : adapters.toList()) {
        assertThat(jars(adapter)).isNotEmpty().doesNotContainAnyElementsOf(program);
      }
    }
    assertThat(jars(built.root().resolve("adapters/command")))
        .containsExactly("agent-command-0.1.0.jar");
    for (String both : List.of("github", "postgres")) {
      assertThat(jars(built.root().resolve("adapters").resolve(both)))
          .contains("queue-" + both + "-0.1.0.jar")
          .as("either folder may be left out")
          .anyMatch(name -> name.startsWith("commons-io-"))
          .anyMatch(name -> name.startsWith("commons-lang3-"));
    }
  }

  @Test
  void holdsTheSameLauncherAsTheCheckout() {
    assertThat(built.root().resolve("bin/nightdesk"))
        .isExecutable()
        .hasSameBinaryContentAs(CHECKOUT.resolve("nightdesk"));
  }

  @Test
  void listsTheModulesWithTheirJars() throws Exception {
    var outcome = built.command(folder, "modules").run();

    assertThat(outcome.code()).isZero();
    assertThat(outcome.lines().subList(1, outcome.lines().size()))
        .allMatch(line -> line.matches("(queue|agent) +([a-z]+) .*/\\1-\\2-0.1.0.jar"))
        .extracting(line -> line.replaceAll("(queue|agent) +([a-z]+) .*", "$1-$2"))
        .containsExactly(
            "queue-airtable",
            "queue-github",
            "queue-linear",
            "queue-postgres",
            "queue-todoist",
            "agent-api",
            "agent-claude",
            "agent-codex",
            "agent-command");
  }

  @Test
  void doesWithoutAnAdapterWhoseFolderIsLeftOut() throws Exception {
    Release copy = built.copyTo(folder.resolve("copy")).with("todoist", "command");

    assertThat(copy.command(folder, "modules").run().out())
        .contains("todoist", "command")
        .doesNotContain("postgres");
    assertThat(
            copy.command(folder, "run")
                .with("WORKER_QUEUE", "postgres")
                .with("WORKER_AGENT", "command")
                .with("COMMAND_AGENT", "true")
                .run()
                .err())
        .contains("there is no adapter named 'postgres' (found: todoist)");
  }

  @Test
  void namesBothJarsOfTwoAdaptersOfOneName() throws Exception {
    Release copy = built.copyTo(folder.resolve("copy"));
    Path second = Files.createDirectory(copy.root().resolve("adapters/second"));
    OtherAdapter.jar(second.resolve("agent-other.jar"), "command");

    var outcome =
        copy.command(folder, "run")
            .with("WORKER_QUEUE", "postgres")
            .with("WORKER_AGENT", "command")
            .with("COMMAND_AGENT", "true")
            .run();

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("Two adapters are named 'command'", "agent-command-0.1.0.jar", "agent-other.jar");
  }

  @Test
  void findsAnAdapterThatWasDroppedIn() throws Exception {
    Release copy = built.copyTo(folder.resolve("copy"));
    Path mine = Files.createDirectory(copy.root().resolve("adapters/mine"));
    OtherAdapter.jar(mine.resolve("agent-mine.jar"), "mine");

    assertThat(copy.command(folder, "modules").run().out())
        .containsPattern("agent +mine .*/adapters/mine/agent-mine.jar");
  }

  @Test
  void loadsTheOthersWhereAnAdapterIsBroken() throws Exception {
    Release copy = built.copyTo(folder.resolve("copy"));
    Path broken = Files.createDirectory(copy.root().resolve("adapters/broken"));
    Files.writeString(broken.resolve("agent-damaged.jar"), "<html>404</html>");
    try (var jar = new JarOutputStream(Files.newOutputStream(broken.resolve("queue-empty.jar")))) {
      jar.putNextEntry(new JarEntry("META-INF/services/dev.nightdesk.spi.TaskQueueProvider"));
      jar.write("org.example.Missing\n".getBytes(StandardCharsets.UTF_8));
    }

    var outcome = copy.command(folder, "modules").run();

    assertThat(outcome.out()).contains("postgres", "command");
    assertThat(outcome.err())
        .contains("agent-damaged.jar", "queue-empty.jar: ", "org.example.Missing");
    assertThat(outcome.code()).isEqualTo(1);
    var doctor = copy.command(folder, "doctor").run();
    assertThat(doctor.out()).contains("agent-damaged.jar", "queue-empty.jar");
    assertThat(doctor.code()).isEqualTo(2);
  }

  @Test
  void explainsEveryVariableInTheExample() throws Exception {
    String example = Files.readString(CHECKOUT.resolve(".env.example"));
    List<String> variables =
        built.command(folder, "settings", "--json").run().lines().stream()
            .map(line -> line.replaceFirst(".*\"variable\":\"([A-Z_0-9]+)\".*", "$1"))
            .toList();

    assertThat(variables).hasSizeGreaterThan(50);
    assertThat(example.lines().map(line -> line.replaceFirst("^#?([A-Z_0-9]+)=.*", "$1")).toList())
        .containsAll(variables);
  }
}
