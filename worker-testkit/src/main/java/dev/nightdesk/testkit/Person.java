package dev.nightdesk.testkit;

import dev.nightdesk.spi.Standing;
import java.util.List;

/**
 * What a person does in a service while a worker looks elsewhere. An adapter's tests implement it
 * on the service itself, past the adapter and past the {@link FaultProxy}.
 */
public interface Person {

  /** Puts tasks in the queue in this order, and returns their ids. */
  List<String> puts(List<Draft> drafts) throws Exception;

  /** Puts one task in the queue and returns its id. */
  default String puts(Draft draft) throws Exception {
    return puts(List.of(draft)).getFirst();
  }

  /** Closes a task: done, as far as the person is concerned. */
  void closes(String id) throws Exception;

  /** Moves a task to where it stands so; never asked for {@link Standing#CLOSED}. */
  void moves(String id, Standing to) throws Exception;

  /** Gives a task another title. */
  void renames(String id, String title) throws Exception;

  /** Adds a label and leaves the others; only asked where the queue has {@link Ability#LABELS}. */
  void labels(String id, String label) throws Exception;

  /** Writes a comment. */
  void comments(String id, String text) throws Exception;

  /** Deletes a task for good; only asked where the queue has {@link Ability#DELETION}. */
  void deletes(String id) throws Exception;
}
