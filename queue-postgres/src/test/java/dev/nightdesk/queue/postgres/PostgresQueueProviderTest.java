package dev.nightdesk.queue.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nightdesk.queue.postgres.tables.Column;
import dev.nightdesk.queue.postgres.tables.Names;
import dev.nightdesk.queue.postgres.tables.SqlName;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Standing;
import dev.nightdesk.spi.TaskQueueProvider;
import dev.nightdesk.testkit.GivenValues;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresQueueProviderTest {
  private final PostgresQueueProvider provider = new PostgresQueueProvider();

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(TaskQueueProvider.class))
        .extracting(TaskQueueProvider::name)
        .containsExactly("postgres");
    assertThat(provider.trust(values())).isEqualTo(TaskQueueProvider.Trust.ANYONE);
  }

  @Test
  void hasTheSettingsThatTheUserWasPromised() {
    assertThat(provider.settings())
        .extracting(Setting::name)
        .containsExactly(
            "POSTGRES_URL",
            "POSTGRES_USER",
            "POSTGRES_PASSWORD",
            "POSTGRES_TABLE",
            "POSTGRES_COMMENTS_TABLE",
            "POSTGRES_CREATE",
            "POSTGRES_ID_COLUMN",
            "POSTGRES_TITLE_COLUMN",
            "POSTGRES_STATUS_COLUMN",
            "POSTGRES_DESCRIPTION_COLUMN",
            "POSTGRES_PRIORITY_COLUMN",
            "POSTGRES_LABELS_COLUMN",
            "POSTGRES_AUTHOR_COLUMN",
            "POSTGRES_BLOCKED_BY_COLUMN",
            "POSTGRES_DUE_COLUMN",
            "POSTGRES_UPDATED_COLUMN",
            "POSTGRES_RESULT_COLUMN",
            "POSTGRES_READY_STATUS",
            "POSTGRES_WORKING_STATUS",
            "POSTGRES_REVIEW_STATUS",
            "POSTGRES_FAILED_STATUS",
            "POSTGRES_HELD_STATUS");
    assertThat(provider.settings()).noneMatch(Setting::required);
    Names names = Names.from(values());
    assertThat(names.table()).hasToString("tasks");
    assertThat(names.comments()).hasToString("task_comments");
    assertThat(names.create()).isTrue();
    assertThat(Names.STATUSES.keySet().stream().map(names::status))
        .containsExactly("pending", "running", "review", "failed", "held");
    assertThat(names.column(Column.DUE)).isEqualTo("due_at");
    assertThat(provider.problems(values())).isEmpty();
  }

  @Test
  void wantsStatusesThatCanBeToldApart() {
    assertThat(
            provider.problems(
                values("POSTGRES_READY_STATUS", "open", "POSTGRES_REVIEW_STATUS", "open")))
        .containsExactly(
            "POSTGRES_READY_STATUS and POSTGRES_REVIEW_STATUS are both 'open': they must differ.");
    assertThat(provider.problems(values("POSTGRES_HELD_STATUS", "failed"))).isEmpty();
    assertThat(Names.from(values("POSTGRES_HELD_STATUS", "failed")).standing("failed"))
        .isEqualTo(Standing.FAILED);
  }

  @Test
  void noticesALoginWithoutAnAddress() {
    assertThat(provider.problems(values("POSTGRES_USER", "me", "POSTGRES_PASSWORD", "secret")))
        .hasSize(2)
        .allMatch(problem -> problem.contains("POSTGRES_URL is not"))
        .noneMatch(problem -> problem.contains("secret"));
  }

  @Test
  void keepsPasswordsOutOfTheAddress() {
    String url = "jdbc:postgresql://host/db?user=me&password=secret";
    assertThat(provider.problems(values("POSTGRES_URL", url)))
        .containsExactly("POSTGRES_URL holds a password: put that in POSTGRES_PASSWORD.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host:5432/db",
        "postgres://host/db",
        "jdbc:mysql://host/db",
        "jdbc:postgresql://me:secret@host/db"
      })
  void saysWhatAnAddressLooksLike(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostgresQueueProvider.URL.parse(url))
        .withMessageContaining("jdbc:postgresql://host:5432/database");
  }

  /** Cursors outlive a process, and carry a print of the settings. */
  @Test
  void describesTheSettingsInTheSameWayInEveryProcess() {
    assertThat(Names.from(values("POSTGRES_LABELS_COLUMN", "tags")))
        .hasToString(
            "Names[table=tasks, comments=task_comments, create=true, columns={id=id, title=title,"
                + " status=status, labels=tags}, statuses={READY=pending, WORKING=running,"
                + " REVIEW=review, FAILED=failed, HELD=held}]");
  }

  @Test
  void readsNamesOfTables() {
    assertThat(SqlName.parse("tasks").quoted()).isEqualTo("\"tasks\"");
    assertThat(SqlName.parse("sales.Tasks").quoted()).isEqualTo("\"sales\".\"Tasks\"");
    assertThat(SqlName.parse("\"a.b\".\"c\"\"d\"").quoted()).isEqualTo("\"a.b\".\"c\"\"d\"");
    assertThat(SqlName.parse("t\"; drop table x; --\"").quoted())
        .isEqualTo("\"t; drop table x; --\"");
    for (String wrong : List.of("", ".", "a.", "a.b.c", "\"a", "a\\b", "a\nb")) {
      assertThatIllegalArgumentException().as(wrong).isThrownBy(() -> SqlName.parse(wrong));
    }
  }

  @Test
  void waitsForNothingLongerThanHalfAMinute() throws Exception {
    Site site = Site.at("jdbc:postgresql://host/db", Optional.of("me"), Optional.empty()).find();
    assertThat(site.login())
        .containsEntry("connectTimeout", "10")
        .containsEntry("loginTimeout", "10")
        .containsEntry("socketTimeout", "30")
        .containsEntry("tcpKeepAlive", "true");
    assertThat(site.limit()).hasSeconds(60);
    assertThat(site.called()).isEqualTo("PostgreSQL, database db at host:5432");
  }

  private static GivenValues values(String... settings) {
    return switch (settings.length) {
      case 0 -> GivenValues.of(Map.of());
      case 2 -> GivenValues.of(Map.of(settings[0], settings[1]));
      default -> GivenValues.of(Map.of(settings[0], settings[1], settings[2], settings[3]));
    };
  }
}
