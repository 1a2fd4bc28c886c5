package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {
  @TempDir Path folder;

  Path program(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("agent"), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  void assertRefused(String name, String message) {
    assertThatThrownBy(() -> Programs.find(name, folder.toString()))
        .isInstanceOf(CannotStartException.class)
        .hasMessage(message);
  }

  @Test
  void findsANameOnThePathAndAPathWhereItIs() throws Exception {
    Path agent = program("");
    assertThat(Programs.find("agent", "/nowhere:" + folder)).isEqualTo(agent);
    assertThat(Programs.find(agent.toString(), "/nowhere")).isEqualTo(agent);
  }

  @Test
  void looksInNoPlaceThatDependsOnWhereTheWorkerWasStarted() throws Exception {
    Path agent = program("");
    Path here = Path.of("").toAbsolutePath().relativize(folder.toRealPath());
    assertThat(here.resolve("agent")).isExecutable();
    assertThatThrownBy(() -> Programs.find("agent", here + ":"))
        .hasMessageStartingWith("There is no program 'agent' on the PATH");
    assertThat(Programs.find("agent", here + ":" + folder)).isEqualTo(agent);
  }

  @Test
  void saysThatANameIsNotOnThePath() {
    assertRefused("agnet", "There is no program 'agnet' on the PATH " + folder + ".");
  }

  @Test
  void saysThatAPathDoesNotExist() {
    assertRefused("/no/agent", "The program /no/agent does not exist.");
  }

  @Test
  void saysThatAPathIsAFolder() {
    assertRefused(folder.toString(), folder + " is a folder, not a program.");
  }

  @Test
  void saysHowToMakeAFileExecutable() throws IOException {
    Path file = Files.writeString(folder.resolve("plain"), "echo");
    assertRefused(file.toString(), file + " is not executable. Make it so with: chmod +x " + file);
  }

  @Test
  void saysThatTheInterpreterIsMissing() throws IOException {
    Path agent = program("#! /opt/no/python -u\nprint()\n");
    assertRefused(
        agent.toString(),
        agent + " is a script for /opt/no/python, which does not exist. Correct its first line.");
  }

  @Test
  void saysThatTheFirstLineEndsAsOnWindows() throws IOException {
    Path agent = program("#!/bin/sh\r\necho\r\n");
    assertRefused(
        agent.toString(),
        "The first line of the script "
            + agent
            + " ends as on Windows (CR LF). Save it with Unix line ends.");
  }
}
