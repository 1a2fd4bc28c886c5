package dev.nightdesk.ledger;

import java.lang.reflect.Type;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.argument.ArgumentFactory;
import org.jdbi.v3.core.config.ConfigRegistry;

/**
 * Binds what is bound most often, in the way that Jdbi does: it asks its dozen factories one after
 * the other for every value of every statement, which takes longer than the binding.
 */
final class CommonArguments implements ArgumentFactory.Preparable {
  private static final Map<Type, Function<Object, Argument>> BY_TYPE =
      Map.of(
          String.class, binder(String.class, PreparedStatement::setString),
          Integer.class, binder(Integer.class, PreparedStatement::setInt),
          Long.class, binder(Long.class, PreparedStatement::setLong),
          Boolean.class, binder(Boolean.class, PreparedStatement::setBoolean),
          Instant.class, binder(Instant.class, CommonArguments::setTime));

  /** One of the setters of a statement. */
  private interface Setter<T> {
    void set(PreparedStatement statement, int position, T value) throws SQLException;
  }

  private static <T> Function<Object, Argument> binder(Class<T> type, Setter<T> setter) {
    return value ->
        (position, statement, context) -> setter.set(statement, position, type.cast(value));
  }

  private static void setTime(PreparedStatement statement, int position, Instant time)
      throws SQLException {
    statement.setTimestamp(position, Timestamp.from(time));
  }

  @Override
  public Optional<Function<Object, Argument>> prepare(Type type, ConfigRegistry config) {
    return Optional.ofNullable(BY_TYPE.get(type));
  }
}
