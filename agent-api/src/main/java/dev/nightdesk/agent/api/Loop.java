package dev.nightdesk.agent.api;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.nightdesk.agent.api.Talk.Turn;
import dev.nightdesk.agent.api.tools.Toolbox;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One run: the model says what to do, the tools do it, until the model has nothing more to do. In
 * one thread from the first word to the last; interrupting it ends the run.
 */
final class Loop {
  /** A model that is cut off this often in a row does not come to an end. */
  private static final int MOST_PIECES = 4;

  private final Talk talk;
  private final Toolbox toolbox;
  private final Sessions sessions;
  private final Scene scene;

  Loop(Talk talk, Toolbox toolbox, Sessions sessions, Scene scene) {
    this.talk = talk;
    this.toolbox = toolbox;
    this.sessions = sessions;
    this.scene = scene;
  }

  RunResult run() {
    try (toolbox) {
      return turns();
    } catch (EndException e) {
      return e.result();
    } catch (InterruptedException e) {
      return new RunResult.Stopped(scene.said().all());
    } finally {
      save();
    }
  }

  private RunResult turns() throws InterruptedException, EndException {
    List<ToolSpecification> tools = toolbox.specifications();
    StringBuilder pieces = new StringBuilder();
    String lastWords = "";
    int cut = 0;
    while (true) {
      tellOfBackground();
      Turn turn = talk.next(tools);
      pieces.append(turn.text());
      switch (turn.stop()) {
        case REFUSED -> throw scene.end(Failure.AGENT_FAILED, refusal());
        case NO_ROOM -> makeRoom();
        case CUT_SHORT -> cut++;
        case DONE -> cut = 0;
      }
      if (cut == MOST_PIECES) {
        throw scene.end(
            Failure.AGENT_FAILED,
            "The model's answers were cut off " + cut + " times in a row; none came to its end.");
      }
      if (cut == 0) {
        lastWords = pieces.toString().isBlank() ? lastWords : pieces.toString();
        pieces.setLength(0);
      }
      if (!turn.calls().isEmpty()) {
        call(turn.calls());
      } else if (cut > 0) {
        talk.conversation().say(goOn());
      } else if (turn.stop() == Model.Stop.DONE) {
        if (!toolbox.background().unfinished()) {
          return finished(lastWords);
        }
        toolbox.background().await();
      }
      save();
    }
  }

  private static String goOn() {
    return "Your answer was cut off after "
        + Model.LONGEST_ANSWER
        + " tokens. Go on exactly where it stopped. Write long files in several pieces.";
  }

  private static String refusal() {
    return "The model's provider did not let the model answer.";
  }

  private void makeRoom() throws EndException {
    if (!talk.conversation().compact()) {
      throw scene.end(
          Failure.AGENT_FAILED, "The conversation has grown longer than the model can take.");
    }
  }

  private void tellOfBackground() {
    Optional<String> results = toolbox.background().drain();
    results.ifPresent(text -> {
      talk.conversation().say(text);
      scene.transcript().background(text);
    });
  }

  /** Every call gets a result, also where the run is stopped between them. */
  private void call(List<ToolExecutionRequest> calls) throws InterruptedException {
    boolean stopped = false;
    for (ToolExecutionRequest call : calls) {
      if (stopped) {
        talk.conversation().result(call, "The run was stopped before this was done.", true);
        continue;
      }
      try {
        call(call);
      } catch (InterruptedException e) {
        stopped = true;
        talk.conversation().result(call, "The run was stopped while this was done.", true);
      }
    }
    if (stopped) {
      throw new InterruptedException();
    }
  }

  private void call(ToolExecutionRequest call) throws InterruptedException {
    String name = Transcript.plain(call.name());
    scene.events().emit(new RunEvent.ToolCalled(name));
    scene.transcript().tool(name, call.arguments());
    Toolbox.Answer answer = toolbox.call(call.name(), call.arguments());
    if (answer.denied()) {
      scene.events().emit(new RunEvent.ToolDenied(name, Transcript.oneLine(answer.text())));
    }
    talk.conversation().result(call, answer.text(), answer.failed());
    scene.transcript().result(name, answer.text(), answer.failed());
  }

  private RunResult finished(String text) throws EndException {
    Said result = new Said(scene.request().limits().outputBytes());
    if (!result.add(text)) {
      throw new EndException(
          new RunResult.Failed(
              Failure.TOO_MUCH_OUTPUT,
              "The result is larger than the limit; see WORKER_OUTPUT_LIMIT.",
              result.cut(),
              OptionalInt.empty()));
    }
    return new RunResult.Finished(text, OptionalInt.empty());
  }

  private void save() {
    try {
      sessions.save(scene.session(), talk.conversation().kept());
    } catch (IOException e) {
      scene.transcript().problem("The session cannot be kept: " + e);
    }
  }
}
