package dev.nightdesk.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The list of parts (CycloneDX) that is published beside a release. */
class PartsTest {
  private final Path release = Release.built().root();
  private final Path list = release.resolveSibling(release.getFileName() + ".cdx.json");

  @BeforeEach
  void isThere() {
    assumeTrue(
        Files.exists(list),
        "NOT TESTED on this machine: there is no list of parts, which -Pparts makes");
  }

  private JsonNode parts() throws Exception {
    return new ObjectMapper().readTree(list.toFile()).path("components");
  }

  @Test
  void namesEachJarOfTheReleaseByItsHash() throws Exception {
    Set<String> listed = new HashSet<>();
    for (JsonNode part : parts()) {
      for (JsonNode hash : part.path("hashes")) {
        if (hash.path("alg").asText().equals("SHA-256")) {
          listed.add(hash.path("content").asText());
        }
      }
    }
    Set<String> released = new HashSet<>();
    try (Stream<Path> files = Files.walk(release)) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
        released.add(HexFormat.of().formatHex(hash));
      }
    }
    assertThat(released).isNotEmpty().isEqualTo(listed);
  }

  /** Of several that are named, the user may choose. */
  @Test
  void namesALicenceOfEachThatAsksNothingOfItsUsers() throws Exception {
    for (JsonNode part : parts()) {
      List<String> licences = new ArrayList<>();
      for (JsonNode one : part.path("licenses")) {
        JsonNode licence = one.path("license");
        licences.add(licence.path("id").asText(licence.path("name").asText()));
      }
      assertThat(licences)
          .as(part.path("purl").asText())
          .anyMatch(name -> !name.isEmpty() && !name.matches("A?GPL.*"));
    }
  }
}
