package dev.nightdesk.agent.api;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** The conversations of a worker, each a file, so that a reply can go on with one. */
final class Sessions {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Duration KEPT = Duration.ofDays(30);
  private static final long LARGEST = 64 << 20;

  private final Path folder;
  private final InstantSource clock;

  Sessions(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  static String freshId() {
    return UUID.randomUUID().toString();
  }

  /** What was said in a session; empty where it is not there, or cannot be read any more. */
  Optional<List<ChatMessage>> find(String id) {
    if (!ID.matcher(id).matches()) {
      return Optional.empty();
    }
    try {
      Path file = file(id);
      return Files.size(file) > LARGEST
          ? Optional.empty()
          : Optional.of(ChatMessageDeserializer.messagesFromJson(read(file)));
    } catch (IOException | RuntimeException gone) {
      return Optional.empty(); // LangChain4j throws what it likes for what it cannot read
    }
  }

  /** All of a text file, though the thread be interrupted. */
  static String read(Path file) throws IOException {
    try (InputStream in = new FileInputStream(file.toFile())) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Keeps a session as it is now, whole or as it was before. */
  void save(String id, List<ChatMessage> messages) throws IOException {
    Files.createDirectories(folder, asFileAttribute(fromString("rwx------")));
    Path fresh = Files.createTempFile(folder, id, ".new", asFileAttribute(fromString("rw-------")));
    try {
      String json = ChatMessageSerializer.messagesToJson(messages);
      // not a channel, which would be closed by the interrupt that stops a run
      try (OutputStream out = new FileOutputStream(fresh.toFile())) {
        out.write(json.getBytes(StandardCharsets.UTF_8));
      }
      Files.move(fresh, file(id), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** Removes what nobody has gone on with for a month. */
  void prune() {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(clock.instant().minus(KEPT))) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // the next run tries again
    }
  }

  private Path file(String id) {
    return folder.resolve(id + ".json");
  }
}
