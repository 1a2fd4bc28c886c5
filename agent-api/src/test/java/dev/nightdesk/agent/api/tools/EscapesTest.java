package dev.nightdesk.agent.api.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightdesk.agent.api.tools.Toolbox.Answer;
import dev.nightdesk.spi.Allowance;
import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.RunLimits;
import dev.nightdesk.spi.RunRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways out of the workspace, of which none leads anywhere. */
class EscapesTest {
  private static final long RACING = Duration.ofSeconds(3).toNanos();
  private static final String SECRET = "the secret of the house";

  @TempDir Path folder;
  private Path workspace;
  private Path secret;
  private Toolbox toolbox;

  @BeforeEach
  void furnish() throws IOException {
    Path real = folder.toRealPath();
    workspace = Files.createDirectories(real.resolve("run/files"));
    Path outside = Files.createDirectories(real.resolve("outside"));
    secret = Files.writeString(outside.resolve("secret.txt"), SECRET);
    Files.writeString(workspace.resolve("own.txt"), "own");
    Files.createSymbolicLink(workspace.resolve("link.txt"), secret);
    Files.createSymbolicLink(workspace.resolve("folder-link"), outside);
    Files.createSymbolicLink(workspace.resolve("relative"), Path.of("../../outside"));
    Files.createSymbolicLink(workspace.resolve("root"), Path.of("/"));
    Files.createSymbolicLink(workspace.resolve("dangling"), outside.resolve("fresh.txt"));
    Path twice = Files.writeString(outside.resolve("twice.txt"), SECRET);
    Files.createLink(workspace.resolve("hard.txt"), twice);
    Containment none =
        new Containment(
            false,
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            Duration.ofSeconds(30),
            () -> 1,
            Allowance.ALL);
    RunLimits limits =
        new RunLimits(
            Duration.ofMinutes(1), Optional.empty(), 10, BigDecimal.TEN, 100_000, 100_000);
    RunRequest request =
        new RunRequest(
            "run",
            real.resolve("prompt"),
            workspace,
            real.resolve("home"),
            real.resolve("record"),
            Optional.empty(),
            false,
            limits,
            none);
    toolbox = new Toolbox(EnumSet.allOf(Tool.class), request, event -> {});
  }

