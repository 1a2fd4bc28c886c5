package dev.nightdesk.dist;

import dev.nightdesk.queue.airtable.AirtableFixture;
import dev.nightdesk.queue.github.GitHubFixture;
import dev.nightdesk.queue.linear.LinearFixture;
import dev.nightdesk.queue.postgres.embedded.EmbeddedServer;
import dev.nightdesk.queue.todoist.TodoistFixture;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.testkit.QueueFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** A service that people have their tasks in: a canned one, by the name of its queue. */
record Service(String name, Callable<QueueFixture> making) {

  static Stream<Service> all() {
    return Stream.of(
        new Service("airtable", AirtableFixture::new),
        new Service("github", GitHubFixture::new),
        new Service("linear", LinearFixture::new),
        new Service("todoist", TodoistFixture::new));
  }

  QueueFixture start() throws Exception {
    return making.call();
  }

  /** Where a worker finds its tasks in this service. */
  Stage desk(Path folder, EmbeddedServer server, QueueFixture at) throws IOException {
    Stage desk = new Stage(folder, server).with("WORKER_QUEUE", name);
    desk.with("WORKER_AUTHORS", "anyone");
    at.settings(at.address()).forEach(desk::with);
    return desk;
  }

  /** What a person reads on a task. */
  static List<String> comments(TaskQueue queue, String id) throws Exception {
    return queue.comments(id, Optional.empty()).stream().map(Comment::body).toList();
  }

  static Standing standing(TaskQueue queue, String id) throws Exception {
    return queue.find(id).orElseThrow().standing();
  }

  static boolean allInReview(TaskQueue queue, List<String> ids) throws Exception {
    for (String id : ids) {
      if (standing(queue, id) != Standing.REVIEW) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return name;
  }
}
