package dev.nightdesk.toolkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The filter of system calls that a sandboxed agent runs behind: a program for the kernel's
 * seccomp, which refuses what no agent needs and what has let others out of sandboxes before. On a
 * processor that is not known here there is none.
 */
final class SystemCalls {
  private static final int EPERM = 1;
  private static final int ENOSYS = 38;
  private static final int EAFNOSUPPORT = 97;

  private static final int ALLOW = 0x7fff0000;
  private static final int ERRNO = 0x00050000;
  private static final int LOAD = 0x20;
  private static final int IF_EQUAL = 0x15;
  private static final int IF_AT_LEAST = 0x35;
  private static final int IF_ANY_BIT = 0x45;
  private static final int RETURN = 0x06;

  private static final int NUMBER = 0;
  private static final int ARCHITECTURE = 4;
  private static final int FIRST_ARGUMENT = 16;
  private static final int SECOND_ARGUMENT = 24;

  /** Of the second set of calls of one processor; ours uses the first. */
  private static final int X32 = 0x40000000;

  private static final int NEW_USER_NAMESPACE = 0x10000000;

  /** What puts characters into a terminal's input. */
  private static final List<Integer> TERMINAL_INPUT = List.of(0x5412, 0x541C);

  /** Unix, IPv4, IPv6 and netlink, by which programs learn their own addresses. */
  private static final List<Integer> SOCKETS = List.of(1, 2, 10, 16);

  /** The kernel's keys, programs, modules, clock, accounts and logs, and old ways to do things. */
  private static final String REFUSED =
      "acct add_key bpf clock_settime create_module delete_module fanotify_init finit_module"
          + " get_kernel_syms init_module ioperm iopl kexec_file_load kexec_load keyctl"
          + " lookup_dcookie modify_ldt nfsservctl open_by_handle_at perf_event_open query_module"
          + " quotactl quotactl_fd reboot request_key settimeofday swapoff swapon sysfs _sysctl"
          + " syslog uselib userfaultfd ustat vhangup";

  /** Only for those who build sandboxes. */
  private static final String FOR_NESTING =
      "chroot fsconfig fsmount fsopen fspick mount mount_setattr move_mount open_tree pivot_root"
          + " setns umount2";

  /** Programs know how to do without these. */
  private static final String ABSENT = "io_uring_setup io_uring_enter io_uring_register";

  private static final String EVERYWHERE =
      " io_uring_setup 425 io_uring_enter 426 io_uring_register 427 open_tree 428 move_mount 429"
          + " fsopen 430 fsconfig 431 fsmount 432 fspick 433 clone3 435 mount_setattr 442"
          + " quotactl_fd 443";

  /** A processor: what the kernel calls it, and the numbers of its calls. */
  private record Processor(int id, Map<String, Integer> numbers) {
    Processor(int id, String numbers) {
      this(id, new HashMap<>());
      String[] words = (numbers + EVERYWHERE).split(" ", -1);
      for (int i = 0; i < words.length; i += 2) {
        this.numbers.put(words[i], Integer.valueOf(words[i + 1]));
      }
    }
  }

  private static final Map<String, Processor> PROCESSORS =
      Map.of(
          "amd64",
          new Processor(
              0xC000003E,
              "ioctl 16 socket 41 clone 56 syslog 103 uselib 134 ustat 136 sysfs 139 vhangup 153"
                  + " modify_ldt 154 pivot_root 155 _sysctl 156 chroot 161 acct 163 settimeofday 164"
                  + " mount 165 umount2 166 swapon 167 swapoff 168 reboot 169 iopl 172 ioperm 173"
                  + " create_module 174 init_module 175 delete_module 176 get_kernel_syms 177"
                  + " query_module 178 quotactl 179 nfsservctl 180 lookup_dcookie 212"
                  + " clock_settime 227 kexec_load 246 add_key 248 request_key 249 keyctl 250"
                  + " unshare 272 perf_event_open 298 fanotify_init 300 open_by_handle_at 304"
                  + " setns 308 finit_module 313 kexec_file_load 320 bpf 321 userfaultfd 323"),
          "aarch64",
          new Processor(
              0xC00000B7,
              "lookup_dcookie 18 ioctl 29 umount2 39 mount 40 pivot_root 41 nfsservctl 42 chroot 51"
                  + " vhangup 58 quotactl 60 acct 89 unshare 97 kexec_load 104 init_module 105"
                  + " delete_module 106 clock_settime 112 syslog 116 reboot 142 settimeofday 170"
                  + " socket 198 add_key 217 request_key 218 keyctl 219 clone 220 swapon 224"
                  + " swapoff 225 perf_event_open 241 fanotify_init 262 open_by_handle_at 265"
                  + " setns 268 finit_module 273 bpf 280 userfaultfd 282 kexec_file_load 294"));

