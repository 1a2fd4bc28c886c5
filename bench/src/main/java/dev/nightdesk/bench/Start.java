package dev.nightdesk.bench;

import java.util.List;

/** How long {@code nightdesk run} takes where there is nothing to do, from the shell to its end. */
final class Start {
  private static final int ROUNDS = 15;
  private static final String HELLO = "dev.nightdesk.bench.Hello";

  private Start() {}

  static List<Row> measure() throws Exception {
    try (Stage stage = new Stage()) {
      Program checkout = Program.checkout(stage, "run");
      Program release = Program.release(stage, "run");
      Program hello = Program.java(stage, List.of(), HELLO);
      Samples ofCheckout = new Samples();
      Samples ofRelease = new Samples();
      Samples ofHello = new Samples();
      for (int round = -2; round < ROUNDS; round++) {
        double plain = hello.time();
        double inCheckout = checkout.time();
        double inRelease = release.time();
        if (round >= 0) {
          ofHello.add(plain);
          ofCheckout.add(inCheckout);
          ofRelease.add(inRelease);
        }
      }
      return List.of(
          row("an empty `./nightdesk run` in a checkout", ofCheckout, ofHello, 2.0),
          row("an empty `bin/nightdesk run` in a release", ofRelease, ofHello, 1.2));
    }
  }

  private static Row row(String what, Samples ours, Samples hello, double most) {
    double ratio = ours.median() / hello.median();
    return new Row(
        what,
        ours.withRange() + " ms",
        "hello world of Guice, picocli and Logback: " + hello.withRange() + " ms",
        Samples.round(ratio),
        "at most " + most,
        ratio <= most);
  }
}
