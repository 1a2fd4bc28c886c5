package dev.nightdesk.toolkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Has a stage of its own, and the lines that a program printed there. */
abstract class StagedTest {
  @TempDir Path folder;
  Stage stage;
  final List<String> lines = new ArrayList<>();

  @BeforeEach
  void setStage() throws IOException {
    stage = new Stage(folder);
  }

  Ending run(Isolation.Level level, String script, String... arguments) throws Exception {
    try (ChildProcess child = stage.start(stage.shell(level, script, arguments), level)) {
      return child.await(lines::add);
    }
  }
}
