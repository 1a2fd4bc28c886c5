package dev.nightdesk.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Holds the tasks, their comments, the ledger, the audit logs and the agents' notes together. */
final class Reckoning {
  private static final Pattern RUN_ID = Pattern.compile("\"run_id\":\"([^\"]+)\"");
  private static final int CRASHES = 3;

  private final Plan plan;
  private final Tables tables;
  private final List<Machine> machines;
  private final Diary diary;
  private final List<String> faults = new ArrayList<>();
  private final Map<String, Integer> figures = new TreeMap<>();

  Reckoning(Plan plan, Tables tables, List<Machine> machines, Diary diary) {
    this.plan = plan;
    this.tables = tables;
    this.machines = machines;
    this.diary = diary;
  }

  Findings findings(Map<String, Integer> deeds, Duration drained, List<Integer> codes)
      throws Exception {
    figures.put("seconds to do what was left", (int) drained.toSeconds());
    codes.stream()
        .filter(code -> code != 143)
        .forEach(code -> faults.add("a worker ended with exit code " + code));
    tasks();
    comments();
    agents();
    records();
    List<Diary.Takeover> takeovers = takeovers();
    List<String> late = new ArrayList<>();
    for (Diary.Takeover takeover : takeovers) {
      if (takeover.took().compareTo(plan.timings().heartbeat().multipliedBy(9)) > 0) {
        late.addAll(diary.during(takeover, machines));
      }
    }
    return new Findings(
        plan.seed(),
        deeds,
        figures,
        faults,
        takeovers.stream().map(Diary.Takeover::took).max(Comparator.naturalOrder()),
        late);
  }

  /** Every one is in review, but those that kept killing their worker. */
  private void tasks() throws SQLException {
    figures.put("tasks", tables.count("select count(*) from tasks"));
    figures.put("in review", tables.count("select count(*) from tasks where status = 'review'"));
    String crashed =
        "select id from tasks join nightdesk.task t on t.id = tasks.id::text and t.crashes >= "
            + CRASHES;
    String held =
        " from tasks where status <> 'review' and (status <> 'held' or title not like '%poison'"
            + " and id not in (";
    none(
        "lost",
        "select title || ' is ' || status || ': ' || coalesce((select hold_reason from"
            + " nightdesk.task where id = tasks.id::text), '')"
            + held
            + crashed.replace("select id", "select tasks.id")
            + "))");
    none(
        "not held though poisonous",
        "select title from tasks where title like '%poison' and status <> 'held'");
    figures.put("held as poison", tables.count("select count(*) from tasks where status = 'held'"));
    none(
        "unexpected in the ledger",
        "select id from nightdesk.task where id not in (select id::text from tasks)");
    none("still carried", "select task_instance from nightdesk.scheduled_tasks");
    none("not delivered", "select entry_key from nightdesk.entry where done_at is null");
    none("money put aside", "select id from nightdesk.task where reserved <> 0");
    none("not ended", "select run_id from nightdesk.run where phase <> 'ENDED'");
    none(
        "done twice",
        "select task_id || ' ' || string_agg(concat_ws(' ', run_id, cause, status, epoch, host,"
            + " started_at, ended_at), '; ' order by epoch) from nightdesk.run group by task_id"
            + " having count(*) filter (where status = 'OK') > 1");
    figures.put("runs", tables.count("select count(*) from nightdesk.run"));
    figures.put(
        "runs lost and taken over",
        tables.count("select count(*) from nightdesk.run where status = 'LOST'"));
  }

  /** The queue's own ledger of writes. */
  private void comments() throws SQLException {
    none(
        "said twice",
        "select task_id || ' ' || body from task_comments group by task_id, body having count(*) >"
            + " 1");
    none(
        "not said once that it is done",
        "select t.id from tasks t where t.status = 'review' and 1 <> (select count(*) from"
            + " task_comments c where c.task_id = t.id and c.body like 'Done.%')");
    none(
        "said by nobody",
        "select entry_key from task_comments where entry_key is not null and not exists (select 1"
            + " from nightdesk.run r where entry_key like '%' || r.run_id || '%')"
            + " and entry_key not like 'hold-%'");
    none(
        "delivered and not there",
        "select entry_key from nightdesk.entry where kind in ('NOTE', 'CLAIM') and entry_key not in"
            + " (select entry_key from task_comments where entry_key is not null)");
  }

  private void none(String fault, String query) throws SQLException {
    List<String> found = tables.ask(query);
    if (!found.isEmpty()) {
      faults.add(found.size() + " " + fault + ", e.g. " + found.getFirst());
    }
  }

  /** What the agents noted themselves, and whether any of them is left. */
  private void agents() throws IOException {
    if (Files.exists(plan.folder().resolve("overlaps"))) {
      faults.add("two at a time: " + Files.readAllLines(plan.folder().resolve("overlaps")));
    }
    Map<String, Long> ended = counted("ended");
    figures.put("agents begun", total(counted("begun")));
    figures.put("agents ended by themselves", total(ended));
    figures.put(
        "tasks whose agent had ended and was started again",
        (int) ended.values().stream().filter(times -> times > 1).count());
    String program = plan.folder().resolve("chaos-agent").toString();
    List<Long> left =
        ProcessHandle.allProcesses()
            .filter(process -> process.info().commandLine().orElse("").contains(program))
            .map(ProcessHandle::pid)
            .toList();
    if (!left.isEmpty()) {
      faults.add("processes left: " + left);
    }
  }

  private Map<String, Long> counted(String file) throws IOException {
    return Files.readAllLines(plan.folder().resolve(file)).stream()
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  private static int total(Map<String, Long> counts) {
    return counts.values().stream().mapToInt(Long::intValue).sum();
  }

  /** One audit line for each run, and every chain whole. */
  private void records() throws Exception {
    List<String> lines = new ArrayList<>();
    for (Machine machine : machines) {
      Path log = machine.home().resolve("home").resolve("runs.jsonl");
      for (String line : Files.exists(log) ? Files.readAllLines(log) : List.<String>of()) {
        Matcher id = RUN_ID.matcher(line);
        lines.add(id.find() ? id.group(1) : line);
      }
      int code = machine.nightdesk("verify-audit").start().waitFor();
      if (code != 0) {
        faults.add("the audit log of " + machine.home() + " does not hold");
      }
    }
    Set<String> recorded = new HashSet<>(lines);
    Set<String> runs = new HashSet<>(tables.ask("select run_id from nightdesk.run"));
    if (lines.size() != recorded.size()) {
      faults.add(lines.size() - recorded.size() + " runs recorded twice");
    }
    if (!recorded.equals(runs)) {
      faults.add(runs.size() + " runs, " + recorded.size() + " of them recorded");
    }
  }

  /** From the blow until somebody else had taken the run over. */
  private List<Diary.Takeover> takeovers() throws SQLException {
    List<Diary.Takeover> all = new ArrayList<>();
    for (String row :
        tables.ask(
            "select run_id || ' ' || task_id || ' ' || (extract(epoch from ended_at) *"
                + " 1000)::bigint from nightdesk.run where status = 'LOST'")) {
      String[] run = row.split(" ", -1);
      Instant ended = Instant.ofEpochMilli(Long.parseLong(run[2]));
      diary
          .struck(run[0])
          .ifPresent(struck -> all.add(new Diary.Takeover(run[0], run[1], struck, ended)));
    }
    return all;
  }
}
