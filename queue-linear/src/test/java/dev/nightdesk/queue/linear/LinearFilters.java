package dev.nightdesk.queue.linear;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether things match a filter, as Linear says. */
final class LinearFilters {
  private final LinearStore store;

  LinearFilters(LinearStore store) {
    this.store = store;
  }

  boolean matches(@Nullable Map<String, Object> filter, Map<String, Object> thing) {
    if (filter == null) {
      return true;
    }
    return filter.entrySet().stream().allMatch(one -> matches(one.getKey(), one.getValue(), thing));
  }

  @SuppressWarnings("unchecked")
  private boolean matches(String name, Object wanted, Map<String, Object> thing) {
    if (name.equals("or")) {
      return ((List<Map<String, Object>>) wanted).stream().anyMatch(one -> matches(one, thing));
    }
    Map<String, Object> filter = (Map<String, Object>) wanted;
    Object value = value(name, thing);
    if (filter.containsKey("some")) {
      Map<String, Object> some = (Map<String, Object>) filter.get("some");
      return value instanceof List<?> all
          && all.stream().anyMatch(one -> matches(some, (Map<String, Object>) one));
    }
    return value instanceof Map<?, ?> inner
        ? matches(filter, (Map<String, Object>) inner)
        : filter.entrySet().stream().allMatch(one -> compares(one.getKey(), one.getValue(), value));
  }

  private @Nullable Object value(String name, Map<String, Object> thing) {
    return switch (name) {
      case "hasBlockingRelations" ->
          store.relations((String) Objects.requireNonNull(thing.get("id")), "issue").stream()
              .anyMatch(relation -> "blocks".equals(relation.get("type")));
      case "issue" ->
          Map.of(
              "id", Objects.requireNonNull(thing.get("issueId")),
              "team", Objects.requireNonNull(thing.get("team")));
      default -> thing.get(name);
    };
  }

  private static boolean compares(String how, Object wanted, @Nullable Object value) {
    if (value == null) {
      return false;
    }
    return switch (how) {
      case "eq" -> wanted.equals(value);
      case "in" -> ((List<?>) wanted).contains(value);
      case "gte" -> !Instant.parse((String) value).isBefore(Instant.parse((String) wanted));
      case "eqIgnoreCase" ->
          wanted
              .toString()
              .toLowerCase(Locale.ROOT)
              .equals(value.toString().toLowerCase(Locale.ROOT));
      default -> throw new Refusal("graphql error", "no comparator " + how);
    };
  }
}
