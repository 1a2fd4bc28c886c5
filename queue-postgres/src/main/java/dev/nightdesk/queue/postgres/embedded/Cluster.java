package dev.nightdesk.queue.postgres.embedded;

import dev.nightdesk.spi.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The files of a server: its data, its password and the port it had last. Made whole or not at all.
 */
final class Cluster {
  static final String USER = "nightdesk";

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Path folder;

  Cluster(Path folder) {
    this.folder = folder;
  }

  Path data() {
    return folder.resolve("data");
  }

  boolean exists() {
    return Files.isDirectory(data());
  }

  Optional<PidFile> pidFile() throws IOException {
    return PidFile.in(data());
  }

  Optional<PidFile> running() throws IOException {
    return pidFile().filter(PidFile::running);
  }

  Secret password() throws IOException {
    return Secret.of(Files.readString(folder.resolve("password")).strip());
  }

  Optional<Integer> lastPort() throws IOException {
    Path file = folder.resolve("port");
    return Files.exists(file)
        ? Optional.of(Files.readString(file).strip())
            .filter(text -> text.matches("\\d{1,5}"))
            .map(Integer::valueOf)
        : Optional.empty();
  }

  void remember(int port) throws IOException {
    write(folder.resolve("port"), Integer.toString(port));
  }

  /** Sets it up; the password travels in a file, since arguments are for everybody to see. */
  void setUp(Path bin, Child child)
      throws IOException, EmbeddedServerException, InterruptedException {
    Path half = folder.resolve("data.new");
    Path password = folder.resolve("password");
    Program.delete(half);
    Files.createDirectory(half);
    child.own(half);
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    write(password, HexFormat.of().formatHex(random));
    List<String> initdb = new ArrayList<>(List.of(bin.resolve("initdb").toString()));
    initdb.addAll(List.of("-D", half.toString(), "-U", USER, "--pwfile=" + password));
    initdb.addAll(List.of("--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions"));
    initdb.addAll(List.of("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
    // Iterations are for words that can be guessed; these are 192 bits, asked for at every start.
    initdb.addAll(List.of("--set", "scram_iterations=1"));
    Child.Ended ended = child.run(LIMIT, initdb);
    if (ended.code() != 0) {
      throw EmbeddedServerException.failed(folder, "could not be set up", ended.said());
    }
    Files.move(half, data(), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void write(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }
}
