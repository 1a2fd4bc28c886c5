package dev.nightdesk.settings.canned;

import dev.nightdesk.spi.Desk;
import dev.nightdesk.spi.Secret;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.TaskQueue;
import dev.nightdesk.spi.TaskQueueProvider;
import dev.nightdesk.spi.Values;
import java.util.List;

/** A queue with a token and a project, which has to know whom to trust where told so. */
public class ShelfQueue implements TaskQueueProvider {
  public static final Setting<Secret> TOKEN =
      Setting.secret("SHELF_TOKEN", "token from Shelf, Settings, Developer");
  public static final Setting<String> PROJECT =
      Setting.text("SHELF_PROJECT", "project whose tasks are worked on").orElse("inbox");
  public static final Setting<Integer> WIDTH =
      Setting.number("SHELF_WIDTH", "width of the shelf", 1).orElse("3");
  public static final Setting<String> APP = Setting.text("SHELF_APP", "app's name").optional();

  @Override
  public String name() {
    return "shelf";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(TOKEN, PROJECT, WIDTH, APP);
  }

  @Override
  public List<String> problems(Values values) {
    return values.get(PROJECT).equals("attic")
        ? List.of("SHELF_PROJECT: the attic has no shelf")
        : List.of();
  }

  @Override
  public Trust trust(Values values) {
    return values.find(APP).isPresent() ? Trust.MUST_BE_NAMED : Trust.OWNER;
  }

  @Override
  public TaskQueue open(Values values, Desk desk) {
    throw new UnsupportedOperationException("settings only");
  }
}
