package dev.nightdesk.agent.api;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.anthropic.AnthropicTokenUsage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiTokenUsage;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import dev.nightdesk.agent.api.ModelException.Kind;
import dev.nightdesk.agent.api.Price.Tokens;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The model of one run, whatever its service. For one thread, which may be interrupted. */
final class Model {
  /** The longest answer that is asked for, in tokens. Every model of today can say that much. */
  static final int LONGEST_ANSWER = 8_192;

  private final Endpoint endpoint;
  private final Wire wire;
  private final StreamingChatModel model;

  /** Why the model stopped. */
  enum Stop {
    /** It has said what it wanted to, or wants tools to be called. */
    DONE,
    /** Its answer is longer than it may be. */
    CUT_SHORT,
    /** Its provider does not let it answer. */
    REFUSED,
    /** The conversation leaves it no room to answer. */
    NO_ROOM
  }

  /**
   * What it answered.
   *
   * @param message what it says and the tools it calls
   * @param tokens what the call used, where its service says so
   */
  record Reply(AiMessage message, Stop stop, Optional<Tokens> tokens) {}

  /** Hears an answer as it comes, in the calling thread. */
  interface Listener {
    /** The model says this; false ends the call. */
    boolean said(String text);

    /** The model thinks, or writes the arguments of a tool. */
    void alive();
  }

  Model(Endpoint endpoint, Wire wire) {
    this.endpoint = endpoint;
    this.wire = wire;
    this.model = endpoint.anthropic() ? anthropic() : openAi();
  }

  private StreamingChatModel anthropic() {
    var builder =
        AnthropicStreamingChatModel.builder()
            .httpClientBuilder(wire.asBuilder())
            .baseUrl(endpoint.url())
            // there may be services that want none, but LangChain4j does
            .apiKey(endpoint.key().map(key -> key.reveal()).orElse("none"))
            .modelName(endpoint.model())
            .maxTokens(LONGEST_ANSWER)
            .cacheSystemMessages(true)
            .cacheTools(true);
    return builder.build();
  }

  private StreamingChatModel openAi() {
    var builder =
        OpenAiStreamingChatModel.builder()
            .httpClientBuilder(wire.asBuilder())
            .baseUrl(endpoint.url())
            .modelName(endpoint.model());
    endpoint.key().ifPresent(key -> builder.apiKey(key.reveal()));
    // OpenAI's own models of today refuse the older name, which most other services only know
    return endpoint.isOpenAis()
        ? builder.maxCompletionTokens(LONGEST_ANSWER).build()
        : builder.maxTokens(LONGEST_ANSWER).build();
  }

  /** Whether the call that failed had begun to be answered, and may cost something. */
  boolean hadBegun() {
    return wire.begun();
  }

  /**
   * Calls the model once.
   *
   * @return empty where the listener ended the call
   * @throws ModelException where no whole answer came
   */
  Optional<Reply> call(List<ChatMessage> messages, List<ToolSpecification> tools, Listener listener)
      throws InterruptedException {
    Handler handler = new Handler(listener);
    try {
      model.chat(
          ChatRequest.builder().messages(messages).toolSpecifications(tools).build(), handler);
    } catch (Body.InterruptedReadException e) {
      throw new InterruptedException();
    }
    if (handler.ended) {
      return Optional.empty();
    }
    ChatResponse response = handler.response;
    boolean whole = wire.whole() || (response != null && response.finishReason() != null);
    if (response == null || !whole) {
      throw handler.problem == null
          ? new ModelException(Kind.UNAVAILABLE, "its answer broke off before its end")
          : new ModelException(Kind.UNAVAILABLE, "its answer cannot be understood");
    }
    return Optional.of(
        new Reply(response.aiMessage(), stop(response), tokens(response.tokenUsage())));
  }

  private Stop stop(ChatResponse response) {
    if (response.finishReason() == FinishReason.CONTENT_FILTER
        || wire.stopReason().equals("refusal")) {
      return Stop.REFUSED;
    }
    if (wire.stopReason().equals("model_context_window_exceeded")) {
      return Stop.NO_ROOM;
    }
    return response.finishReason() == FinishReason.LENGTH ? Stop.CUT_SHORT : Stop.DONE;
  }

  private static Optional<Tokens> tokens(@Nullable TokenUsage usage) {
    if (usage == null || number(usage.inputTokenCount()) + number(usage.outputTokenCount()) == 0) {
      return Optional.empty();
    }
    long in = number(usage.inputTokenCount());
    long out = number(usage.outputTokenCount());
    if (usage instanceof AnthropicTokenUsage known) {
      return Optional.of(
          new Tokens(
              in,
              out,
              number(known.cacheReadInputTokens()),
              number(known.cacheCreationInputTokens())));
    }
    long read =
        usage instanceof OpenAiTokenUsage known && known.inputTokensDetails() != null
            ? Math.min(in, number(known.inputTokensDetails().cachedTokens()))
            : 0;
    return Optional.of(new Tokens(in - read, out, read, 0)); // this service counts them twice
  }

  private static long number(@Nullable Integer count) {
    return count == null ? 0 : Math.max(0, count);
  }

  /** Takes the answer as it comes. */
  private static final class Handler implements StreamingChatResponseHandler {
    private final Listener listener;
    private @Nullable ChatResponse response;
    private @Nullable Throwable problem;
    private boolean ended;

    Handler(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
      if (!listener.said(part.text())) {
        ended = true;
        context.streamingHandle().cancel();
      }
    }

    @Override
    public void onPartialThinking(PartialThinking part) {
      listener.alive();
    }

    @Override
    public void onPartialToolCall(PartialToolCall part) {
      listener.alive();
    }

    @Override
    public void onCompleteResponse(ChatResponse whole) {
      response = whole;
    }

    @Override
    public void onError(Throwable error) {
      problem = error;
    }
  }
}
