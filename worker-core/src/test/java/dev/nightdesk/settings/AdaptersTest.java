package dev.nightdesk.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightdesk.settings.Adapters.Adapter;
import dev.nightdesk.settings.canned.EchoAgent;
import dev.nightdesk.settings.canned.NamelessQueue;
import dev.nightdesk.settings.canned.SecondShelfQueue;
import dev.nightdesk.settings.canned.ShelfQueue;
import dev.nightdesk.settings.canned.ThrowingQueue;
import dev.nightdesk.spi.AgentRunnerProvider;
import dev.nightdesk.spi.TaskQueueProvider;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdaptersTest {
  private static final Class<?> QUEUE = TaskQueueProvider.class;
  private static final Class<?> AGENT = AgentRunnerProvider.class;

  @TempDir Path folder;
  private AdapterJars jars;

  @BeforeEach
  void startWithNone() {
    jars = new AdapterJars(folder);
  }

  @Test
  void findsEachWithTheJarItCameFrom() {
    jars.jar("a.jar", QUEUE, ShelfQueue.class).jar("b.jar", AGENT, EchoAgent.class);

    Adapters found = Adapters.find(jars.loader());

    assertThat(found.queues()).extracting(Adapter::name).containsExactly("shelf");
    assertThat(found.queues().get(0).jar()).isEqualTo(jars.path("a.jar").toString());
    assertThat(found.agents()).extracting(Adapter::name).containsExactly("echo");
    assertThat(found.broken()).isEmpty();
  }

  @Test
  void loadsTheOthersWhereAClassIsMissing() {
    jars.jar("broken.jar", QUEUE, "com.example.NotThere\n")
        .jar("good.jar", QUEUE, ShelfQueue.class);

    Adapters found = Adapters.find(jars.loader());

    assertThat(found.queues()).extracting(Adapter::name).containsExactly("shelf");
    assertThat(found.broken())
        .singleElement()
        .asString()
        .contains(jars.path("broken.jar").toString(), "com.example.NotThere");
  }

  @Test
  void loadsTheOthersWhereWhatAnAdapterNeedsIsMissing() {
    jars.jar("broken.jar", QUEUE, SecondShelfQueue.class).jar("good.jar", AGENT, EchoAgent.class);

    Adapters found = Adapters.find(jars.loader());

    assertThat(found.agents()).hasSize(1);
    assertThat(found.broken()).singleElement().asString().contains("ShelfQueue");
  }

  @Test
  void loadsTheOthersWhereAServiceFileIsNonsense() {
    jars.jar("broken.jar", QUEUE, "this is {not} a class\n")
        .jar("good.jar", QUEUE, ShelfQueue.class);

    Adapters found = Adapters.find(jars.loader());

    assertThat(found.queues()).hasSize(1);
    assertThat(found.broken())
        .singleElement()
        .asString()
        .contains(jars.path("broken.jar").toString());
  }

  @Test
  void loadsTheOthersWhereAConstructorThrows() {
    jars.jar("broken.jar", QUEUE, ThrowingQueue.class, ShelfQueue.class)
        .jar("good.jar", QUEUE, ShelfQueue.class);

    Adapters found = Adapters.find(jars.loader());

    assertThat(found.queues()).hasSize(1);
    assertThat(found.broken())
        .singleElement()
        .asString()
        .contains(jars.path("broken.jar").toString(), "no licence file");
  }

  @Test
  void loadsTheOthersWhereOneCannotSayItsName() {
    jars.jar("broken.jar", QUEUE, NamelessQueue.class, ShelfQueue.class)
        .jar("good.jar", QUEUE, ShelfQueue.class);

    Adapters found = Adapters.find(jars.loader());

    assertThat(found.queues()).hasSize(1);
    assertThat(found.broken())
        .singleElement()
        .asString()
        .contains(jars.path("broken.jar").toString(), "who knows");
  }

  @Test
  void namesBothJarsOfTwoAdaptersOfOneName() {
    jars.jar("old.jar", QUEUE, ShelfQueue.class).jar("new.jar", QUEUE, SecondShelfQueue.class);

    assertThat(Adapters.find(jars.loader()).clashes())
        .singleElement()
        .asString()
        .contains("'shelf'", jars.path("old.jar").toString(), jars.path("new.jar").toString());
  }

  @Test
  void pointsAtAJarThatIsNone() throws Exception {
    Path damaged = Files.writeString(folder.resolve("damaged.jar"), "<html>404</html>");
    jars.jar("good.jar", QUEUE, ShelfQueue.class);

    assertThat(
            Adapters.unreadableJars(
                String.join(
                    File.pathSeparator,
                    jars.path("good.jar").toString(),
                    damaged.toString(),
                    folder.resolve("absent.jar").toString())))
        .singleElement()
        .asString()
        .startsWith(damaged.toString());
  }
}
