package dev.nightdesk.toolkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the filter of system calls says, and that the kernel says the same. */
class SystemCallsTest {
  private static final int ALLOWED = 0;
  private static final int EPERM = 1;
  private static final int ENOSYS = 38;
  private static final int EAFNOSUPPORT = 97;

  private static int id(String processor) {
    return processor.equals("amd64") ? 0xC000003E : 0xC00000B7;
  }

  /** Each call by its number, and the error that it gives. */
  private static final String CALLS =
      """
      sub try { my ($n, @a) = @_; $! = 0; my $r = syscall($a[0], @a[1..$#a]); print "$n ", $r < 0 ? $!+0 : "done", "\\n" }
      try('keyring', 250, 0, -3, 0);
      try('uring', 425, 1, 0);
      try('faults', 323, 1);
      try('namespace', 272, 0x10000000);
      try('packets', 41, 17, 3, 0);
      try('terminal', 16, 0, 0x5412, "x");
      try('unix', 41, 1, 1, 0);
      """;

  @TempDir Path folder;

  /** Runs the filter as the kernel does. */
  private static int verdict(byte[] program, int processor, int call, int... arguments) {
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(call).putInt(processor).putLong(0);
    for (int argument : arguments) {
      data.putLong(argument);
    }
    ByteBuffer code = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
    int accumulator = 0;
    for (int at = 0; ; at++) {
      int operation = code.getShort(at * 8);
      int value = code.getInt(at * 8 + 4);
      boolean holds =
          switch (operation) {
            case 0x15 -> accumulator == value;
            case 0x35 -> Integer.compareUnsigned(accumulator, value) >= 0;
            case 0x45 -> (accumulator & value) != 0;
            default -> false;
          };
      switch (operation) {
        case 0x20 -> accumulator = data.getInt(value);
        case 0x06 -> {
          return value == 0x7fff0000 ? ALLOWED : value & 0xffff;
        }
        default -> at += code.get(at * 8 + (holds ? 2 : 3)) & 0xff;
      }
    }
  }

  private static int verdict(String processor, boolean nesting, int call, int... arguments) {
    byte[] program = SystemCalls.on(processor, nesting).orElseThrow().bytes();
    return verdict(program, id(processor), call, arguments);
  }

  @ParameterizedTest
  @CsvSource({
    "amd64, 321",
    "amd64, 298",
    "amd64, 323",
    "amd64, 250",
    "amd64, 248",
    "amd64, 249",
    "amd64, 175",
    "amd64, 313",
    "amd64, 246",
    "amd64, 320",
    "amd64, 304",
    "amd64, 169",
    "amd64, 154",
    "amd64, 103",
    "aarch64, 280",
    "aarch64, 241",
    "aarch64, 282",
    "aarch64, 219",
    "aarch64, 217",
    "aarch64, 218",
    "aarch64, 105",
    "aarch64, 273",
    "aarch64, 104",
    "aarch64, 294",
    "aarch64, 265",
    "aarch64, 142",
    "aarch64, 116",
  })
  void refusesWhatNoAgentNeeds(String processor, int call) {
    assertThat(verdict(processor, true, call)).isEqualTo(EPERM);
    assertThat(verdict(processor, false, call)).isEqualTo(EPERM);
  }

  /** Read, write, ioctl TCGETS, sendmsg, clone and clone3, execve, openat, ptrace, futex. */
  @ParameterizedTest
  @CsvSource({
    "amd64, '0 1 46 59 257 101 202 56 9 11 272'",
    "aarch64, '63 64 211 221 56 117 98 220 97'"
  })
  void letsThroughWhatProgramsNeed(String processor, String calls) {
    for (String call : calls.split(" ", -1)) {
      assertThat(verdict(processor, false, Integer.parseInt(call))).as(call).isEqualTo(ALLOWED);
      assertThat(verdict(processor, true, Integer.parseInt(call))).as(call).isEqualTo(ALLOWED);
    }
    int ioctl = processor.equals("amd64") ? 16 : 29;
    assertThat(verdict(processor, false, ioctl, 0, 0x5401)).isEqualTo(ALLOWED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"amd64", "aarch64"})
  void looksAtTerminalsSocketsAndNamespaces(String processor) {
    boolean amd = processor.equals("amd64");
    int ioctl = amd ? 16 : 29;
    assertThat(verdict(processor, true, ioctl, 0, 0x5412)).isEqualTo(EPERM);
    assertThat(verdict(processor, true, ioctl, 0, 0x541C)).isEqualTo(EPERM);
    int socket = amd ? 41 : 198;
    for (int family : List.of(1, 2, 10, 16)) {
      assertThat(verdict(processor, true, socket, family)).isEqualTo(ALLOWED);
    }
    for (int family : List.of(0, 3, 17, 29, 30, 38, 40, 44)) {
      assertThat(verdict(processor, true, socket, family)).isEqualTo(EAFNOSUPPORT);
    }
    for (int call : List.of(amd ? 56 : 220, amd ? 272 : 97)) {
      assertThat(verdict(processor, false, call, 0x10000000 | 17)).isEqualTo(EPERM);
      assertThat(verdict(processor, true, call, 0x10000000 | 17)).isEqualTo(ALLOWED);
    }
    assertThat(verdict(processor, false, 435)).isEqualTo(ENOSYS);
    assertThat(verdict(processor, true, 435)).isEqualTo(ALLOWED);
    assertThat(verdict(processor, false, amd ? 165 : 40)).isEqualTo(EPERM);
    assertThat(verdict(processor, true, amd ? 165 : 40)).isEqualTo(ALLOWED);
    assertThat(verdict(processor, true, 425)).isEqualTo(ENOSYS);
  }

  @Test
  void knowsNoOtherWaysIntoTheKernel() {
    byte[] program = SystemCalls.on("amd64", true).orElseThrow().bytes();
    assertThat(verdict(program, 0x40000003, 20)).as("as on a 386").isEqualTo(ENOSYS);
    assertThat(verdict(program, id("amd64"), 0x40000000 | 1)).as("x32").isEqualTo(ENOSYS);
  }

  @Test
  void hasNoFilterForAProcessorItDoesNotKnow() {
    assertThat(SystemCalls.on("riscv64", false)).isEmpty();
  }

  /** Each call in the sandbox with the filter, and in the same sandbox without it. */
  @Test
  void isWhatTheKernelObeys() throws Exception {
    assumeTrue(
        System.getProperty("os.arch").equals("amd64"),
        "NOT TESTED on this machine: the numbers are those of another processor");
    Isolation isolation = Stage.isolation(Isolation.Level.SANDBOX);
    Stage stage = new Stage(folder);
    List<String> lines = new ArrayList<>();
    try (ChildProcess child =
        stage.start(
            stage.launch(Isolation.Level.SANDBOX, List.of("perl", "-e", CALLS)),
            Isolation.Level.SANDBOX)) {
      child.await(lines::add);
    }
    assertThat(lines)
        .containsExactly(
            "keyring 1",
            "uring 38",
            "faults 1",
            "namespace 1",
            "packets 97",
            "terminal 1",
            "unix done");
    List<String> bare = new ArrayList<>(isolation.wrapper());
    bare.addAll(List.of("perl", "-e", CALLS));
    Process process = new ProcessBuilder(bare).redirectInput(Path.of("/dev/null").toFile()).start();
    String unfiltered = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(unfiltered.lines())
        .contains("uring 14", "namespace done", "packets 1", "terminal 25", "unix done")
        .doesNotContain("keyring 1");
  }
}
