package dev.nightdesk.agent.command;

import dev.nightdesk.spi.RunRequest;
import dev.nightdesk.toolkit.TextLimit;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The files between worker and program. Prompt and result lie in the run's own home, which the
 * sandbox shows; the record in {@code NIGHTDESK_HOME} it does not.
 *
 * @param prompt a copy, so that the program cannot change the record's
 * @param result where the program may write its result
 * @param source the file that has the result: {@code result} or what it printed
 */
record CommandFiles(Path prompt, Path result, Path source) {

  /**
   * The first part of what the program said.
   *
   * @param text as much as the limit allows
   * @param cut whether there was more
   */
  record Said(String text, boolean cut) {}

  static CommandFiles of(RunRequest request, boolean resultInFile) throws IOException {
    Path folder = Files.createDirectories(request.home().toRealPath().resolve(".nightdesk"));
    Path prompt = folder.resolve("prompt.md");
    Files.copy(request.prompt(), prompt, StandardCopyOption.REPLACE_EXISTING);
    Path result = folder.resolve("result");
    Path printed = request.record().toRealPath().resolve("transcript.jsonl");
    return new CommandFiles(prompt, result, resultInFile ? result : printed);
  }

  Said said(long limit) throws IOException {
    int most = (int) Math.min(limit, Integer.MAX_VALUE - 8);
    byte[] bytes;
    try (InputStream in = open()) {
      bytes = in.readNBytes(most + 1);
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    String kept = TextLimit.toBytes(text, most, "");
    return new Said(kept, kept.length() < text.length());
  }

  /**
   * Reads what the program said. It may have put anything in the place of its result file, or of
   * the folder: links are not followed, and what is not a file is as good as nothing.
   */
  InputStream open() throws IOException {
    boolean honest =
        Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)
            && source.toRealPath().equals(source);
    return honest
        ? Files.newInputStream(source, LinkOption.NOFOLLOW_LINKS)
        : new ByteArrayInputStream(new byte[0]);
  }
}
