package dev.nightdesk.toolkit.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightdesk.spi.Claim;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.spi.Entry;
import dev.nightdesk.spi.QueueException;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StepwiseTest {
  private static final Entry.Note WORKING = new Entry.Note("run1:working", "Working on it", "");
  private static final Entry.Note RESULT = new Entry.Note("run1:result", "Done", "");
  private static final Entry.Move REVIEW = new Entry.Move("run1:move", Standing.REVIEW);

  private final Wall wall = new Wall();
  private final Stepwise stepwise = new Stepwise(wall);

  /** One task on a board whose writes can fail before or after they took effect. */
  private static final class Wall implements Board {
    Standing standing = Standing.READY;
    final List<Comment> comments = new ArrayList<>();
    boolean failsAfterWriting;
    boolean failsToMove;
    boolean hides;

    @Override
    public Optional<Task> find(String id) {
      return id.equals("1")
          ? Optional.of(Task.of("1", "title", standing).build())
          : Optional.empty();
    }

    @Override
    public List<Comment> comments(String id) {
      return hides ? List.of() : List.copyOf(comments);
    }

    @Override
    public String write(String id, Entry entry) throws QueueException {
      String number = "c" + (comments.size() + 1);
      comments.add(
          new Comment(
              number, id, Optional.empty(), entry.key(), Instant.EPOCH, Optional.of(entry.key())));
      if (failsAfterWriting) {
        throw QueueException.retryLater("lost");
      }
      return number;
    }

    @Override
    public void move(String id, Standing to) throws QueueException {
      if (failsToMove) {
        throw QueueException.retryLater("lost");
      }
      standing = to;
    }

    @Override
    public Duration lag() {
      return Duration.ofHours(1);
    }
  }

  @Test
  void claimsWithItsNoteAndItsMark() throws Exception {
    assertThat(stepwise.claim("1", List.of(WORKING)))
        .isInstanceOfSatisfying(
            Claim.Taken.class,
            taken ->
                assertThat(taken.receipts().getFirst().remoteId()).isEqualTo(Optional.of("c1")));
    assertThat(wall.standing).isEqualTo(Standing.WORKING);
  }

  @Test
  void completesAClaimWhoseMoveFailed() throws Exception {
    wall.failsToMove = true;
    fails(() -> stepwise.claim("1", List.of(WORKING)));
    wall.failsToMove = false;
    assertThat(stepwise.claim("1", List.of(WORKING))).isInstanceOf(Claim.Taken.class);
    assertThat(wall.comments).hasSize(1);
    assertThat(wall.standing).isEqualTo(Standing.WORKING);
  }

  @Test
  void writesNoSecondNoteThoughTheReplyWasLost() throws Exception {
    wall.failsAfterWriting = true;
    fails(() -> stepwise.claim("1", List.of(WORKING)));
    wall.failsAfterWriting = false;
    stepwise.claim("1", List.of(WORKING));
    assertThat(wall.comments).hasSize(1);
  }

  @Test
  void waitsWhileAListingMayTrailAWriteWhoseReplyWasLost() throws Exception {
    wall.failsAfterWriting = true;
    wall.hides = true;
    fails(() -> stepwise.claim("1", List.of(WORKING)));
    wall.failsAfterWriting = false;
    assertThat(fails(() -> stepwise.claim("1", List.of(WORKING))).after())
        .hasValueSatisfying(wait -> assertThat(wait).isPositive());
    wall.hides = false;
    stepwise.claim("1", List.of(WORKING));
    assertThat(wall.comments).hasSize(1);
  }

  @Test
  void leavesAClaimOfSomebodyElseAlone() throws Exception {
    stepwise.claim("1", List.of(new Entry.Note("other", "Working on it", "")));
    assertThat(stepwise.claim("1", List.of(WORKING))).isInstanceOf(Claim.Refused.class);
    assertThat(wall.comments).hasSize(1);
  }

  @Test
  void doesNotMoveWhatAPersonMovedAfterTheDelivery() throws Exception {
    stepwise.claim("1", List.of(WORKING));
    stepwise.deliver("1", List.of(RESULT, REVIEW));
    wall.standing = Standing.READY;
    stepwise.deliver("1", List.of(RESULT, REVIEW));
    assertThat(wall.standing).isEqualTo(Standing.READY);
    assertThat(wall.comments).hasSize(2);
  }

  @Test
  void writesNothingWhereAPersonMovedTheTaskBeforeTheDelivery() throws Exception {
    stepwise.claim("1", List.of(WORKING));
    wall.standing = Standing.READY;
    assertThat(fails(() -> stepwise.deliver("1", List.of(RESULT, REVIEW))).kind())
        .isEqualTo(QueueException.Kind.GONE);
    assertThat(wall.comments).hasSize(1);
  }

  @Test
  void movesNoTaskThatAnotherRunHasClaimedMeanwhile() throws Exception {
    stepwise.claim("1", List.of(WORKING));
    stepwise.deliver("1", List.of(RESULT, REVIEW));
    wall.standing = Standing.READY;
    stepwise.claim("1", List.of(new Entry.Note("run2:working", "Working on it", "")));
    stepwise.deliver("1", List.of(RESULT, REVIEW));
    assertThat(wall.standing).isEqualTo(Standing.WORKING);
  }

  private interface Step {
    void go() throws Exception;
  }

  private static QueueException fails(Step step) {
    QueueException failure = catchThrowableOfType(QueueException.class, step::go);
    assertThat(failure).isNotNull();
    return failure;
  }
}
