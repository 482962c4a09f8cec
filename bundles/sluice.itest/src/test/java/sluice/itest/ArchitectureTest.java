// SPDX-License-Identifier: Apache-2.0
package sluice.itest;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Law 9 of the house: dependencies point one way, extension → core → wire, and siblings don't know each other. */
class ArchitectureTest {
    /** What every extension may use. */
    private static final Set<String> BASE = Set.of("sluice.core", "sluice.wire");

    /** The exceptions; docs/architecture.md gives the reasons. */
    private static final Map<String, Set<String>> ALLOWED = Map.of(
            "sluice.wire", Set.of(),
            "sluice.posix", Set.of(),
            "sluice.dist", Set.of(),
            "sluice.core", Set.of("sluice.wire"),
            "sluice.driver.tap", Set.of("sluice.core", "sluice.wire", "sluice.posix"));

    /** Programs about the stack, not parts of it. */
    private static final Set<String> FREE = Set.of("sluice.itest", "sluice.bench");

    private static List<String> bundles = List.of();
    private static JavaClasses classes = new ClassFileImporter().importClasses();

    @BeforeAll
    static void load() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of(".."))) {
            bundles = folders.filter(f -> Files.isRegularFile(f.resolve("pom.xml")))
                    .map(f -> f.getFileName().toString())
                    .sorted(Comparator.comparingInt(String::length).reversed())
                    .toList();
        }
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("sluice");
    }

    @Test
    void thereAreClassesToLookAt() {
        assertTrue(classes.stream().anyMatch(c -> c.getPackageName().startsWith("sluice.core")), "no classes of core");
    }

    @Test
    void everyPackageBelongsToABundle() {
        assertEquals(
                List.of(),
                classes.stream()
                        .filter(c -> bundleOf(c).isEmpty())
                        .map(JavaClass::getName)
                        .toList());
    }

    @Test
    void dependenciesPointOneWay() {
        assertEquals(List.of(), violations(ArchitectureTest::isForbidden));
    }

    @Test
    void internalPackagesAreOnlyUsedAtHome() {
        assertEquals(List.of(), violations(d -> crosses(d) && isInternal(d.getTargetClass())));
    }

    @Test
    void wireKnowsNoOsgi() {
        classes()
                .that()
                .resideInAPackage("sluice.wire..")
                .should()
                .onlyDependOnClassesThat(resideInAPackage("sluice.wire..")
                        .or(resideInAPackage("java.."))
                        .or(resideInAPackage("org.jspecify.annotations"))
                        .or(resideInAPackage("com.google.errorprone.annotations.."))
                        .or(resideInAPackage("org.osgi.annotation..")))
                .check(classes);
    }

    /** Core maps its slab itself, as it knows no other bundle. */
    @Test
    void onlyPosixAndTheSlabCallNativeCode() {
        noClasses()
                .that(resideOutsideOfPackages("sluice.posix..", "sluice.core.skb.."))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.foreign.Linker")
                .allowEmptyShould(true)
                .check(classes);
    }

    private static List<String> violations(Predicate<Dependency> forbidden) {
        return classes.stream()
                .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
                .filter(forbidden)
                .map(d -> d.getOriginClass().getName() + " → "
                        + d.getTargetClass().getName())
                .distinct()
                .sorted()
                .toList();
    }

    private static boolean isForbidden(Dependency dependency) {
        Optional<String> from = bundleOf(dependency.getOriginClass());
        Optional<String> to = bundleOf(dependency.getTargetClass());
        if (from.isEmpty() || to.isEmpty() || from.equals(to) || FREE.contains(from.get())) {
            return false;
        }
        return !ALLOWED.getOrDefault(from.get(), BASE).contains(to.get());
    }

    private static boolean crosses(Dependency dependency) {
        Optional<String> to = bundleOf(dependency.getTargetClass());
        return to.isPresent() && !to.equals(bundleOf(dependency.getOriginClass()));
    }

    private static boolean isInternal(JavaClass type) {
        return (type.getPackageName() + ".").contains(".internal.");
    }

    /** The bundle whose name is the longest that the class's package begins with. */
    private static Optional<String> bundleOf(JavaClass type) {
        String name = type.getPackageName() + ".";
        return bundles.stream().filter(b -> name.startsWith(b + ".")).findFirst();
    }
}
