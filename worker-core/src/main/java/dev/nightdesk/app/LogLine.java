package dev.nightdesk.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One event of the log as one line, in one of three forms. */
enum LogLine {
  /** What a person should see: the message, and whose it is. */
  PLAIN {
    @Override
    String of(ILoggingEvent event) {
      var line = new StringBuilder("nightdesk: ");
      line.append(Text.oneLine(event.getFormattedMessage()));
      var fields = fields(event);
      Optional.ofNullable(fields.get("worker"))
          .ifPresent(worker ->
              line.append(" [").append(Text.oneLine(worker)).append(task(fields)).append(']'));
      Optional.ofNullable(event.getThrowableProxy())
          .ifPresent(error -> line.append(": ").append(Text.oneLine(said(error))));
      return line.toString();
    }

    private static String task(Map<String, String> fields) {
      String id = fields.get("task_id");
      return id == null ? "" : "/" + Text.oneLine(id);
    }
  },

  /** {@code key=value}, quoted where it has to be. */
  TEXT {
    @Override
    String of(ILoggingEvent event) {
      var line = new StringBuilder();
      all(event)
          .forEach((key, value) -> line.append(' ').append(key).append('=').append(value(value)));
      return line.substring(1);
    }

    private static String value(String value) {
      boolean bare =
          !value.isEmpty()
              && value.chars().allMatch(c -> c > ' ' && c < 127 && c != '"' && c != '=');
      return bare ? value : quoted(value);
    }
  },

  /** One JSON object. */
  JSON {
    @Override
    String of(ILoggingEvent event) {
      var line = new StringBuilder();
      all(event)
          .forEach((key, value) ->
              line.append(',').append(quoted(key)).append(':').append(quoted(value)));
      return line.replace(0, 1, "{").append('}').toString();
    }
  };

  abstract String of(ILoggingEvent event);

  private static Map<String, String> all(ILoggingEvent event) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("time", event.getInstant().toString());
    all.put("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
    all.putAll(fields(event));
    all.put("message", event.getFormattedMessage());
    all.put("logger", event.getLoggerName());
    Optional.ofNullable(event.getThrowableProxy())
        .ifPresent(error -> all.put("error", ThrowableProxyUtil.asString(error)));
    return all;
  }

  private static Map<String, String> fields(ILoggingEvent event) {
    Map<String, String> fields = new LinkedHashMap<>(event.getMDCPropertyMap());
    Optional.ofNullable(event.getKeyValuePairs())
        .ifPresent(
            pairs -> pairs.forEach(pair -> fields.put(pair.key, String.valueOf(pair.value))));
    return fields;
  }

  private static String said(IThrowableProxy error) {
    String message = error.getMessage();
    String name = error.getClassName();
    return message == null ? name.substring(name.lastIndexOf('.') + 1) : message;
  }

  /** In double quotes, as JSON does it, with everything escaped that a terminal could act on. */
  private static String quoted(String text) {
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (isPlain(c)) {
            quoted.append(c);
          } else {
            quoted.append("\\u%04x".formatted((int) c));
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  private static boolean isPlain(char c) {
    int type = Character.getType(c);
    return type != Character.CONTROL
        && type != Character.FORMAT
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR
        && type != Character.UNASSIGNED;
  }
}
