package dev.nightdesk.queue.linear;

/** What the canned Linear says where the real one would say no. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String type;

  Refusal(String type, String message) {
    super(message);
    this.type = type;
  }

  static Refusal input(String message) {
    return new Refusal("invalid input", message);
  }

  static Refusal notFound(String what) {
    return input("Entity not found: " + what);
  }

  String type() {
    return type;
  }
}
