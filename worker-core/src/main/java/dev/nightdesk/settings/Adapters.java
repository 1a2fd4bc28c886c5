package dev.nightdesk.settings;

import dev.nightdesk.spi.AgentRunnerProvider;
import dev.nightdesk.spi.Setting;
import dev.nightdesk.spi.TaskQueueProvider;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * The adapters on the class path, with the jar that each came from. A broken one is listed with
 * what is wrong, and keeps no other from loading.
 *
 * @param queues the queues
 * @param agents the agents
 * @param broken what could not be loaded, one sentence each
 */
public record Adapters(
    List<Adapter<TaskQueueProvider>> queues,
    List<Adapter<AgentRunnerProvider>> agents,
    List<String> broken) {

  /** How many service entries of one kind may fail before we stop asking for the next. */
  private static final int FAILURES = 100;

  public Adapters {
    queues = List.copyOf(queues);
    agents = List.copyOf(agents);
    broken = List.copyOf(broken);
  }

  /**
   * One adapter.
   *
   * @param <P> {@link TaskQueueProvider} or {@link AgentRunnerProvider}
   * @param name what {@code WORKER_QUEUE} or {@code WORKER_AGENT} chooses it by
   * @param settings every setting it reads
   * @param provider makes it
   * @param jar the jar or folder that it came from
   */
  public record Adapter<P>(String name, List<Setting<?>> settings, P provider, String jar) {
    public Adapter {
      Objects.requireNonNull(name);
      settings = List.copyOf(settings);
    }
  }

  /** Looks for them; what is broken is kept for later. */
  public static Adapters find(ClassLoader loader) {
    List<String> broken = new ArrayList<>();
    var queues =
        load(
            loader,
            TaskQueueProvider.class,
            p -> new Adapter<>(p.name(), p.settings(), p, jarOf(p.getClass())),
            broken);
    var agents =
        load(
            loader,
            AgentRunnerProvider.class,
            p -> new Adapter<>(p.name(), p.settings(), p, jarOf(p.getClass())),
            broken);
    return new Adapters(queues, agents, broken);
  }

  private static <P> List<Adapter<P>> load(
      ClassLoader loader, Class<P> kind, Function<P, Adapter<P>> adapter, List<String> broken) {
    List<Adapter<P>> found = new ArrayList<>();
    Iterator<P> providers = ServiceLoader.load(kind, loader).iterator();
    int failures = 0;
    while (failures < FAILURES) {
      try {
        if (!providers.hasNext()) {
          break;
        }
        P provider = providers.next();
        try {
          found.add(adapter.apply(provider));
        } catch (RuntimeException | LinkageError unusable) {
          broken.add(
              jarOf(provider.getClass())
                  + ": "
                  + provider.getClass().getName()
                  + " cannot be used: "
                  + reason(unusable));
        }
      } catch (ServiceConfigurationError | LinkageError unloadable) {
        failures++;
        broken.add(blame(loader, kind, unloadable));
      }
    }
    return found.stream().sorted((a, b) -> a.name().compareTo(b.name())).toList();
  }

  /** Names the jar whose service file holds the class that the loader complains about. */
  private static String blame(ClassLoader loader, Class<?> kind, Throwable error) {
    String said = String.valueOf(error.getMessage()).replaceFirst("^" + kind.getName() + ": ", "");
    String service = "META-INF/services/" + kind.getName();
    try {
      for (URL url : Collections.list(loader.getResources(service))) {
        String jar = place(url.toString().replace("!/" + service, "").replaceFirst("^jar:", ""));
        try (var in = url.openStream()) {
          boolean named =
              new String(in.readAllBytes(), StandardCharsets.UTF_8)
                  .lines()
                  .map(line -> line.replaceFirst("#.*", "").strip())
                  .anyMatch(line -> !line.isEmpty() && said.contains(line));
          if (named || said.contains(url.toString())) {
            return jar + ": " + said + reasonBehind(error);
          }
        }
      }
    } catch (IOException noMoreToSay) {
      // the message alone has to do
    }
    return said + reasonBehind(error);
  }

  private static String reasonBehind(Throwable error) {
    Throwable cause = error.getCause();
    return cause == null ? "" : ": " + reason(cause);
  }

  private static String reason(Throwable error) {
    Throwable cause = error.getCause();
    return cause == null ? error.toString() : reason(cause);
  }

  private static String jarOf(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source == null ? "the class path" : place(source.getLocation().toString());
  }

  private static String place(String url) {
    try {
      return Path.of(new URI(url)).toString();
    } catch (URISyntaxException | IllegalArgumentException notAFile) {
      return url;
    }
  }

  /** Jars on the class path that cannot be read at all; slower, so only asked for on request. */
  public static List<String> unreadableJars(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar"))
        .map(Path::of)
        .flatMap(jar -> unreadable(jar).stream())
        .toList();
  }

  private static Optional<String> unreadable(Path jar) {
    try {
      new ZipFile(jar.toFile()).close();
      return Optional.empty();
    } catch (IOException damaged) {
      return Files.exists(jar)
          ? Optional.of(jar + ": it is not a jar; copy it again")
          : Optional.empty();
    }
  }

  /** Pairs of one name and one kind, each as a sentence that names both jars. */
  public List<String> clashes() {
    return Stream.concat(clashes("queue", queues), clashes("agent", agents)).toList();
  }

  private static <P> Stream<String> clashes(String kind, List<Adapter<P>> adapters) {
    return adapters.stream().collect(Collectors.groupingBy(Adapter::name)).entrySet().stream()
        .filter(same -> same.getValue().size() > 1)
        .map(same ->
            "Two adapters are named '%s' (%s): %s. Remove one of them."
                .formatted(
                    same.getKey(),
                    kind,
                    same.getValue().stream()
                        .map(Adapter::jar)
                        .collect(Collectors.joining(" and "))));
  }
}
