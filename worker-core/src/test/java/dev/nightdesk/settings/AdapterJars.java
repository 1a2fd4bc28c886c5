package dev.nightdesk.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** Makes adapter jars, good and broken ones, and a class loader over them. */
final class AdapterJars {
  private static final String CANNED = "dev.nightdesk.settings.canned.";

  private final Path folder;
  private final List<Path> jars = new ArrayList<>();

  AdapterJars(Path folder) {
    this.folder = folder;
  }

  /** A jar whose service file holds that text, with those classes. */
  AdapterJars jar(String name, Class<?> service, String text, Class<?>... classes) {
    Path jar = folder.resolve(name);
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("META-INF/services/" + service.getName()));
      out.write(text.getBytes(StandardCharsets.UTF_8));
      for (Class<?> type : classes) {
        String file = type.getName().replace('.', '/') + ".class";
        out.putNextEntry(new JarEntry(file));
        try (var in = AdapterJars.class.getClassLoader().getResourceAsStream(file)) {
          out.write(in == null ? new byte[0] : in.readAllBytes());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    jars.add(jar);
    return this;
  }

  /** A jar with one good adapter. */
  AdapterJars jar(String name, Class<?> service, Class<?> provider, Class<?>... more) {
    Class<?>[] all = new Class<?>[more.length + 1];
    all[0] = provider;
    System.arraycopy(more, 0, all, 1, more.length);
    return jar(name, service, provider.getName() + "\n", all);
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  /** Sees the SPI, and of the canned adapters only what lies in the jars. */
  ClassLoader loader() {
    URL[] urls =
        jars.stream()
            .map(jar -> {
              try {
                return jar.toUri().toURL();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
            .toArray(URL[]::new);
    return new URLClassLoader(urls, new WithoutCanned(AdapterJars.class.getClassLoader()));
  }

  private static final class WithoutCanned extends ClassLoader {
    WithoutCanned(ClassLoader parent) {
      super(parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith(CANNED)) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }
  }
}
