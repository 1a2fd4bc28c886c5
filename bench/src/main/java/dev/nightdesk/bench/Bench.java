package dev.nightdesk.bench;

import java.util.List;

/** Measures what is named, and prints lines of a Markdown table. {@code bench/run} starts it. */
public final class Bench {
  private Bench() {}

  public static void main(String[] names) throws Exception {
    for (String name : names) {
      List<Row> rows =
          switch (name) {
            case "start" -> Start.measure();
            case "idle" -> Idle.measure();
            case "latency" -> Latency.measure();
            case "lives" -> Lives.measure();
            case "crowd" -> Crowd.measure();
            case "polls" -> Polls.measure();
            case "queues" -> Queues.measure();
            case "day" -> Day.measure();
            case "agents" -> Agents.measure();
            case "calls" -> Calls.measure();
            case "claimers" -> Claimers.measure();
            case "chaos" -> HalfAnHour.measure();
            default -> throw new IllegalArgumentException("there is no benchmark " + name);
          };
      rows.forEach(row -> System.out.println(row.markdown()));
    }
  }
}
