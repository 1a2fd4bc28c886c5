package dev.nightdesk.toolkit;

import dev.nightdesk.spi.Containment;
import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.toolkit.egress.ModelService;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A program to start: everything that {@link ChildProcess#start} needs. Immutable; made from a
 * run's request and changed by the {@code with} methods.
 *
 * @param command the program and its arguments; a name without a slash is looked for on the {@code
 *     PATH} of {@code environment}. Arguments are visible to every user of the machine: no secrets
 * @param environment all the variables that it gets, besides {@code PWD}; in the sandbox {@code
 *     TMPDIR} is always {@code /tmp}. Names are those of a shell: letters, digits, underscores
 * @param places what of the disk is its own, and what more of it the sandbox shows
 * @param streams where its input comes from and its output goes
 * @param containment how it is kept in; its readable and writable paths count only through {@code
 *     places}
 * @param needs what the sandbox has to leave it
 */
public record Launch(
    List<String> command,
    Map<String, String> environment,
    Places places,
    Streams streams,
    Containment containment,
    Needs needs) {

  /**
   * What of the disk a program gets.
   *
   * @param workspace where it runs, and may write
   * @param home where it may write as well
   * @param readable what the sandbox lets it see
   * @param writable what the sandbox lets it change, besides workspace and home
   */
  public record Places(Path workspace, Path home, List<Path> readable, List<Path> writable) {
    public Places {
      Objects.requireNonNull(workspace);
      Objects.requireNonNull(home);
      readable = List.copyOf(readable);
      writable = List.copyOf(writable);
    }
  }

  /**
   * What a program reads and prints.
   *
   * @param input the file that is its standard input; the sandbox need not show it
   * @param output where its standard output goes
   * @param errors where its standard error goes
   */
  public record Streams(Path input, Capture output, Capture errors) {
    public Streams {
      Objects.requireNonNull(input);
      Objects.requireNonNull(output);
      Objects.requireNonNull(errors);
    }

    /** Nothing to read; both files with the same limit. */
    public static Streams into(Path output, Path errors, long limit) {
      return new Streams(
          Path.of("/dev/null"), new Capture(output, limit), new Capture(errors, limit));
    }
  }

  /**
   * A file that takes what is printed.
   *
   * @param file made anew, readable by its owner only
   * @param limit the bytes it may hold, rounded up to the next KiB; a program that prints more is
   *     stopped
   */
  public record Capture(Path file, long limit) {
    public Capture {
      Objects.requireNonNull(file);
      if (limit < 0) {
        throw new IllegalArgumentException("a limit cannot be negative");
      }
    }
  }

  /**
   * What a program cannot do its work without.
   *
   * @param model the service of its model; empty = it calls none
   * @param nesting whether it puts a sandbox of its own around what it starts
   */
  public record Needs(Optional<ModelService> model, boolean nesting) {
    /** Nothing. */
    public static final Needs NONE = new Needs(Optional.empty(), false);

    public Needs {
      Objects.requireNonNull(model);
    }
  }

  public Launch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    Objects.requireNonNull(places);
    Objects.requireNonNull(streams);
    Objects.requireNonNull(containment);
    Objects.requireNonNull(needs);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("a command has at least the program's name");
    }
  }

  /**
   * The usual way to run a program for a request: the prompt as standard input, {@code
   * transcript.jsonl} and {@code stderr.log} in the run's record, each bounded by the transcript's
   * limit, and {@code HOME} and {@code TMPDIR} the run's own. An agent that uses the person's login
   * sets another home.
   */
  public static Launch of(RunRequest request, List<String> command) {
    Containment containment = request.containment();
    Map<String, String> environment = new HashMap<>(containment.environment());
    environment.put("HOME", request.home().toString());
    environment.put("TMPDIR", request.home().toString());
    long limit = request.limits().transcriptBytes();
    return new Launch(
        command,
        environment,
        new Places(
            request.workspace(), request.home(), containment.readable(), containment.writable()),
        new Streams(
            request.prompt(),
            new Capture(request.record().resolve("transcript.jsonl"), limit),
            new Capture(request.record().resolve("stderr.log"), limit)),
        containment,
        Needs.NONE);
  }

  /** The same with further variables, which win over those that are there. */
  public Launch withEnvironment(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    return new Launch(command, all, places, streams, containment, needs);
  }

  /** The same with another file as standard input. */
  public Launch withInput(Path file) {
    return with(new Streams(file, streams.output(), streams.errors()));
  }

  /** The same with another limit of standard output. */
  public Launch withOutputLimit(long bytes) {
    Capture limited = new Capture(streams.output().file(), bytes);
    return with(new Streams(streams.input(), limited, streams.errors()));
  }

  /** The same with other input and output. */
  public Launch with(Streams other) {
    return new Launch(command, environment, places, other, containment, needs);
  }

  /** The same with a further path that the sandbox lets it see. */
  public Launch withReadable(Path path) {
    return with(
        new Places(
            places.workspace(), places.home(), and(places.readable(), path), places.writable()));
  }

  /** The same with a further path that the sandbox lets it change, e.g. the agent's login. */
  public Launch withWritable(Path path) {
    return with(
        new Places(
            places.workspace(), places.home(), places.readable(), and(places.writable(), path)));
  }

  private static List<Path> and(List<Path> some, Path further) {
    return Stream.concat(some.stream(), Stream.of(further)).toList();
  }

  private Launch with(Places other) {
    return new Launch(command, environment, other, streams, containment, needs);
  }

  /** The same with the service of its model, which a fenced network lets through. */
  public Launch withModel(ModelService service) {
    return with(new Needs(Optional.of(service), needs.nesting()));
  }

  /** The same with leave to build sandboxes of its own, which takes more of the kernel. */
  public Launch withNesting() {
    return with(new Needs(needs.model(), true));
  }

  private Launch with(Needs other) {
    return new Launch(command, environment, places, streams, containment, other);
  }
}
