package dev.nightdesk.toolkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Allowance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a hostile agent tries in order to get out. Each attempt says OUT where it succeeds; each is
 * made in the sandbox, where it must not, and without, where it must: else it would show nothing.
 */
class EscapeTest {
  private static final Isolation.Level SANDBOX = Isolation.Level.SANDBOX;
  private static final String CANARY = "canary-of-the-worker";

  /** What an attempt is given: see {@link #words}. */
  private static final String NAMES =
      "outside=$1 victim=$2 canary='canary-[o]f-the-worker' desk=$3; exec 2>/dev/null\n";

  /** Who can show that an attempt succeeds without a sandbox. */
  enum Control {
    ANYBODY,
    ROOT,
    /** It would do harm, or is about the sandbox itself. */
    NOBODY
  }

  /**
   * One attempt.
   *
   * @param nesting whether the agent is one that may build sandboxes of its own
   */
  record Attempt(String name, Control control, boolean nesting, String script) {
    Attempt(String name, Control control, String script) {
      this(name, control, false, script);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Attempt> attempts() {
    return Stream.of(reads(), writes(), namespaces(), powers(), surroundings())
        .flatMap(attempts -> attempts);
  }

  private static Stream<Attempt> reads() {
    return Stream.of(
        new Attempt(
            "read the worker's environment",
            Control.ANYBODY,
            "cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep -q $canary && echo OUT"),
        new Attempt(
            "read the worker's command line",
            Control.ANYBODY,
            "cat /proc/[0-9]*/cmdline | tr '\\0' '\\n' | grep -q $canary && echo OUT"),
        new Attempt(
            "look through the roots of other processes",
            Control.ROOT,
            "cat /proc/[0-9]*/root$desk/secret /proc/[0-9]*/cwd/secret | grep -q $canary && echo OUT"),
        new Attempt(
            "read a secret of the desk",
            Control.ANYBODY,
            "grep -q $canary $desk/secret && echo OUT"),
        new Attempt(
            "read the home of another run",
            Control.ANYBODY,
            "grep -rq $canary $desk/homes && echo OUT"));
  }

  private static Stream<Attempt> writes() {
    return Stream.of(
        new Attempt("write outside", Control.ANYBODY, "echo x >$outside/new && echo OUT"),
        new Attempt(
            "change what it may read", Control.ANYBODY, "echo x >>$outside/program && echo OUT"),
        new Attempt("remove what it may read", Control.ANYBODY, "rm $outside/program && echo OUT"),
        new Attempt(
            "write into the system",
            Control.NOBODY,
            "for f in /etc/ld.so.preload /etc/cron.d/x /usr/bin/x /proc/sys/kernel/core_pattern"
                + " /proc/sys/kernel/modprobe /proc/sysrq-trigger /sys/kernel/uevent_helper"
                + " /sys/power/state; do : >$f && echo OUT; done"),
        new Attempt(
            "lift its own ceilings",
            Control.NOBODY,
            "find /sys/fs/cgroup -name pids.max -o -name 'memory*limit_in_bytes' -o -name memory.max"
                + " -o -name cgroup.procs | while read -r f; do echo 0 >$f && echo OUT; done"));
  }

  private static Stream<Attempt> namespaces() {
    return Stream.of(
        new Attempt(
            "mount over a folder",
            Control.ROOT,
            "unshare -m sh -c \"mount -t tmpfs t $outside\" && echo OUT"),
        new Attempt(
            "make a namespace to have powers in", Control.ANYBODY, "unshare -Urm true && echo OUT"),
        new Attempt(
            "uncover what is hidden in a namespace of its own",
            Control.NOBODY,
            true,
            "unshare -Urm sh -c \"umount -l $desk/homes; umount -l $desk; mount --bind / /mnt;"
                + " cat $desk/secret /mnt$desk/secret\" | grep -q $canary && echo OUT"),
        new Attempt(
            "make writable again in a namespace of its own",
            Control.NOBODY,
            true,
            "unshare -Urm sh -c \"mount -o remount,rw,bind /; mount -o remount,rw,bind $outside;"
                + " echo x >$outside/new && echo OUT\""));
  }

  private static Stream<Attempt> powers() {
    return Stream.of(
        new Attempt("make a device", Control.ROOT, "mknod ./disk b 8 0 && echo OUT"),
        new Attempt("change the root", Control.ROOT, "chroot / true && echo OUT"),
        new Attempt(
            "trace a process of the worker's",
            Control.ROOT,
            "perl -e 'exit(0 + !(syscall($ARGV[0] + 0, 16, $ARGV[1] + 0, 0, 0) == 0))'"
                + " $([ $(uname -m) = aarch64 ] && echo 117 || echo 101) $victim && echo OUT"),
        new Attempt(
            "signal a process of the worker's", Control.ANYBODY, "kill -CONT $victim && echo OUT"));
  }

  private static Stream<Attempt> surroundings() {
    return Stream.of(
        new Attempt(
            "see what others share in memory",
            Control.ANYBODY,
            "ipcs -m | grep -qi 4e44 && echo OUT"),
        new Attempt(
            "see files of others in /tmp",
            Control.ANYBODY,
            "ls /tmp | grep -q nightdesk-escape && echo OUT"),
        new Attempt(
            "see devices of the machine",
            Control.ANYBODY,
            "ls /dev | grep -vqxE 'console|core|fd|full|null|ptmx|pts|random|shm|std(in|out|err)|tty|urandom|zero'"
                + " && echo OUT"),
        new Attempt("reach a terminal", Control.NOBODY, "exec 3<>/dev/tty && echo OUT"),
        new Attempt(
            "use files that were left open",
            Control.NOBODY,
            "cd /proc/self/fd && for f in [3-9] [1-9][0-9]; do [ -e $f ] && echo OUT; done"),
        new Attempt(
            "become more by a program that is allowed to",
            Control.NOBODY,
            "cp /bin/bash ./b && chmod 6755 ./b && ./b -pc"
                + " 'grep -q \"Cap...:.*[1-9a-f]\" /proc/self/status' && echo OUT;"
                + " su -c true root </dev/null && echo OUT"),
        new Attempt(
            "end the sandbox's first process",
            Control.NOBODY,
            "kill -9 1 && sleep 1; [ -d /proc/1 ] || echo OUT"));
  }

  @TempDir Path folder;
  private Stage stage;
  private Process victim;
  private Path outside;
  private Path strange;
  private String segment;

  @BeforeEach
  void setStage() throws Exception {
    stage = new Stage(folder);
    outside = Files.createDirectories(stage.root.resolve("outside"));
    Files.writeString(outside.resolve("program"), "text");
    Path desk = stage.root.resolve("nightdesk");
    Files.writeString(desk.resolve("secret"), CANARY);
    Files.writeString(Files.createDirectories(desk.resolve("homes/2")).resolve("secret"), CANARY);
    strange = Files.createTempFile("nightdesk-escape", "");
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", "sleep 120", CANARY).directory(desk.toFile());
    builder.environment().put("TOKEN", CANARY);
    victim = builder.start();
    Process perl =
        new ProcessBuilder("perl", "-e", "print shmget(0x4e44, 4096, 0666 | 01000) // die").start();
    segment = new String(perl.getInputStream().readAllBytes(), UTF_8);
  }

  @AfterEach
  void end() throws Exception {
    victim.descendants().forEach(ProcessHandle::destroyForcibly);
    victim.destroyForcibly();
    Files.deleteIfExists(strange);
    new ProcessBuilder("ipcrm", "-m", segment).start().waitFor();
  }

  private String[] words() {
    return new String[] {
      "agent",
      outside.toString(),
      String.valueOf(victim.pid()),
      stage.root.resolve("nightdesk").toString()
    };
  }

  private List<String> run(Isolation.Level level, Attempt attempt) throws Exception {
    Launch launch = stage.shell(level, NAMES + attempt.script() + "\ntrue", words());
    if (attempt.nesting()) {
      launch = launch.withNesting();
    }
    List<String> said = new ArrayList<>();
    try (ChildProcess child = stage.start(stage.within(BOUNDED, launch), level)) {
      child.awaitExit(Duration.ofSeconds(30), said::add);
    }
    return said;
  }

  private static final Allowance BOUNDED = new Allowance(Allowance.ALL.network(), 1L << 30, 200);

  @ParameterizedTest
  @MethodSource("attempts")
  void getsNowhere(Attempt attempt) throws Exception {
    Stage.isolation(SANDBOX);
    assertThat(run(SANDBOX, attempt)).doesNotContain("OUT");
    assertThat(victim.waitFor(0, TimeUnit.SECONDS)).as("the worker's process ended").isFalse();
  }

  static Stream<Attempt> controls() throws IOException {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    return attempts()
        .filter(attempt ->
            attempt.control() == Control.ANYBODY || (root && attempt.control() == Control.ROOT));
  }

  @ParameterizedTest
  @MethodSource("controls")
  void wouldGetOutWithoutASandbox(Attempt attempt) throws Exception {
    assertThat(run(Isolation.Level.GROUP, attempt)).contains("OUT");
  }

  @Test
  void findsNothingOfAnEarlierRun() throws Exception {
    String name = "left-" + UUID.randomUUID();
    String leave =
        "echo x >/dev/shm/%1$s; echo x >/tmp/%1$s; ipcmk -M 64 >/dev/null; echo done"
            .formatted(name);
    String look = "ls /dev/shm; ls /tmp | grep -v junit; ipcs -m | grep -c '^0x'";
    Attempt first = new Attempt("leave", Control.NOBODY, leave);
    assertThat(run(SANDBOX, first)).containsExactly("done");
    assertThat(run(SANDBOX, new Attempt("look", Control.NOBODY, look))).containsExactly("0");
    assertThat(Path.of("/dev/shm", name)).doesNotExist();
  }

  @Test
  void startsNothingThatLiesInTheWorkspace() throws Exception {
    for (String name : List.of("bash", "cat", "perl", "prlimit", "sh", "true", "bwrap", "env")) {
      stage.script(name, "#!/bin/sh\n: >$(dirname $0)/ran\n");
    }
    Launch launch = stage.shell(SANDBOX, "echo well");
    Set<String> path = Set.of(".:" + Stage.PATH, ":" + Stage.PATH, "bin:./:" + Stage.PATH);
    for (String each : path) {
      try (ChildProcess child =
          stage.start(launch.withEnvironment(Map.of("PATH", each)), SANDBOX)) {
        assertThat(child.await(line -> {})).isEqualTo(new Ending.Exited(0));
      }
    }
    assertThat(stage.workspace.resolve("ran")).doesNotExist();
  }
}
