package dev.nightdesk.agent.api;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.nightdesk.agent.api.Model.Reply;
import dev.nightdesk.agent.api.Model.Stop;
import dev.nightdesk.agent.api.ModelException.Kind;
import dev.nightdesk.agent.api.Price.Tokens;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.RunResult;
import dev.nightdesk.spi.RunResult.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;

/** The conversation of one run with its model: each call metered, failed ones repeated. */
final class Talk {
  private static final int RETRIES = 4;

  /** After so long without an answer, core is to decide when to try again. */
  private static final Duration LONGEST_TROUBLE = Duration.ofMinutes(4);

  /** Whom the service tells to wait for longer than this, does not wait in a run. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Endpoint endpoint;
  private final Price price;
  private final Model model;
  private final Conversation conversation;
  private final Scene scene;
  private final Purse purse;
  private final Duration pause;
  private boolean introduced;

  /**
   * What the model did.
   *
   * @param text what it said
   * @param calls the tools it calls; the conversation waits for their results
   */
  record Turn(String text, List<ToolExecutionRequest> calls, Stop stop) {}

  /** Whom to talk to. */
  record Partner(Endpoint endpoint, Price price, Wire wire, Duration pause) {}

  Talk(Partner partner, Conversation conversation, Scene scene) {
    this.endpoint = partner.endpoint();
    this.price = partner.price();
    this.model = new Model(endpoint, partner.wire());
    this.conversation = conversation;
    this.scene = scene;
    this.purse = new Purse(scene.request().limits(), price);
    this.pause = partner.pause();
  }

  Conversation conversation() {
    return conversation;
  }

  /**
   * Lets the model go on.
   *
   * @throws EndException where a limit is reached or the model's service does not let us go on
   */
  Turn next(List<ToolSpecification> tools) throws InterruptedException, EndException {
    if (conversation.crowded()) {
      conversation.compactOld();
    }
    long began = System.nanoTime();
    boolean compacted = false;
    int failures = 0;
    scene.said().begin();
    while (true) {
      admit();
      try {
        return turn(tools);
      } catch (ModelException e) {
        scene.transcript().problem(reason(e));
        boolean roomMade = e.kind() == Kind.TOO_LONG && !compacted && conversation.compact();
        compacted |= roomMade;
        if (!roomMade) {
          Duration since = Duration.ofNanos(System.nanoTime() - began);
          pauseOrEnd(e, failures++, since);
        }
        scene.said().again();
      }
    }
  }

  /** A call that could pass a limit is not made. */
  private void admit() throws EndException {
    Optional<Failure> limit = purse.against(conversation.atMost(), Model.LONGEST_ANSWER);
    if (limit.isPresent()) {
      throw scene.end(
          limit.get(),
          limit.get() == Failure.CALL_LIMIT
              ? "It has made all the model calls that it may."
              : "One more model call could cost more than is left of the run's cost limit.");
    }
  }

  private Turn turn(List<ToolSpecification> tools) throws InterruptedException, EndException {
    try {
      Optional<Reply> reply =
          model.call(
              endpoint.anthropic() ? conversation.marked() : conversation.messages(),
              tools,
              listener());
      if (reply.isEmpty()) {
        payForBroken();
        throw new EndException(
            new RunResult.Failed(
                Failure.TOO_MUCH_OUTPUT,
                "An answer of the model is larger than the limit; see WORKER_OUTPUT_LIMIT.",
                scene.said().cut(),
                OptionalInt.empty()));
      }
      return take(reply.get());
    } catch (ModelException e) {
      payForBroken();
      throw e;
    } catch (InterruptedException e) {
      payForBroken();
      conversation.answered(AiMessage.builder().text(scene.said().now()).build());
      throw e;
    }
  }

  private Model.Listener listener() {
    return new Model.Listener() {
      @Override
      public boolean said(String text) {
        boolean fits = scene.said().add(text);
        introduce();
        scene.events().emit(new RunEvent.Said(text));
        return fits;
      }

      @Override
      public void alive() {
        scene.events().emit(new RunEvent.Alive());
      }
    };
  }

  /** Only now is there a session that is worth to be gone on with. */
  private void introduce() {
    if (!introduced) {
      introduced = true;
      scene
          .events()
          .emit(
              new RunEvent.Introduced(
                  Optional.of(scene.session()), Optional.empty(), Optional.of(endpoint.model())));
    }
  }

  private Turn take(Reply reply) {
    introduce();
    AiMessage message = reply.message();
    Tokens tokens = reply.tokens().orElseGet(this::guessed);
    List<ToolExecutionRequest> calls = conversation.answered(message);
    reply.tokens().ifPresent(conversation::counted);
    pay(tokens);
    String text = message.text() == null ? "" : message.text();
    scene.transcript().said(text);
    return new Turn(text, calls, reply.stop());
  }

  /** Nobody says what a call used whose answer had begun and broke off, but it was used. */
  private void payForBroken() {
    if (model.hadBegun()) {
      pay(guessed());
    }
  }

  private Tokens guessed() {
    return new Tokens(conversation.atMost(), scene.said().now().length() / 2 + 1, 0, 0);
  }

  private void pay(Tokens tokens) {
    purse.pay(tokens);
    scene.transcript().called(purse.calls(), tokens, purse.spent());
    scene.events().emit(new RunEvent.ModelCalled(price.usage(tokens)));
  }

  private void pauseOrEnd(ModelException e, int failures, Duration since)
      throws InterruptedException, EndException {
    boolean mayHelp = e.kind() == Kind.UNAVAILABLE || e.kind() == Kind.LIMITED;
    Duration wanted = e.after().orElse(Duration.ZERO);
    if (!mayHelp
        || failures >= RETRIES
        || since.compareTo(LONGEST_TROUBLE) > 0
        || wanted.compareTo(LONGEST_PAUSE) > 0) {
      throw end(e);
    }
    long doubled = pause.toMillis() << failures;
    long jittered = doubled / 2 + ThreadLocalRandom.current().nextLong(doubled / 2 + 1);
    Thread.sleep(Math.max(jittered, wanted.toMillis()));
  }

  private EndException end(ModelException e) {
    if (e.kind() == Kind.LIMITED && e.after().isPresent()) {
      Optional<Instant> until = e.after().map(wait -> Instant.now().plus(wait));
      return new EndException(
          new RunResult.AccountLimited(endpoint.account(), until, scene.said().all()));
    }
    Failure failure =
        switch (e.kind()) {
          case UNAVAILABLE, LIMITED -> Failure.MODEL_UNAVAILABLE;
          case REFUSES -> Failure.MODEL_REFUSES_US;
          case TOO_LONG, REJECTED -> Failure.AGENT_FAILED;
        };
    return scene.end(failure, reason(e));
  }

  private String reason(ModelException e) {
    String said = endpoint.conceal("The model's service: " + e.getMessage() + ".");
    return e.kind() == Kind.TOO_LONG
        ? "The conversation has grown longer than the model can take. " + said
        : said;
  }
}