  private static final Optional<SystemCalls> WITH_NESTING = here(true);
  private static final Optional<SystemCalls> WITHOUT_NESTING = here(false);

  private final Processor processor;
  private final ByteBuffer program = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
  private String escaped = "";

  private SystemCalls(Processor processor) {
    this.processor = processor;
  }

  /**
   * The filter for this machine.
   *
   * @param nesting whether the program builds sandboxes of its own
   */
  static Optional<SystemCalls> filter(boolean nesting) {
    return nesting ? WITH_NESTING : WITHOUT_NESTING;
  }

  private static Optional<SystemCalls> here(boolean nesting) {
    return on(System.getProperty("os.arch", ""), nesting);
  }

  static Optional<SystemCalls> on(String processor, boolean nesting) {
    return Optional.ofNullable(PROCESSORS.get(processor))
        .map(SystemCalls::new)
        .map(filter -> filter.written(nesting));
  }

  /** The program as the kernel takes it. */
  byte[] bytes() {
    return Arrays.copyOf(program.array(), program.position());
  }

  /** As {@code printf} of a shell takes it. */
  String escaped() {
    return escaped;
  }

  private SystemCalls written(boolean nesting) {
    add(LOAD, 0, 0, ARCHITECTURE);
    add(IF_EQUAL, 1, 0, processor.id());
    refuse(ENOSYS);
    add(LOAD, 0, 0, NUMBER);
    add(IF_AT_LEAST, 0, 1, X32);
    refuse(ENOSYS);
    refuse(REFUSED, EPERM);
    refuse(ABSENT, ENOSYS);
    if (!nesting) {
      refuse(FOR_NESTING, EPERM);
      refuse("clone3", ENOSYS); // its arguments cannot be looked at, and all go on with clone
      refuseNewUser("clone");
      refuseNewUser("unshare");
    }
    add(IF_EQUAL, 0, 2 + 2 * TERMINAL_INPUT.size(), number("ioctl"));
    add(LOAD, 0, 0, SECOND_ARGUMENT);
    TERMINAL_INPUT.forEach(request -> {
      add(IF_EQUAL, 0, 1, request);
      refuse(EPERM);
    });
    add(RETURN, 0, 0, ALLOW);
    add(IF_EQUAL, 0, 2 + 2 * SOCKETS.size(), number("socket"));
    add(LOAD, 0, 0, FIRST_ARGUMENT);
    SOCKETS.forEach(family -> {
      add(IF_EQUAL, 0, 1, family);
      add(RETURN, 0, 0, ALLOW);
    });
    refuse(EAFNOSUPPORT);
    add(RETURN, 0, 0, ALLOW);
    escaped = "\\x" + HexFormat.ofDelimiter("\\x").formatHex(bytes());
    return this;
  }

  private void refuse(String names, int error) {
    for (String name : names.split(" ", -1)) {
      if (processor.numbers().containsKey(name)) {
        add(IF_EQUAL, 0, 1, number(name));
        refuse(error);
      }
    }
  }

  private void refuseNewUser(String call) {
    add(IF_EQUAL, 0, 4, number(call));
    add(LOAD, 0, 0, FIRST_ARGUMENT);
    add(IF_ANY_BIT, 0, 1, NEW_USER_NAMESPACE);
    refuse(EPERM);
    add(RETURN, 0, 0, ALLOW);
  }

  private void refuse(int error) {
    add(RETURN, 0, 0, ERRNO | error);
  }

  private int number(String call) {
    return Objects.requireNonNull(processor.numbers().get(call), call);
  }

  private void add(int code, int whenTrue, int whenFalse, int value) {
    program.putShort((short) code).put((byte) whenTrue).put((byte) whenFalse).putInt(value);
  }
}
