package dev.nightdesk.queue.airtable;

import dev.nightdesk.spi.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The table by its ids.
 *
 * @param names what the user calls things
 * @param table the table's id
 * @param fields what is there of the columns
 * @param attachments ids of the fields that hold files
 */
record Layout(Names names, String table, Map<Column, Field> fields, List<String> attachments) {

  Layout {
    fields = Map.copyOf(fields);
    attachments = List.copyOf(attachments);
  }

  /**
   * A field of the table.
   *
   * @param id never changes
   * @param name may be changed by anybody who may change the table
   * @param type as the service calls it
   * @param choices the options of a select, in their order
   * @param most the highest value of a rating
   */
  record Field(String id, String name, String type, List<String> choices, int most) {
    Field {
      choices = List.copyOf(choices);
    }
  }

  Optional<Field> find(Column column) {
    return Optional.ofNullable(fields.get(column));
  }

  /** A field without which no layout is made. */
  Field field(Column column) {
    return find(column)
        .orElseThrow(() -> new IllegalStateException("the table was read without " + column));
  }

  /** What to ask for; the result is ours and may be long. */
  List<String> fieldIds() {
    List<String> ids = new ArrayList<>();
    fields.forEach((column, field) -> {
      if (column != Column.RESULT) {
        ids.add(field.id());
      }
    });
    ids.addAll(attachments);
    return ids.stream().distinct().sorted().toList();
  }

  /** Where a record with this status stands; without one it is none of this worker's. */
  Standing standing(Optional<String> status) throws StaleLayoutException {
    if (status.isEmpty()) {
      return Standing.CLOSED;
    }
    if (!field(Column.STATUS).choices().contains(status.get())) {
      throw new StaleLayoutException("there is a new status, " + status.get());
    }
    return Names.standings().stream()
        .filter(standing -> names.status(standing).equals(status.get()))
        .findFirst()
        .orElse(Standing.CLOSED);
  }

  /** The records that are open, and those whose status is new to us: it may be one of ours. */
  String isOpen() {
    Field status = field(Column.STATUS);
    List<String> closed = new ArrayList<>(List.of(""));
    status.choices().stream()
        .filter(choice -> !names.statuses().containsValue(choice))
        .forEach(closed::add);
    return Formula.not(Formula.isOneOf(status.name(), closed));
  }
}
