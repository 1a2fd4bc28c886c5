package dev.nightdesk.agent.codex;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledIfSystemProperty(named = "os.arch", matches = "amd64", disabledReason = "paths of x86-64")
class CodexProgramTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "codex/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex",
        "codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex",
        "codex/vendor/x86_64-unknown-linux-musl/codex/codex"
      })
  void findsTheNativeProgramBehindTheScript(String place) throws Exception {
    Path program = executable(folder.toRealPath().resolve("@openai").resolve(place));
    assertThat(CodexProgram.find("codex", installed().toString()))
        .isEqualTo(new CodexProgram(program, false));
  }

  @Test
  void makesDoWithTheScriptWhereThereIsNothingElse() throws Exception {
    Path bin = installed();
    assertThat(CodexProgram.find("codex", bin.toString()))
        .isEqualTo(new CodexProgram(bin.resolve("codex"), true));
  }

  @Test
  void takesAProgramThatIsNoScriptAsItIs() throws Exception {
    Path program = executable(folder.resolve("opt/codex"));
    assertThat(CodexProgram.find(program.toString(), ""))
        .isEqualTo(new CodexProgram(program.toAbsolutePath(), false));
  }

  /** As npm does: a script in the package, and a link to it on the PATH. */
  private Path installed() throws IOException {
    Path script = executable(folder.toRealPath().resolve("@openai/codex/bin/codex.js"));
    Path bin = Files.createDirectories(folder.toRealPath().resolve("bin"));
    Files.createSymbolicLink(bin.resolve("codex"), script);
    return bin;
  }

  private static Path executable(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
