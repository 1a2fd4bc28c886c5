package dev.nightdesk.agent.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.nightdesk.spi.RunEvent;
import dev.nightdesk.spi.Usage;
import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Optional;

/** Where the things are in what a program prints as JSON: one value, or several in a row. */
record JsonFields(
    JsonPointer result,
    JsonPointer session,
    JsonPointer cost,
    JsonPointer inputTokens,
    JsonPointer outputTokens) {

  /** The constraints keep a hostile document from taking the worker's memory. */
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxTokenCount(1_000_000)
                          .maxStringLength(16 << 20)
                          .maxDocumentLength(64L << 20)
                          .build())
                  .build())
          .build();

  /** Whoever reports this much is mistaken. */
  private static final double IMPOSSIBLE_COST = 1_000_000;

  /** What was found; a field that comes several times counts as it was last. */
  record Found(Optional<String> result, Optional<String> session, Optional<Usage> usage) {
    Optional<RunEvent> introduction() {
      return session.map(
          id -> new RunEvent.Introduced(Optional.of(id), Optional.empty(), Optional.empty()));
    }

    Optional<RunEvent> call() {
      return usage.map(RunEvent.ModelCalled::new);
    }
  }

  /** Something is there but cannot be used; the message is the end of a sentence. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message) {
      super(message);
    }
  }

  Found read(Reader text) throws UnreadableException, IOException {
    JsonNode[] found = new JsonNode[5];
    Arrays.fill(found, MissingNode.getInstance());
    JsonPointer[] places = {result, session, cost, inputTokens, outputTokens};
    try (MappingIterator<JsonNode> values = JSON.readerFor(JsonNode.class).readValues(text)) {
      while (values.hasNextValue()) {
        JsonNode value = values.nextValue();
        for (int i = 0; i < places.length; i++) {
          JsonNode there = value.at(places[i]);
          found[i] = there.isMissingNode() ? found[i] : there;
        }
      }
    } catch (JsonProcessingException e) {
      throw new UnreadableException("is not JSON: " + e.getOriginalMessage());
    }
    return new Found(text(found[0]), text(found[1]), usage(found[2], found[3], found[4]));
  }

  private static Optional<String> text(JsonNode node) {
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    return Optional.of(node.isNull() ? "" : node.isTextual() ? node.textValue() : node.toString());
  }

  private Optional<Usage> usage(JsonNode cost, JsonNode input, JsonNode output)
      throws UnreadableException {
    Optional<BigDecimal> usd = dollars(cost);
    long sent = tokens(input, inputTokens);
    long received = tokens(output, outputTokens);
    return usd.isEmpty() && sent == 0 && received == 0
        ? Optional.empty()
        : Optional.of(
            new Usage(
                1,
                sent,
                received,
                0,
                usd.map(known -> new Usage.Cost(known, Usage.Basis.REPORTED))));
  }

  private Optional<BigDecimal> dollars(JsonNode node) throws UnreadableException {
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    double usd = node.isNumber() ? node.doubleValue() : -1;
    if (usd >= 0 && usd < IMPOSSIBLE_COST) {
      return Optional.of(BigDecimal.valueOf(usd).setScale(6, RoundingMode.HALF_UP));
    }
    throw new UnreadableException("has no amount of US dollars at " + cost);
  }

  private static long tokens(JsonNode node, JsonPointer place) throws UnreadableException {
    if (node.isMissingNode() || node.isNull()) {
      return 0;
    }
    if (node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= 0) {
      return node.longValue();
    }
    throw new UnreadableException("has no number of tokens at " + place);
  }
}
