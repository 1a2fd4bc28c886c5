package dev.nightdesk.spi;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A task as a queue describes it at one moment. Never written back into.
 *
 * @param id the queue's stable id; opaque, never empty
 * @param title the title as it is, possibly empty, of any length and with any character
 * @param description the text below the title; empty where there is none
 * @param standing where it stands in the queue
 * @param priority higher is more urgent; 0 is none. Adapters whose service counts the other way
 *     turn it round
 * @param due when it should be done; orders tasks, never delays them
 * @param labels the labels it carries
 * @param author who wrote it; empty where the service does not say
 * @param blockers unfinished tasks that must be done first
 * @param url where a person can see it
 * @param links attachments and other links, not downloaded
 * @param round which occurrence of a recurring task this is; a new value is a new task
 * @param createdAt when it was made
 * @param updatedAt when it last changed, as far as the service says
 */
public record Task(
    String id,
    String title,
    String description,
    Standing standing,
    int priority,
    Optional<Instant> due,
    List<String> labels,
    Optional<Author> author,
    List<Blocker> blockers,
    Optional<URI> url,
    List<URI> links,
    Optional<String> round,
    Optional<Instant> createdAt,
    Optional<Instant> updatedAt) {

  /**
   * The label that a person puts on a task to stop the workers of its queue, until it is taken away
   * or the task is closed.
   */
  public static final String STOP_LABEL = "agent-stop";

  public Task {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("a task needs an id");
    }
    Objects.requireNonNull(title);
    Objects.requireNonNull(description);
    Objects.requireNonNull(standing);
    Objects.requireNonNull(due);
    Objects.requireNonNull(author);
    Objects.requireNonNull(url);
    Objects.requireNonNull(round);
    Objects.requireNonNull(createdAt);
    Objects.requireNonNull(updatedAt);
    labels = List.copyOf(labels);
    blockers = List.copyOf(blockers);
    links = List.copyOf(links);
  }

  /** Whether it is open and carries {@link #STOP_LABEL}, in whatever case. */
  public boolean stops() {
    return standing != Standing.CLOSED && labels.stream().anyMatch(STOP_LABEL::equalsIgnoreCase);
  }

  /** Starts a task with what every queue knows; the rest is empty until set. */
  public static Builder of(String id, String title, Standing standing) {
    return new Builder(id, title, standing);
  }

  /** Collects a task's fields. Not for sharing between threads. */
  public static final class Builder {
    private final String id;
    private final String title;
    private final Standing standing;
    private String description = "";
    private int priority;
    private Optional<Instant> due = Optional.empty();
    private List<String> labels = List.of();
    private Optional<Author> author = Optional.empty();
    private List<Blocker> blockers = List.of();
    private Optional<URI> url = Optional.empty();
    private List<URI> links = List.of();
    private Optional<String> round = Optional.empty();
    private Optional<Instant> createdAt = Optional.empty();
    private Optional<Instant> updatedAt = Optional.empty();

    private Builder(String id, String title, Standing standing) {
      this.id = id;
      this.title = title;
      this.standing = standing;
    }

    /** Sets the text below the title. */
    public Builder description(String value) {
      this.description = value;
      return this;
    }

    /** Sets the priority; higher is more urgent. */
    public Builder priority(int value) {
      this.priority = value;
      return this;
    }

    /** Sets when it is due. */
    public Builder due(Optional<Instant> value) {
      this.due = value;
      return this;
    }

    /** Sets the labels. */
    public Builder labels(List<String> value) {
      this.labels = value;
      return this;
    }

    /** Sets who wrote it. */
    public Builder author(Optional<Author> value) {
      this.author = value;
      return this;
    }

    /** Sets the unfinished tasks that come first. */
    public Builder blockers(List<Blocker> value) {
      this.blockers = value;
      return this;
    }

    /** Sets where a person can see it. */
    public Builder url(Optional<URI> value) {
      this.url = value;
      return this;
    }

    /** Sets attachments and other links. */
    public Builder links(List<URI> value) {
      this.links = value;
      return this;
    }

    /** Sets the occurrence of a recurring task. */
    public Builder round(Optional<String> value) {
      this.round = value;
      return this;
    }

    /** Sets when it was made. */
    public Builder createdAt(Optional<Instant> value) {
      this.createdAt = value;
      return this;
    }

    /** Sets when it last changed. */
    public Builder updatedAt(Optional<Instant> value) {
      this.updatedAt = value;
      return this;
    }

    /** Makes the task. */
    public Task build() {
      return new Task(
          id,
          title,
          description,
          standing,
          priority,
          due,
          labels,
          author,
          blockers,
          url,
          links,
          round,
          createdAt,
          updatedAt);
    }
  }
}
