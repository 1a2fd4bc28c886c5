package dev.nightdesk.settings;

import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.Values;
import java.util.List;
import java.util.Optional;

/**
 * Values read from variables, by the rule of one worker's name or, without a worker, as they are.
 * It remembers where each came from.
 */
record ReadValues(Variables variables, Optional<WorkerName> worker) implements Values {

  @Override
  public <T> Optional<T> find(Setting<T> setting) {
    return variable(setting)
        .map(Variables.Variable::value)
        .or(setting::defaultText)
        .map(setting::parse);
  }

  /** The variable that sets it, if one does. */
  Optional<Variables.Variable> variable(Setting<?> setting) {
    List<String> names = worker.map(w -> w.forms(setting)).orElse(List.of(setting.name()));
    return names.stream().flatMap(name -> variables.find(name).stream()).findFirst();
  }

  /** What is wrong with it, as a sentence that begins with the variable's name. */
  Optional<String> problem(Setting<?> setting) {
    var variable = variable(setting);
    if (variable.isEmpty()) {
      String name = worker.map(w -> w.described(setting)).orElse(setting.name());
      return setting.required()
          ? Optional.of("%s is not set. It is the %s.".formatted(name, setting.meaning()))
          : Optional.empty();
    }
    try {
      setting.parse(variable.get().value());
      return Optional.empty();
    } catch (IllegalArgumentException bad) {
      return Optional.of(
          "%s: %s, got '%s'"
              .formatted(
                  variable.get().name(), bad.getMessage(), Shown.of(variable.get().value())));
    }
  }
}
