package dev.nightdesk.agent.api.tools;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.nightdesk.spi.RunEvents;
import dev.nightdesk.spi.RunRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The tools of one run. For one thread, which may be interrupted. */
public final class Toolbox implements AutoCloseable {
  /** For searches; what a command may take is its own. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Until a command is stopped and all that it started is gone. */
  private static final Duration ENDING = Duration.ofSeconds(12);

  /** Until a thread that touches files has seen that it is to stop. */
  private static final Duration LETTING_GO = Duration.ofSeconds(1);

  private static final int LONGEST_REASON = 1_000;
  private static final int SHELL_SECONDS = 120;
  private static final int LONGEST_SHELL_SECONDS = 600;
  private static final int BACKGROUND_SECONDS = 300;
  private static final int LONGEST_BACKGROUND_SECONDS = 3_600;

  private final Set<Tool> tools;
  private final Folder folder;
  private final FileTools files;
  private final SearchTools searches;
  private final Shell shell;
  private final Background background;

  /**
   * What a tool answered.
   *
   * @param text for the model
   * @param failed whether it did not do what it was asked to
   * @param denied whether that was because it must not
   */
  public record Answer(String text, boolean failed, boolean denied) {}

  /** Does what a call asks for. */
  private interface Work {
    Answer call() throws IOException, ToolException, InterruptedException;
  }

  /** The tools for a run, of which the model gets these. */
  public Toolbox(Set<Tool> tools, RunRequest request, RunEvents events) throws IOException {
    this.tools = Set.copyOf(tools);
    folder = new Folder(request.workspace());
    files = new FileTools(folder);
    searches = new SearchTools(folder, PATIENCE);
    shell = new Shell(request, events);
    background = new Background(shell);
  }

  /** What the model is told of them, always in the same order, so that it can be cached. */
  public List<ToolSpecification> specifications() {
    return Arrays.stream(Tool.values()).filter(tools::contains).map(Tool::specification).toList();
  }

  /** A text file of the workspace, where it is one that the tools would read. */
  public Optional<String> find(String path) {
    try {
      return FileTools.text(folder.read(folder.place(path)));
    } catch (IOException | ToolException e) {
      return Optional.empty();
    }
  }

  /** The files of that name in and below a folder of the workspace, by their paths there. */
  public List<String> named(String name, String below) {
    List<String> found = new ArrayList<>();
    try {
      folder.walk(
          folder.place(below),
          (path, within, attributes) -> {
            if (path.endsWith(name)) {
              found.add(path.toString());
            }
            return true;
          });
    } catch (IOException | ToolException e) {
      return List.of();
    }
    return found;
  }

  /** Its commands in the background. */
  public Background background() {
    return background;
  }

  /**
   * Does what the model asks for; whatever is wrong with that is an answer too.
   *
   * @throws InterruptedException where the run was stopped; all commands are being stopped then
   */
  public Answer call(String name, String arguments) throws InterruptedException {
    try {
      Tool tool = tool(name);
      Arguments given = Arguments.parse(arguments);
      Answer answer = apart(tool, limit(tool, given), () -> work(tool, given));
      return new Answer(
          Shortened.middle(answer.text(), Shell.KEPT + 2 * Background.SHOWN),
          answer.failed(),
          answer.denied());
    } catch (ToolException e) {
      String why = Shortened.middle(String.valueOf(e.getMessage()), LONGEST_REASON);
      return new Answer(why, true, e.denied());
    }
  }

  private Tool tool(String name) throws ToolException {
    for (Tool tool : Tool.values()) {
      if (tool.title().equals(name)) {
        if (!tools.contains(tool)) {
          throw ToolException.denied("The tool " + name + " is not allowed here.");
        }
        return tool;
      }
    }
    throw ToolException.failed(
        "There is no tool of this name. There are: "
            + String.join(", ", specifications().stream().map(ToolSpecification::name).toList())
            + ".");
  }

  private Answer work(Tool tool, Arguments given)
      throws IOException, ToolException, InterruptedException {
    return switch (tool) {
      case READ -> good(files.read(given));
      case WRITE -> good(files.write(given));
      case EDIT -> good(files.edit(given));
      case GLOB -> good(searches.glob(given));
      case GREP -> good(searches.grep(given));
      case SHELL -> {
        Shell.Ran ran = shell.run(given.text("command"), seconds(tool, given));
        yield new Answer(ran.text(), !ran.good(), false);
      }
      case BACKGROUND_RUN -> good(background.run(given.text("command"), seconds(tool, given)));
      case CHECK_BACKGROUND -> good(background.check(id(given)));
    };
  }

  private static Answer good(String text) {
    return new Answer(text, false, false);
  }

  private static Optional<String> id(Arguments given) throws ToolException {
    String id = given.text("id", "");
    return id.isBlank() ? Optional.empty() : Optional.of(id);
  }

  private static Duration seconds(Tool tool, Arguments given) throws ToolException {
    boolean shell = tool == Tool.SHELL;
    return Duration.ofSeconds(
        given.number(
            "timeout_seconds",
            shell ? SHELL_SECONDS : BACKGROUND_SECONDS,
            shell ? LONGEST_SHELL_SECONDS : LONGEST_BACKGROUND_SECONDS));
  }

  private static Duration limit(Tool tool, Arguments given) throws ToolException {
    return tool == Tool.SHELL ? seconds(tool, given).plus(ENDING) : PATIENCE.plus(LETTING_GO);
  }

  /**
   * Does work in a thread of its own and waits for it. A file can turn out to be one that never
   * lets go of who opens it; such a thread is left behind, and no run waits for it.
   */
  private Answer apart(Tool tool, Duration limit, Work work)
      throws InterruptedException, ToolException {
    FutureTask<Answer> task = new FutureTask<>(work::call);
    Thread thread = Thread.ofPlatform().daemon().name("tool").start(task);
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      throw ToolException.failed("It took longer than " + limit.toSeconds() + " s.");
    } catch (InterruptedException e) {
      thread.interrupt();
      background.interrupt(); // at once, and not only after the command that is waited for
      thread.join(tool == Tool.SHELL ? ENDING : LETTING_GO);
      throw e;
    } catch (ExecutionException e) {
      throw failure(Objects.requireNonNullElse(e.getCause(), e));
    }
  }

  private static ToolException failure(Throwable cause) {
    return switch (cause) {
      case ToolException known -> known;
      case Deadline.PassedException e ->
          ToolException.failed("The search took too long. Search more narrowly.");
      case StackOverflowError e ->
          ToolException.failed("The pattern is too much for such a text. Use a simpler one.");
      case Error error -> throw error;
      default -> ToolException.failed("It failed: " + cause);
    };
  }

  /** Stops all that still runs and waits until it is gone. */
  @Override
  public void close() {
    background.close();
  }
}
