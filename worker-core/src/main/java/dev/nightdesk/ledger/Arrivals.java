package dev.nightdesk.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** When processes of this home were set to work. */
public final class Arrivals {
  private final Database database;
  private final Self self;
  private final InstantSource clock;

  Arrivals(Database database, Self self, InstantSource clock) {
    this.database = database;
    this.self = self;
    this.clock = clock;
  }

  /**
   * Notes that this process is set to work, and answers how many others of this home were within
   * that time and were not told to end. Those that certainly still work do not count: they are
   * neighbours.
   */
  public int note(Duration within) {
    Instant now = Columns.time(clock.instant());
    List<String> known =
        database.together(handle -> {
          // Nor does what a clock that was set back shows as yet to come.
          handle
              .createUpdate(
                  "delete from arrival where home_id = :home and (came_at <= :from or came_at > :now)")
              .bind("home", self.homeId())
              .bind("from", now.minus(within))
              .bind("now", now)
              .execute();
          List<String> before =
              handle
                  .createQuery("select process from arrival where home_id = :home")
                  .bind("home", self.homeId())
                  .mapTo(String.class)
                  .list();
          handle
              .createUpdate(
                  "insert into arrival (home_id, process, came_at) values (:home, :me, :now)"
                      + " on conflict (home_id, process) do update set came_at = excluded.came_at")
              .bind("home", self.homeId())
              .bind("me", self.name())
              .bind("now", now)
              .execute();
          return before;
        });
    return (int) known.stream().filter(name -> !self.knowsAlive(name)).count();
  }

  /**
   * Notes that this process ends because it was told to, and so does not count as one that died.
   */
  public void leave() {
    database.together(handle ->
        handle
            .createUpdate("delete from arrival where home_id = :home and process = :me")
            .bind("home", self.homeId())
            .bind("me", self.name())
            .execute());
  }
}
