package dev.nightdesk.bench;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Inject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a program of these libraries costs that does nothing: the measure for our own start. */
@Command(name = "hello", mixinStandardHelpOptions = true)
public final class Hello implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Hello.class);

  @Option(names = "--stay", description = "Stays until it is killed.")
  private boolean stay;

  private final Greeting greeting;

  @Inject
  Hello(Greeting greeting) {
    this.greeting = greeting;
  }

  /** Who says it. */
  interface Greeting {
    String text();
  }

  private static final class Words extends AbstractModule {
    @Override
    protected void configure() {
      bind(Greeting.class).toInstance(() -> "Hello, world");
    }
  }

  @Override
  public void run() {
    log.info("{}", greeting.text());
    if (stay) {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
      }
    }
  }

  public static void main(String[] arguments) {
    Hello hello = Guice.createInjector(new Words()).getInstance(Hello.class);
    System.exit(new CommandLine(hello).execute(arguments));
  }
}
