package dev.nightdesk.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.spi.Author;
import dev.nightdesk.spi.Circle;
import dev.nightdesk.spi.Comment;
import dev.nightdesk.worker.WorkerSpec.Authors;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrustTest {
  private static final Author ANN = new Author("id-ann", Optional.of("ann"), "Ann", false);
  private static final Author EVE = new Author("id-eve", Optional.empty(), "ann", false);
  private static final Author BOT = new Author("id-bot", Optional.of("ci"), "ci", true);

  private final OneCircleQueue queue = new OneCircleQueue();

  private Trust named(boolean owner, boolean members, String... ids) {
    return new Trust(new Authors.Named(Set.of(ids), owner, members), queue);
  }

  private static Optional<String> objection(Trust trust, Author author) throws Exception {
    return trust.objection(Optional.of(author));
  }

  @Test
  void letsAnyoneInstructWhereThatIsSaid() throws Exception {
    Trust trust = new Trust(new Authors.Anyone(), queue);

    assertThat(objection(trust, EVE)).isEmpty();
    assertThat(trust.objection(Optional.empty())).isEmpty();
    assertThat(queue.asked).isZero();
  }

  @Test
  void letsOnlyThoseInstructWhoAreNamed() throws Exception {
    assertThat(objection(named(false, false, "id-ann"), ANN)).isEmpty();
    assertThat(objection(named(false, false, "ann"), ANN)).isEmpty();
    assertThat(objection(named(false, false, "ann"), EVE))
        .contains("its author ann is not among WORKER_AUTHORS");
    Author known = new Author("id-kim", Optional.of("kim"), "kim", false, Optional.of("NONE"));
    assertThat(objection(named(false, false, "ann"), known))
        .contains("its author kim (NONE in the queue) is not among WORKER_AUTHORS");
    assertThat(queue.asked).isZero();
  }

  @Test
  void trustsNobodyWhoIsNotKnown() throws Exception {
    assertThat(named(true, true, "ann").trusted(List.of(comment(Optional.empty())))).isEmpty();
    assertThat(named(true, true, "ann").objection(Optional.empty()))
        .contains("its author is not known, and WORKER_AUTHORS names who may give tasks");
  }

  @Test
  void asksTheQueueAtEveryTimeWhoBelongsToACircle() throws Exception {
    Trust owner = named(true, false);
    Trust members = named(false, true);
    assertThat(objection(owner, ANN)).isPresent();
    queue.circles.put("id-ann", Circle.OWNER);
    assertThat(objection(owner, ANN)).isEmpty();
    assertThat(objection(members, ANN)).isPresent();

    queue.circles.put("id-ann", Circle.MEMBERS);
    assertThat(objection(members, ANN)).isEmpty();
    assertThat(objection(owner, ANN)).isPresent();
    queue.circles.clear();
    assertThat(objection(members, ANN)).isPresent();
  }

  @Test
  void trustsNoBotThatIsNotNamed() throws Exception {
    queue.circles.put("id-bot", Circle.MEMBERS);

    assertThat(objection(named(true, true, "ann"), BOT))
        .contains("its author ci is a bot that WORKER_AUTHORS does not name");
    assertThat(objection(named(false, false, "id-bot"), BOT)).isEmpty();
  }

  @Test
  void readsOnlyCommentsOfThoseWhoMayInstruct() throws Exception {
    Comment anns = comment(Optional.of(ANN));
    Comment eves = comment(Optional.of(EVE));

    assertThat(named(false, false, "ann").trusted(List.of(eves, anns, eves))).containsExactly(anns);
    assertThat(new Trust(new Authors.Anyone(), queue).trusted(List.of(eves, anns)))
        .containsExactly(eves, anns);
  }

  @Test
  void neverHeedsWhatItWroteItself() throws Exception {
    Comment ours =
        new Comment("c", "42", Optional.of(ANN), "Done.", Given.NOW, Optional.of("run-1-result"));

    assertThat(named(false, false, "ann").heeds(ours)).isFalse();
    assertThat(new Trust(new Authors.Anyone(), queue).heeds(ours)).isFalse();
  }

  @Test
  void heedsNoBotsCommentWhereAnyoneMayInstruct() throws Exception {
    Comment bots = comment(Optional.of(BOT));

    assertThat(new Trust(new Authors.Anyone(), queue).heeds(bots)).isFalse();
    assertThat(named(false, false, "ci").heeds(bots)).isTrue();
    assertThat(new Trust(new Authors.Anyone(), queue).heeds(comment(Optional.empty()))).isTrue();
  }

  private static Comment comment(Optional<Author> author) {
    return new Comment("c", "42", author, "Do more.", Given.NOW, Optional.empty());
  }
}
