package dev.nightdesk.queue.linear;

import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.Ability;
import dev.nightdesk.testkit.CannedService;
import dev.nightdesk.testkit.GivenValues;
import dev.nightdesk.testkit.Person;
import dev.nightdesk.testkit.QueueFixture;
import dev.nightdesk.toolkit.http.Pace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The canned Linear with one empty team. */
public record LinearFixture(CannedLinear linear) implements QueueFixture {
  /** Starts the service. */
  public LinearFixture() throws IOException {
    this(new CannedLinear());
  }

  @Override
  public InetSocketAddress address() {
    return linear.address();
  }

  @Override
  public TaskQueue open(InetSocketAddress through) {
    return open(through, Duration.ofSeconds(10));
  }

  @Override
  public TaskQueue openImpatient(InetSocketAddress through) {
    return open(through, Duration.ofSeconds(1));
  }

  private static TaskQueue open(InetSocketAddress through, Duration limit) {
    return LinearQueue.open(names(through, Map.of()), limit, pace(), InstantSource.system());
  }

  /** A queue with other settings than usual. */
  TaskQueue with(Map<String, String> settings) {
    return LinearQueue.open(
        names(address(), settings), Duration.ofSeconds(10), pace(), InstantSource.system());
  }

  static Pace pace() {
    return new Pace(new Pace.Rate(16, Duration.ZERO, Duration.ZERO));
  }

  static LinearNames names(InetSocketAddress at, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(given(at));
    all.putAll(settings);
    return LinearNames.from(GivenValues.of(all));
  }

  private static Map<String, String> given(InetSocketAddress through) {
    return Map.of(
        "LINEAR_API_KEY",
        CannedLinear.PERSONAL,
        "LINEAR_TEAM",
        "ENG",
        "LINEAR_API_URL",
        "http://127.0.0.1:%d/graphql".formatted(through.getPort()));
  }

  @Override
  public Map<String, String> settings(InetSocketAddress through) {
    return given(through);
  }

  @Override
  public Person person() {
    return linear.workspace();
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.complementOf(EnumSet.of(Ability.EXCLUSIVE_CLAIM, Ability.ATOMIC_WRITES));
  }

  @Override
  public Optional<CannedService> canned() {
    return Optional.of(linear);
  }

  @Override
  public String decisiveRequest() {
    return "issueUpdate";
  }

  @Override
  public void close() {
    linear.close();
  }
}
