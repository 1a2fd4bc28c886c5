package dev.nightdesk.agent.api;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.nightdesk.agent.api.Price.Tokens;
import dev.nightdesk.agent.api.tools.Arguments;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What was said between the model and us, always in a form that its service takes: every call of a
 * tool has an id of its own, arguments that are JSON, and a result. For one thread.
 */
final class Conversation {
  /** Above so many tokens old results are taken out before the service refuses them. */
  private static final long CROWDED = 150_000;

  /** The last messages, which compaction leaves alone where it can. */
  private static final int RECENT = 6;

  private static final int WORTH_REMOVING = 500;

  /** What the descriptions of all tools come to, in tokens. */
  private static final long OF_TOOLS = 3_000;

  private final List<ChatMessage> messages;
  private long knownTokens;
  private int knownMessages;

  /**
   * @param system what every call begins with
   * @param before what was said in the session until now
   */
  Conversation(String system, List<ChatMessage> before) {
    messages = new ArrayList<>();
    messages.add(SystemMessage.from(system));
    messages.addAll(before);
  }

  /** All of it, for a call. */
  List<ChatMessage> messages() {
    return List.copyOf(messages);
  }

  /**
   * All of it, with a mark at the end: what is before the mark costs a tenth the next time, where
   * the service is Anthropic's. The message itself stays as it is, since there may be few marks.
   */
  List<ChatMessage> marked() {
    List<ChatMessage> copy = new ArrayList<>(messages);
    Map<String, Object> mark = Map.of("cache_control", "ephemeral");
    switch (copy.getLast()) {
      case UserMessage user -> copy.set(copy.size() - 1, user.toBuilder().attributes(mark).build());
      case ToolExecutionResultMessage result ->
          copy.set(copy.size() - 1, result.toBuilder().attributes(mark).build());
      default -> {}
    }
    return copy;
  }

  /**
   * What a session keeps, with a result for every call of a tool; the system's words are made anew
   * each time.
   */
  List<ChatMessage> kept() {
    if (messages.getLast() instanceof AiMessage last) {
      last.toolExecutionRequests().forEach(call -> result(call, "This was not done.", true));
    }
    return List.copyOf(messages.subList(1, messages.size()));
  }

  /** Says something to the model. */
  void say(String text) {
    messages.add(UserMessage.from(text));
  }

  /** Takes an answer in and says which tools it calls, with the arguments as they came. */
  List<ToolExecutionRequest> answered(AiMessage message) {
    List<ToolExecutionRequest> calls = new ArrayList<>();
    List<ToolExecutionRequest> clean = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (ToolExecutionRequest call : message.toolExecutionRequests()) {
      String id = call.id();
      boolean usable = id != null && !id.isBlank() && ids.add(id);
      ToolExecutionRequest named =
          ToolExecutionRequest.builder()
              .id(usable ? id : "call_" + UUID.randomUUID())
              .name(call.name() == null || call.name().isBlank() ? "unnamed" : call.name())
              .arguments(call.arguments() == null ? "" : call.arguments())
              .build();
      calls.add(named);
      clean.add(
          Arguments.find(named.arguments()).isPresent() && !named.arguments().isBlank()
              ? named
              : withArguments(named, "{}"));
    }
    boolean silent = message.text() == null || message.text().isBlank();
    if (!silent || !clean.isEmpty()) {
      messages.add(message.toBuilder().toolExecutionRequests(clean).build());
    }
    return calls;
  }

  private static ToolExecutionRequest withArguments(ToolExecutionRequest call, String arguments) {
    return ToolExecutionRequest.builder()
        .id(call.id())
        .name(call.name())
        .arguments(arguments)
        .build();
  }

  /** Answers a call of a tool. */
  void result(ToolExecutionRequest call, String text, boolean failed) {
    messages.add(
        ToolExecutionResultMessage.builder()
            .id(call.id())
            .toolName(call.name())
            // an empty result is refused by some services
            .text(text.isBlank() ? "(nothing)" : text)
            .isError(failed)
            .build());
  }

  /** The service counted what was sent and what came back: better than any guess. */
  void counted(Tokens tokens) {
    knownTokens = tokens.sent() + tokens.out();
    knownMessages = messages.size();
  }

  /** No fewer tokens than the next call sends, but for texts in scripts that no model knows. */
  long atMost() {
    long bytes = 0;
    for (ChatMessage message : messages.subList(knownMessages, messages.size())) {
      bytes += size(message);
    }
    return knownTokens + bytes / 2 + (knownMessages == 0 ? OF_TOOLS : 0);
  }

  boolean crowded() {
    return knownTokens > CROWDED;
  }

  private static long size(ChatMessage message) {
    String text =
        switch (message) {
          case SystemMessage system -> system.text();
          case UserMessage user -> user.singleText();
          case ToolExecutionResultMessage result -> result.text();
          case AiMessage ai -> said(ai);
          default -> "";
        };
    return text.getBytes(StandardCharsets.UTF_8).length + 32L;
  }

  private static String said(AiMessage message) {
    StringBuilder all = new StringBuilder(message.text() == null ? "" : message.text());
    message
        .toolExecutionRequests()
        .forEach(call -> all.append(call.name()).append(call.arguments()));
    return all.toString();
  }

  /**
   * Makes room: of the older messages, long results of tools and long arguments go, and a note
   * takes their place; where that is nothing, of the recent ones too.
   *
   * @return false where there was nothing to remove
   */
  boolean compact() {
    return compactOld() || compact(messages.size());
  }

  /** The same, but never what the model may not have seen yet. */
  boolean compactOld() {
    int end = messages.size() - RECENT;
    while (end > 0 && messages.get(end) instanceof ToolExecutionResultMessage) {
      end--; // results stay together with those of the same answer
    }
    return compact(end);
  }

  private boolean compact(int end) {
    boolean removed = false;
    for (int i = 1; i < end; i++) {
      Optional<ChatMessage> shorter =
          switch (messages.get(i)) {
            case ToolExecutionResultMessage result -> shorter(result);
            case AiMessage ai -> shorter(ai);
            default -> Optional.empty();
          };
      removed |= shorter.isPresent();
      messages.set(i, shorter.orElse(messages.get(i)));
    }
    if (removed) {
      knownTokens = 0;
      knownMessages = 0;
    }
    return removed;
  }

  private static Optional<ChatMessage> shorter(ToolExecutionResultMessage result) {
    int length = result.text().length();
    return length <= WORTH_REMOVING
        ? Optional.empty()
        : Optional.of(
            ToolExecutionResultMessage.builder()
                .id(result.id())
                .toolName(result.toolName())
                .isError(result.isError())
                .text("[" + length + " characters were removed to make room; call the tool again]")
                .build());
  }

  private static Optional<ChatMessage> shorter(AiMessage message) {
    List<ToolExecutionRequest> calls =
        message.toolExecutionRequests().stream()
            .map(call ->
                call.arguments().length() <= WORTH_REMOVING
                    ? call
                    : withArguments(call, "{\"removed\":\"to make room\"}"))
            .toList();
    return calls.equals(message.toolExecutionRequests())
        ? Optional.empty()
        : Optional.of(message.toBuilder().toolExecutionRequests(calls).build());
  }
}
