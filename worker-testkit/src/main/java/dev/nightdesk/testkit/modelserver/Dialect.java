package dev.nightdesk.testkit.modelserver;

import java.util.List;

/** How one kind of service speaks. */
interface Dialect {

  /** An event of a stream: its name, empty where the service gives none, and its data. */
  record Event(String name, String data) {
    /** As it goes over the wire. */
    String text() {
      return (name.isEmpty() ? "" : "event: " + name + "\n") + "data: " + data + "\n\n";
    }
  }

  /** Whether the path is one of its own. */
  boolean owns(String path);

  /** Understands a request; {@code number} is the call's. */
  ModelCall read(Wire request, int number);

  /** The events of an answer until the model has said {@code text}, which may be empty. */
  List<Event> opening(ModelCall call, String text, Turn.Tokens tokens);

  /** The events after the text that end the answer. */
  List<Event> ending(ModelCall call, Turn.Spoken turn);

  /** The answer as one document, for calls that want no stream. */
  String document(ModelCall call, Turn.Spoken turn);

  /** The body of an error answer. */
  String error(String type, String message);

  /** The event that is an error within a stream. */
  Event errorEvent(String type, String message);
}
