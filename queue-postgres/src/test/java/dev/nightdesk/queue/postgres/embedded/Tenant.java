package dev.nightdesk.queue.postgres.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A process of its own that uses an embedded server until its standard input ends. */
final class Tenant implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;

  private Tenant(Process process) {
    this.process = process;
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  public static void main(String[] args) throws Exception {
    try (EmbeddedServer server = EmbeddedServer.use(Path.of(args[0]), Path.of(args[1]))) {
      System.out.println(server.port());
      System.in.readAllBytes();
    }
  }

  static Tenant start(Path folder, Path programs) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Tenant.class.getName(),
            folder.toString(),
            programs.toString());
    return new Tenant(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  int port() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the tenant ended");
    }
    return Integer.parseInt(line);
  }

  /** Ends it as a program ends that was told to. */
  void leave() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (process.waitFor() != 0) {
      throw new IOException("the tenant failed");
    }
  }

  /** Ends it with kill -9, and waits until nobody holds its output any more. */
  void kill() {
    process.toHandle().destroyForcibly();
    out.lines().forEach(line -> {});
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
