package dev.nightdesk.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine's network: a namespace of its own, with one wire to that of this process. There is no
 * loopback in it: 127.0.0.1 is at the wire's other end, so that a server that listens nowhere else
 * is reached by it.
 */
final class Wire implements AutoCloseable {
  /** Where the machines are, as the server sees them. */
  static final String MACHINES = "10.77.0.0/16";

  /** How a wire is cut. */
  enum Cut {
    /** Whatever is sent on either side is lost without a word. */
    SILENT("silently"),

    /** The machine's interface is down: it knows at once that it reaches nobody. */
    UNREACHABLE("network unreachable"),

    /** What the machine asks arrives and is done, and no answer comes back. */
    ANSWERS_LOST("answers lost");

    private final String words;

    Cut(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  private static final String UP = "ip link set eth0 up; ip route add 127.0.0.1 dev eth0";

  /** Lives as long as this process does, and the namespace with it. */
  private final Process holder;

  private final String end;
  private final String machine;

  private Wire(Process holder, String end, String machine) {
    this.holder = holder;
    this.end = end;
    this.machine = machine;
  }

  /**
   * Lays one.
   *
   * @param number of the machine, from 1 to 255
   */
  static Wire to(int number) throws IOException, InterruptedException {
    Process holder =
        new ProcessBuilder("unshare", "--net", "--", "sh", "-c", "echo there; exec cat")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader said = holder.inputReader();
    if (!"there".equals(said.readLine())) {
      throw new IOException("there are no network namespaces here");
    }
    String net = "10.77." + number + ".";
    Wire wire = new Wire(holder, "wire" + number, net + "2");
    wire.lay(net + "1");
    return wire;
  }

  private void lay(String address) throws IOException, InterruptedException {
    here(
        """
        ip link add %1$s type veth peer name eth0 netns %2$d
        echo 1 >/proc/sys/net/ipv4/conf/%1$s/route_localnet
        ip address add %3$s/24 dev %1$s
        ip link set %1$s up
        """
            .formatted(end, holder.pid(), address));
    there("echo 1 >/proc/sys/net/ipv4/conf/eth0/route_localnet");
    there("ip address add " + machine + "/24 dev eth0; " + UP);
  }

  /** The command as one of the machine. The process that is started becomes it. */
  List<String> at(List<String> command) {
    List<String> words = new ArrayList<>(List.of("nsenter", "--target"));
    words.addAll(List.of(Long.toString(holder.pid()), "--net", "--"));
    words.addAll(command);
    return words;
  }

  void cut(Cut how) throws IOException, InterruptedException {
    switch (how) {
      case SILENT -> here("ip link set " + end + " down");
      case UNREACHABLE -> there("ip link set eth0 down");
      case ANSWERS_LOST -> here("ip route add blackhole " + machine);
    }
  }

  void mend(Cut how) throws IOException, InterruptedException {
    switch (how) {
      case SILENT -> here("ip link set " + end + " up");
      case UNREACHABLE -> there(UP);
      case ANSWERS_LOST -> here("ip route delete blackhole " + machine);
    }
  }

  private void here(String script) throws IOException, InterruptedException {
    run(List.of("sh", "-ec", script));
  }

  private void there(String script) throws IOException, InterruptedException {
    run(at(List.of("sh", "-ec", script)));
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException(code + " is the exit code of " + command);
    }
  }

  @Override
  public void close() {
    holder.destroyForcibly();
  }
}