  private Answer call(String tool, String... namesAndValues) throws InterruptedException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      json.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return toolbox.call(tool, json.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../outside/secret.txt",
        "a/../../../outside/secret.txt",
        "./../../outside/secret.txt",
        "FOLDER/outside/secret.txt",
        "/etc/passwd",
        "link.txt",
        "./link.txt",
        "folder-link/secret.txt",
        "relative/secret.txt",
        "rootFOLDER/outside/secret.txt",
        "hard.txt",
        "/proc/self/environ",
        "dangling"
      })
  void leadNowhere(String path) throws Exception {
    String there = path.replace("FOLDER", folder.toRealPath().toString());

    Answer read = call("read", "path", there);
    Answer written = call("write", "path", there, "content", "overwritten");
    Answer edited = call("edit", "path", there, "old", "secret", "new", "overwritten");

    assertThat(List.of(read, written, edited))
        .allSatisfy(answer -> {
          assertThat(answer.denied()).as(answer.text()).isTrue();
          assertThat(answer.failed()).isTrue();
          assertThat(answer.text()).doesNotContain(SECRET);
        });
    assertThat(secret).hasContent(SECRET);
    assertThat(secret.resolveSibling("twice.txt")).hasContent(SECRET);
    assertThat(secret.resolveSibling("fresh.txt")).doesNotExist();
  }

  @Test
  void areNotFoundBySearches() throws Exception {
    assertThat(call("grep", "pattern", "secret").text()).isEqualTo("Nothing was found.");
    assertThat(call("glob", "pattern", "**").text()).isEqualTo("hard.txt\nown.txt\n");
    assertThat(call("grep", "pattern", "secret", "path", "folder-link").denied()).isTrue();
    assertThat(call("glob", "pattern", "*", "path", "..").denied()).isTrue();
    assertThat(call("glob", "pattern", "*", "path", "/").denied()).isTrue();
    assertThat(call("glob", "pattern", "../../outside/*").text())
        .isEqualTo("No file has such a name.");
  }

  @Test
  void doNotOpenWithFoldersThatAreYetToBeMade() throws Exception {
    assertThat(call("write", "path", "folder-link/a/b.txt", "content", "x").denied()).isTrue();
    assertThat(secret.resolveSibling("a")).doesNotExist();
    assertThat(call("write", "path", "new/deep/er/b.txt", "content", "x").failed()).isFalse();
    assertThat(workspace.resolve("new/deep/er/b.txt")).hasContent("x");
    try (Stream<Path> left = Files.list(workspace.getParent())) {
      assertThat(left).containsExactly(workspace);
    }
  }

  @Test
  void refuseWhatIsNoFileAndDoNotHang() throws Exception {
    Path pipe = workspace.resolve("pipe");
    int code = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
    assumeThat(code).as("NOT TESTED on this machine: no pipe can be made").isZero();
    assertThat(call("read", "path", "pipe").text()).isEqualTo("pipe is no regular file.");
    assertThat(call("write", "path", "pipe", "content", "x").denied()).isTrue();
    assertThat(call("grep", "pattern", ".").text()).isEqualTo("own.txt:1: own\n");
    assertThat(call("read", "path", "").failed()).isTrue();
    assertThat(call("read", "path", "a\0b").text()).isEqualTo("That is not a path.");
    assertThat(call("write", "path", "own.txt/x", "content", "x").failed()).isTrue();
  }

  @Test
  void takeAnAbsolutePathThatLeadsIntoTheWorkspace() throws Exception {
    assertThat(call("read", "path", workspace.resolve("own.txt").toString()).text())
        .isEqualTo("own");
  }

  @Test
  void keepTheRightsOfAFileThatIsChanged() throws Exception {
    Path script = Files.writeString(workspace.resolve("run.sh"), "echo a");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    call("edit", "path", "run.sh", "old", "a", "new", "b");
    assertThat(script).hasContent("echo b").isExecutable();
  }

  /** A command can change the tree at any moment. */
  @Test
  void doNotOpenInTheMomentBetweenALookAndAStep() throws Exception {
    Path swung = workspace.resolve("swung");
    Path real = Files.createDirectories(workspace.resolve("real"));
    Files.writeString(real.resolve("secret.txt"), "harmless");
    Path link = workspace.resolve("swung-link");
    Files.createSymbolicLink(link, secret.getParent());
    AtomicBoolean stop = new AtomicBoolean();
    Thread swinger = Thread.ofPlatform().start(() -> swing(swung, real, link, stop));
    Folder folder = new Folder(workspace);
    Path file = Path.of("swung/secret.txt");
    try {
      int read = 0;
      for (long end = System.nanoTime() + RACING; System.nanoTime() - end < 0; ) {
        try {
          assertThat(new String(folder.read(file), UTF_8)).isEqualTo("harmless");
          read++;
          folder.write(file, "harmless".getBytes(UTF_8));
        } catch (IOException | ToolException refused) {
          // it was not there, or the link was
        }
      }
      assertThat(read).as("it was there now and then").isPositive();
      assertThat(secret).hasContent(SECRET);
    } finally {
      stop.set(true);
      swinger.join();
    }
  }

  private static void swing(Path at, Path real, Path link, AtomicBoolean stop) {
    try {
      while (!stop.get()) {
        put(real, at);
        Files.move(at, real);
        put(link, at);
        Files.move(at, link);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In the place of the folder that the tools may have made to write into. */
  private static void put(Path from, Path at) throws IOException {
    while (true) {
      try {
        Files.move(from, at);
        return;
      } catch (FileAlreadyExistsException made) {
        clear(at);
      }
    }
  }

  private static void clear(Path made) throws IOException {
    try {
      Files.deleteIfExists(made.resolve("secret.txt"));
      Files.deleteIfExists(made);
    } catch (DirectoryNotEmptyException writtenMeanwhile) {
      // once more
    }
  }

  @Test
  void doNotWaitForAPatternThatNeverEnds() throws Exception {
    Files.writeString(workspace.resolve("a.txt"), "a".repeat(5_000) + "!");
    SearchTools hasty = new SearchTools(new Folder(workspace), Duration.ofMillis(200));
    long began = System.nanoTime();
    try {
      String said =
          hasty.grep(Arguments.parse("{\"pattern\":\"(a?){40}(a*)*b$\",\"glob\":\"a.txt\"}"));
      assertThat(said).isEqualTo("not reached");
    } catch (Deadline.PassedException | StackOverflowError passed) {
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }
  }
}
