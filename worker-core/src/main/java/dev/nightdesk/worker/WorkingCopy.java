package dev.nightdesk.worker;

import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.Network;
import dev.nightdesk.toolkit.CannotStartException;
import dev.nightdesk.toolkit.ChildProcess;
import dev.nightdesk.toolkit.Ending;
import dev.nightdesk.toolkit.Launch;
import dev.nightdesk.toolkit.Launch.Places;
import dev.nightdesk.toolkit.Launch.Streams;
import dev.nightdesk.worker.Workspaces.Changes;
import dev.nightdesk.worker.Workspaces.Room;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The folder that a worker works on, as one run gets it: an independent clone of a git repository,
 * or a copy of another folder. Git runs only where the agent runs, in the sandbox, since whatever
 * lies in an agent's folder may be set up to make git start programs.
 */
final class WorkingCopy {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long NOTES_BYTES = 1 << 20;

  private final Path source;
  private final Path nightdeskHome;
  private final Room room;
  private final Containment containment;
  private final String branch;

  /** What git is asked to do: scripts for bash beside this class. */
  private enum Step {
    CLONE,
    SNAPSHOT,
    BUNDLE,
    PATCH;

    String script() {
      String name = "git-" + name().toLowerCase(Locale.ROOT) + ".sh";
      try (InputStream in = WorkingCopy.class.getResourceAsStream(name)) {
        return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  WorkingCopy(Path source, Path nightdeskHome, Room room, Containment containment) {
    this.source = source;
    this.nightdeskHome = nightdeskHome;
    this.room = room;
    // what is cloned lies on this machine
    this.containment =
        containment.allowance().network() instanceof Network.Fenced
            ? containment.with(containment.allowance().with(new Network.Fenced(false, List.of())))
            : containment;
    this.branch = "nightdesk/" + room.runId();
  }

  /**
   * Fills the run's workspace.
   *
   * @param before the run whose changes this one goes on from, where they are still there
   * @throws InterruptedIOException if it was stopped: by interrupting the thread, or for want of
   *     heartbeats
   */
  void fill(Optional<Room> before) throws IOException {
    if (!Files.isDirectory(source)) {
      throw new IOException("WORKER_DIRECTORY " + source + " is no folder");
    }
    Optional<Path> earlier = before.map(this::changes).filter(Files::isRegularFile);
    if (earlier.isPresent()) {
      Files.copy(earlier.get(), passage(), StandardCopyOption.REPLACE_EXISTING);
    }
    if (!isRepository()) {
      new FolderCopy(source, room.workspace(), List.of(nightdeskHome)).make();
    }
    git(isRepository() ? Step.CLONE : Step.SNAPSHOT);
    Files.deleteIfExists(passage());
  }

  /**
   * Brings back what the agent changed.
   *
   * @return a bundle or patch beside the run's result; empty where nothing changed
   */
  Optional<Changes> bringBack() throws IOException {
    Files.deleteIfExists(passage()); // whatever the agent put there
    git(isRepository() ? Step.BUNDLE : Step.PATCH);
    if (!Files.isRegularFile(passage(), LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    Path kept = changes(room);
    Files.move(passage(), kept, StandardCopyOption.REPLACE_EXISTING);
    Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rw-------"));
    return Optional.of(new Changes(kept, recipe(kept)));
  }

  /** How a person takes the changes over, in one command. */
  private String recipe(Path changes) {
    return isRepository()
        ? "git fetch '%s' %s:%s".formatted(changes, branch, branch)
        : "git apply '%s'".formatted(changes);
  }

  private boolean isRepository() {
    return Files.exists(source.resolve(".git"));
  }

  private Path changes(Room of) {
    return of.record().resolve(isRepository() ? "changes.bundle" : "changes.patch");
  }

  /** Where changes lie while a sandboxed git reads or writes them. */
  private Path passage() {
    return room.home().resolve(".nightdesk-changes");
  }

  /** Where git keeps what a folder was like; no agent sees it. */
  private Path memory() {
    return room.workspace().resolveSibling(room.runId() + ".git");
  }

  private void git(Step step) throws IOException {
    Files.createDirectories(memory());
    List<String> command =
        List.of(
            "bash",
            "-c",
            step.script(),
            "nightdesk-git",
            source.toString(),
            branch,
            passage().toString(),
            memory().toString());
    Path notes = room.record().resolve("git.log");
    try (ChildProcess child = ChildProcess.start(launch(command, notes))) {
      List<String> said = new ArrayList<>();
      Optional<Ending> ending = child.awaitExit(PATIENCE, said::add);
      String why = child.lastErrorLine();
      if (ending.isEmpty()) {
        throw new IOException("git took longer than " + Remarks.took(PATIENCE));
      }
      switch (ending.get()) {
        case Ending.Exited exited when exited.code() == 0 -> {}
        case Ending.Exited exited -> throw new IOException("git says: " + why);
        case Ending.Stopped stopped -> throw new InterruptedIOException("git was stopped");
        case Ending.Flooded flooded -> throw new IOException("git says too much: " + why);
        case Ending.Exhausted exhausted -> throw new IOException(exhausted.why());
        case Ending.Lost lost -> throw new IOException(lost.why());
      }
    } catch (CannotStartException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private Launch launch(List<String> command, Path notes) {
    Map<String, String> environment = new HashMap<>(containment.environment());
    environment.put("HOME", room.home().toString());
    environment.put("TMPDIR", room.home().toString());
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    return new Launch(
        command,
        environment,
        new Places(room.workspace(), room.home(), List.of(source), List.of(memory())),
        Streams.into(notes, notes.resolveSibling("git.err"), NOTES_BYTES),
        containment,
        Launch.Needs.NONE);
  }
}
