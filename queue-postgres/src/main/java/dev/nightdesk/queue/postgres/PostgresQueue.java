package dev.nightdesk.queue.postgres;

import dev.nightdesk.queue.postgres.tables.Names;
import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.Finding;
import dev.nightdesk.spi.NewTask;
import dev.nightdesk.spi.Poll;
import dev.nightdesk.spi.PushingQueue;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Receipt;
import dev.nightdesk.spi.Task;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tasks in a PostgreSQL table. Every write is one transaction: all of it stands, or none. */
final class PostgresQueue implements PushingQueue {
  private final PostgresClient client;
  private final Names names;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  PostgresQueue(PostgresClient client, Names names) {
    this.client = client;
    this.names = names;
  }

  @Override
  public Poll poll(Optional<String> cursor) throws QueueException, InterruptedException {
    return client.read((handle, reader, writer) -> reader.poll(handle, cursor));
  }

  @Override
  public Optional<Task> find(String id) throws QueueException, InterruptedException {
    return client.read((handle, reader, writer) -> reader.find(handle, id));
  }

  @Override
  public List<Comment> comments(String id, Optional<Instant> since)
      throws QueueException, InterruptedException {
    return client.read((handle, reader, writer) -> reader.comments(handle, id, since));
  }

  @Override
  public Claim claim(String id, List<Entry> entries) throws QueueException, InterruptedException {
    return client.write((handle, reader, writer) -> writer.claim(handle, id, entries));
  }

  @Override
  public List<Receipt> deliver(String id, List<Entry> entries)
      throws QueueException, InterruptedException {
    return client.write((handle, reader, writer) -> writer.deliver(handle, id, entries));
  }

  @Override
  public String add(NewTask task) throws QueueException, InterruptedException {
    return client.write((handle, reader, writer) -> writer.add(handle, task));
  }

  @Override
  public List<Finding> check() throws InterruptedException {
    return new Checkup(client, names).findings();
  }

  @Override
  public void onChange(Runnable wake) {
    Listener listener = new Listener(client, wake, Listener.SILENCE);
    listeners.add(listener);
    listener.start();
  }

  @Override
  public void close() {
    listeners.forEach(Listener::close);
    client.close();
  }
}
