package dev.nightdesk.dist;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;

/** An agent that somebody else wrote: compiled against the release's own jars. */
final class OtherAdapter {
  private OtherAdapter() {}

  static void jar(Path jar, String name) throws IOException {
    Path work = Files.createTempDirectory("adapter");
    Path source =
        Files.writeString(
            work.resolve("OtherProvider.java"),
            """
            package org.example;

            import dev.nightdesk.spi.*;
            import java.util.List;

            public final class OtherProvider implements AgentRunnerProvider {
              public String name() { return "NAME"; }
              public List<Setting<?>> settings() { return List.of(); }
              public AgentRunner open(Values values, Desk desk) {
                return (request, events) ->
                    new RunResult.Finished("done by NAME", java.util.OptionalInt.of(0));
              }
            }
            """
                .replace("NAME", name));
    compile(source, work);
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("META-INF/services/dev.nightdesk.spi.AgentRunnerProvider"));
      out.write("org.example.OtherProvider\n".getBytes(StandardCharsets.UTF_8));
      String file = "org/example/OtherProvider.class";
      out.putNextEntry(new JarEntry(file));
      out.write(Files.readAllBytes(work.resolve(file)));
    }
  }

  private static void compile(Path source, Path into) throws IOException {
    String classPath =
        String.join(
            ":",
            Release.built().root().resolve("lib/worker-core-0.1.0.jar").toString(),
            Release.built().root().resolve("lib/jspecify-1.0.1.jar").toString());
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-cp",
                classPath,
                "-d",
                into.toString(),
                "--release",
                "21",
                source.toString());
    if (failed != 0) {
      throw new AssertionError("the adapter does not compile");
    }
  }
}
