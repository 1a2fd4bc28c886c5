package dev.nightdesk.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Optional;

/** The lines of a file from its end to its beginning. */
final class Backwards {
  private static final int CHUNK = 64 * 1024;

  private final RandomAccessFile file;
  private byte[] chunk = new byte[0];
  private long chunkStart;
  private long end;

  /**
   * @param end where to begin; a line that ends there without a line feed counts
   */
  Backwards(RandomAccessFile file, long end) {
    this.file = file;
    this.end = end;
    this.chunkStart = end;
  }

  /** The line before the last one, without its line feed; empty at the beginning of the file. */
  Optional<byte[]> next() throws IOException {
    if (end == 0) {
      return Optional.empty();
    }
    long last = byteAt(end - 1) == '\n' ? end - 1 : end;
    long first = last;
    while (first > 0 && byteAt(first - 1) != '\n') {
      first--;
    }
    byte[] line = read(first, (int) (last - first));
    end = first;
    return Optional.of(line);
  }

  private byte byteAt(long position) throws IOException {
    if (position < chunkStart || position >= chunkStart + chunk.length) {
      chunkStart = Math.max(0, position + 1 - CHUNK);
      chunk = read(chunkStart, (int) (position + 1 - chunkStart));
    }
    return chunk[(int) (position - chunkStart)];
  }

  private byte[] read(long from, int length) throws IOException {
    byte[] bytes = new byte[length];
    file.seek(from);
    file.readFully(bytes);
    return bytes;
  }
}
