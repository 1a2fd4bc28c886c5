package dev.nightdesk.workertest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.testkit.Draft;
import dev.nightdesk.testkit.Person;
import dev.nightdesk.worker.Step;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * What has to be found of a task whose worker died at a step, once somebody else has gone on with
 * it. A step that is new is expected to be one that repeats nothing.
 */
final class Crashes {
  /** What an agent spends in every run. */
  static final String COST = "0.25";

  private Crashes() {}

  /** So many tasks for each step, by their ids; one where all are noted together. */
  static Map<String, Step> tasks(Person person, int each) throws Exception {
    List<Step> steps = new ArrayList<>();
    for (Step step : Step.values()) {
      steps.addAll(Collections.nCopies(step == Step.NOTED ? 1 : each, step));
    }
    List<Draft> drafts = steps.stream().map(step -> Draft.of("dies at " + step)).toList();
    Iterator<String> ids = person.puts(drafts).iterator();
    Map<String, Step> tasks = new HashMap<>();
    steps.forEach(step -> tasks.put(ids.next(), step));
    return tasks;
  }

  /** Where the first worker dies with each task. */
  static Map<String, Step> first(Map<String, Step> tasks) {
    Map<String, Step> fates = new HashMap<>(tasks);
    fates.replaceAll((id, step) -> isTakeover(step) ? Step.JOURNALED : step);
    return fates;
  }

  /** Where the second one does, which takes over from the first. */
  static Map<String, Step> second(Map<String, Step> tasks) {
    Map<String, Step> fates = new HashMap<>(tasks);
    fates.values().removeIf(step -> !isTakeover(step));
    return fates;
  }

  private static boolean isTakeover(Step step) {
    return step == Step.PUT_BACK || step == Step.LOST;
  }

  /** How many agents are started for it. */
  static int agents(Step step) {
    return switch (step) {
      case STARTED, JOURNALED, SPENT, ENDED, PUT_BACK, LOST -> 2;
      default -> 1;
    };
  }

  /** How often it is claimed in its queue. */
  private static int claims(Step step) {
    return step == Step.CLAIMED || step == Step.PREPARED ? 2 : agents(step);
  }

  /** How many runs the ledger and the audit log know of. */
  private static int runs(Step step) {
    return step == Step.BEGUN ? 2 : claims(step);
  }

  /** What an agent spent is counted, whatever became of it. */
  static BigDecimal spent(Step step) {
    boolean twice = step == Step.SPENT || step == Step.ENDED;
    return new BigDecimal(COST).multiply(BigDecimal.valueOf(twice ? 2 : 1));
  }

  static void assertSaid(Step step, List<String> said) {
    assertTimes(step, said, "Working on it.", claims(step));
    assertTimes(step, said, "Interrupted", claims(step) - 1);
    assertTimes(step, said, "Done.", 1);
  }

  private static void assertTimes(Step step, List<String> said, String beginning, int times) {
    assertThat(said)
        .as("said where it died at %s", step)
        .filteredOn(text -> text.startsWith(beginning))
        .hasSize(times);
  }

  static void assertRecorded(Step step, List<String> auditLines, String id) {
    List<String> its =
        auditLines.stream().filter(line -> line.contains("\"task_id\":\"" + id + "\"")).toList();
    assertThat(its).as("recorded where it died at %s", step).hasSize(runs(step));
    assertThat(its).as("%s", step).filteredOn(line -> line.contains("\"OK\"")).hasSize(1);
  }
}
