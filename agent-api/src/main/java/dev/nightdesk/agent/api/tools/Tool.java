package dev.nightdesk.agent.api.tools;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import java.util.List;
import java.util.Locale;

/** What a model may be given, with what it is told about it. */
public enum Tool {
  READ("Reads a text file of the workspace.") {
    @Override
    void describe(JsonObjectSchema.Builder schema) {
      schema.addStringProperty("path", FILE);
      schema.addIntegerProperty("offset", "the first line to read, from 1");
      schema.addIntegerProperty("limit", "how many lines; at most 2000");
      schema.required("path");
    }
  },
  WRITE("Writes a whole file in the workspace. Folders on the way are made.") {
    @Override
    void describe(JsonObjectSchema.Builder schema) {
      schema.addStringProperty("path", FILE);
      schema.addStringProperty("content", "all that the file is to hold");
      schema.required("path", "content");
    }
  },
  EDIT(
      "Replaces a piece of a text file in the workspace. The piece has to be in it exactly once.") {
    @Override
    void describe(JsonObjectSchema.Builder schema) {
      schema.addStringProperty("path", FILE);
      schema.addStringProperty("old", "the text to replace, exactly as it is in the file");
      schema.addStringProperty("new", "the text to put in its place");
      schema.addBooleanProperty("all", "replace it wherever it is");
      schema.required("path", "old", "new");
    }
  },
  GLOB("Lists the files of the workspace whose names match a pattern such as src/**/*.java.") {
    @Override
    void describe(JsonObjectSchema.Builder schema) {
      schema.addStringProperty("pattern", "the pattern");
      schema.addStringProperty("path", START);
      schema.required("pattern");
    }
  },
  GREP("Lists the lines of text files in the workspace that a regular expression finds.") {
    @Override
    void describe(JsonObjectSchema.Builder schema) {
      schema.addStringProperty("pattern", "a Java regular expression");
      schema.addStringProperty("path", START);
      schema.addStringProperty("glob", "look only in files with such names, e.g. *.java");
      schema.required("pattern");
    }
  },
  SHELL("Runs a command with bash in the workspace and waits for it.") {
    @Override
    void describe(JsonObjectSchema.Builder schema) {
      schema.addStringProperty("command", COMMAND);
      schema.addIntegerProperty("timeout_seconds", "120 where it is left out, at most 600");
      schema.required("command");
    }
  },
  BACKGROUND_RUN(
      "Starts a command with bash in the workspace and goes on at once. You are told when it has"
          + " ended.") {
    @Override
    void describe(JsonObjectSchema.Builder schema) {
      schema.addStringProperty("command", COMMAND);
      schema.addIntegerProperty("timeout_seconds", "300 where it is left out, at most 3600");
      schema.required("command");
    }
  },
  CHECK_BACKGROUND("Tells how commands in the background are, with the whole output of one.") {
    @Override
    void describe(JsonObjectSchema.Builder schema) {
      schema.addStringProperty("id", "which one; all of them where it is left out");
    }
  };

  private static final String FILE = "the file's path from the workspace on";
  private static final String START = "the folder to look in; the workspace where it is left out";
  private static final String COMMAND = "the command";

  private final String description;

  Tool(String description) {
    this.description = description;
  }

  abstract void describe(JsonObjectSchema.Builder schema);

  /** The name by which the model calls it. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What the model is told about it. */
  ToolSpecification specification() {
    JsonObjectSchema.Builder schema = JsonObjectSchema.builder();
    describe(schema);
    return ToolSpecification.builder()
        .name(title())
        .description(description)
        .parameters(schema.build())
        .build();
  }

  /** The tools that a word of the setting stands for; none where there is no such word. */
  public static List<Tool> named(String word) {
    return switch (word) {
      case "read" -> List.of(READ);
      case "write" -> List.of(WRITE);
      case "edit" -> List.of(EDIT);
      case "glob" -> List.of(GLOB);
      case "grep" -> List.of(GREP);
      case "shell" -> List.of(SHELL);
      case "background" -> List.of(BACKGROUND_RUN, CHECK_BACKGROUND);
      default -> List.of();
    };
  }
}
