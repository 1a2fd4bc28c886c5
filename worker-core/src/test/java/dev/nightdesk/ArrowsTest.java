package dev.nightdesk;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.nightdesk.spi.Entry;
import java.net.URI;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which room may know which; docs/architecture.md says why. */
class ArrowsTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.nightdesk");

  private static String[] rooms(String names) {
    return Stream.of(names.split(" ", -1))
        .map(name -> "dev.nightdesk." + name + "..")
        .toArray(String[]::new);
  }

  @Test
  void hasNoOtherRooms() {
    classes()
        .should()
        .resideInAnyPackage(rooms("spi toolkit settings ledger gate worker audit app"))
        .check(CORE);
  }

  @ParameterizedTest
  @CsvSource({
    "spi, spi",
    "toolkit, toolkit spi",
    "settings, settings spi",
    "ledger, ledger spi",
    "audit, audit spi",
    "gate, gate ledger spi",
    "worker, worker gate ledger audit toolkit spi",
  })
  void lookOneWay(String room, String known) {
    classes()
        .that()
        .resideInAnyPackage(rooms(room))
        .should()
        .onlyDependOnClassesThat(
            not(resideInAPackage("dev.nightdesk..")).or(resideInAnyPackage(rooms(known))))
        .allowEmptyShould(true)
        .check(CORE);
  }

  @Test
  void turnInNoCircles() {
    slices().matching("dev.nightdesk.(**)").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void askNothingOfAnAdaptersAuthorButTheJdk() {
    classes()
        .that()
        .resideInAnyPackage(rooms("spi"))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify.annotations", "dev.nightdesk.spi..")
        .check(CORE);
  }

  @ParameterizedTest
  @CsvSource({
    "app, com.google.inject.. jakarta.inject.. picocli.. ch.qos.logback..",
    "ledger, com.github.kagkarlsson.. org.jdbi.. org.flywaydb.. com.zaxxer.. org.sqlite..",
    "ledger, org.postgresql.. java.sql.. javax.sql..",
  })
  void keepALibraryToOneRoom(String room, String packages) {
    noClasses()
        .that()
        .resideOutsideOfPackages(rooms(room))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages.split(" ", -1))
        .check(CORE);
  }

  @Test
  void leaveTheEnvironmentToTheApp() {
    noClasses()
        .that()
        .resideOutsideOfPackages(rooms("app"))
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .check(CORE);
  }

  /** The ledger, and what is kept for it in a run's folder, only give back what they were given. */
  @Test
  void writeNothingOnATaskThatDidNotPassTheOneGate() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.nightdesk.worker.Redaction")
        .and()
        .doNotHaveFullyQualifiedName("dev.nightdesk.ledger.Outbox")
        .and()
        .doNotHaveFullyQualifiedName("dev.nightdesk.worker.Kept")
        .should()
        .callConstructor(Entry.Note.class, String.class, String.class, String.class)
        .orShould()
        .callConstructor(Entry.Link.class, String.class, URI.class, String.class)
        .check(CORE);
  }

  @Test
  void leaveTheTerminalToTheApp() {
    noClasses()
        .that()
        .resideOutsideOfPackages(rooms("app"))
        .should(ACCESS_STANDARD_STREAMS)
        .check(CORE);
  }
}
