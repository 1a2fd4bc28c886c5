package dev.nightdesk.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads a file that is still being written. Never cuts a character in two. */
final class Tail implements AutoCloseable {
  private static final int AT_ONCE = 1 << 16;

  private final Path file;
  private byte[] begun = new byte[0];
  private @Nullable InputStream in;

  /** The file need not be there yet. */
  Tail(Path file) {
    this.file = file;
  }

  /** What has come since; empty = nothing for now. */
  String more() throws IOException {
    if (in == null && Files.exists(file)) {
      in = Files.newInputStream(file);
    }
    if (in == null) {
      return "";
    }
    byte[] read = in.readNBytes(AT_ONCE);
    byte[] all = new byte[begun.length + read.length];
    System.arraycopy(begun, 0, all, 0, begun.length);
    System.arraycopy(read, 0, all, begun.length, read.length);
    int whole = read.length == 0 ? all.length : whole(all);
    begun = Arrays.copyOfRange(all, whole, all.length);
    return new String(all, 0, whole, StandardCharsets.UTF_8);
  }

  /** The length without a character that has only begun. */
  private static int whole(byte[] text) {
    for (int back = 1; back <= Math.min(3, text.length); back++) {
      int lead = text[text.length - back] & 0xff;
      int needs = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
      if (needs > back) {
        return text.length - back;
      }
      if (lead >= 0xc0 || lead < 0x80) {
        break;
      }
    }
    return text.length;
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
    }
  }
}
