package dev.nightdesk.testkit;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** Nightdesk's other rooms are its own: what is in them may change without notice. */
final class AdapterArrows {
  private AdapterArrows() {}

  /** Fails where the package of an adapter's class knows more of Nightdesk than an adapter may. */
  static void check(Class<?> adapter) {
    String own = adapter.getPackageName() + "..";
    classes()
        .should()
        .onlyDependOnClassesThat(
            not(resideInAPackage("dev.nightdesk.."))
                .or(resideInAnyPackage(own, "dev.nightdesk.spi..", "dev.nightdesk.toolkit..")))
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackagesOf(adapter));
  }
}
