package dev.weir.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The directions between modules and packages, and calls that do not belong where they would be. A
 * finding names the class, the call and what to use in its place.
 */
class ArchitectureTest {
  /** What other modules keep for the tests of these: as a jar, or as classes. */
  private static final Pattern TESTS_OF_OTHERS =
      Pattern.compile(".*(-tests\\.jar|/journal/test/).*");

  private static final JavaClasses WEIR =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.matches(TESTS_OF_OTHERS))
          .importPackages("dev.weir");

  /** Libraries without threads, files or clocks. */
  private static final String[] LIBRARIES = {
    "dev.weir.event..", "dev.weir.dsl..", "dev.weir.engine.."
  };

  /** Where an event passes: nothing here may cost more for each event than it must. */
  private static final String[] HOT = {
    "dev.weir.event..", "dev.weir.engine..", "dev.weir.ingest..", "dev.weir.alerts.."
  };

  private static final Set<String> BANNED_NAMES =
      Set.of("util", "utils", "common", "helper", "helpers", "manager", "misc");

  /** A call of a method, whatever its arguments. */
  private static ArchCondition<JavaClass> callOf(String type, String method) {
    return callMethodWhere(target(owner(name(type))).and(target(name(method))));
  }

  @Test
  void shouldSeeAllModules() {
    assertThat(WEIR.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
        .contains(
            "dev.weir",
            "dev.weir.alerts",
            "dev.weir.dsl.check",
            "dev.weir.dsl.plan",
            "dev.weir.dsl.syntax",
            "dev.weir.engine",
            "dev.weir.event",
            "dev.weir.ingest",
            "dev.weir.rules",
            "dev.weir.server");
  }

  /** Package, and the packages of Weir that it may see beside its own, blank-separated. */
  @ParameterizedTest
  @CsvSource({
    "dev.weir.event..,      ''",
    "dev.weir.dsl.source,   ''",
    "dev.weir.dsl.diagnostic, dev.weir.dsl.source",
    "dev.weir.dsl.ast,      dev.weir.dsl.source dev.weir.event",
    "dev.weir.dsl.plan,     dev.weir.event",
    "dev.weir.dsl..,        dev.weir.event",
    "dev.weir.engine..,     dev.weir.dsl.plan dev.weir.event",
    "dev.weir.state..,      dev.weir.engine dev.weir.event",
    "dev.weir.journal..,    dev.weir.event",
    "dev.weir.ingest..,     dev.weir.journal dev.weir.event",
    "dev.weir.alerts..,     dev.weir.journal dev.weir.engine dev.weir.dsl.plan dev.weir.event",
    "dev.weir.rules..,      dev.weir.alerts dev.weir.journal dev.weir.engine dev.weir.dsl.. dev.weir.event",
  })
  void shouldOnlyLeanOnWhatStandsBelow(String from, String seen) {
    String[] allowed =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(from),
                Arrays.stream(seen.split(" ", -1)).filter(s -> !s.isEmpty()))
            .toArray(String[]::new);
    classes()
        .that()
        .resideInAPackage(from)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(allowed).or(not(resideInAPackage("dev.weir.."))))
        .allowEmptyShould(true) // a module that is still to come
        .check(WEIR);
  }

  @Test
  void shouldKeepAntlrInsideTheSyntax() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.weir.dsl.syntax..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.antlr..")
        .because("the tree of ANTLR ends in the syntax; use the AST")
        .check(WEIR);
  }

  /** There is one matcher in the program: what a case is compared with, the engine has alerted. */
  @Test
  void shouldCompareCasesWithAlertsOfTheEngineOnly() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.weir.rules.conformance.PeerRun")
        .should()
        .callConstructorWhere(target(owner(name("dev.weir.rules.conformance.PeerRun$Match"))))
        .because("a match of a case comes from an alert")
        .check(WEIR);
  }

  @Test
  void shouldKeepFilesOutOfLibraries() {
    noClasses()
        .that()
        .resideInAnyPackage(LIBRARIES)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net.http..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.io\\.(File|FileInputStream|FileOutputStream|RandomAccessFile)")
        .because("libraries read no files; take bytes or an interface such as ListSource")
        .check(WEIR);
  }

  @Test
  void shouldStartThreadsOnlyInTheRuntimeAndTheServer() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.weir", "dev.weir.server..")
        .and()
        .doNotHaveFullyQualifiedName(
            "dev.weir.journal.SteadyFile") // keeps an interrupt, starts none
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.lang\\.Thread|java\\.util\\.Timer|java\\.util\\.concurrent\\.(Executors|"
                + "ThreadPoolExecutor|ForkJoinPool|CompletableFuture)|org\\.agrona\\.concurrent\\.AgentRunner")
        .because("work elsewhere is an Agrona Agent or a task for an executor that runtime owns")
        .check(WEIR);
  }

  @ParameterizedTest
  @CsvSource({
    "java.lang.System, currentTimeMillis",
    "java.lang.System, nanoTime",
    "java.time.Instant, now",
    "java.time.LocalDate, now",
    "java.time.LocalDateTime, now",
    "java.time.ZonedDateTime, now",
    "java.time.Clock, systemUTC",
    "java.time.Clock, systemDefaultZone",
    "java.lang.Thread, sleep",
    "java.lang.Math, random",
    "java.util.Locale, getDefault",
    "java.util.TimeZone, getDefault",
    "java.time.ZoneId, systemDefault",
    "java.lang.System, getenv",
    "java.lang.System, getProperty",
    "java.lang.System, identityHashCode",
  })
  void shouldEvaluateFromRecordsAlone(String type, String method) {
    noClasses()
        .that()
        .resideInAnyPackage(LIBRARIES)
        .or()
        .resideInAnyPackage(HOT)
        .should(callOf(type, method))
        .because("evaluation knows the time of its records only; take a time as an argument")
        .check(WEIR);
  }

  @Test
  void shouldDrawNoRandomNumbers() {
    noClasses()
        .that()
        .resideInAnyPackage(LIBRARIES)
        .or()
        .resideInAnyPackage(HOT)
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.util\\.(Random|SplittableRandom|UUID)|java\\.security\\.SecureRandom"
                + "|java\\.util\\.concurrent\\.ThreadLocalRandom")
        .because("the same records give the same alerts")
        .check(WEIR);
  }

  @Test
  void shouldFormatNoTextWhereEventsPass() {
    noClasses()
        .that()
        .resideInAnyPackage(HOT)
        .and()
        .haveSimpleNameNotEndingWith("Text") // forms that print themselves, never for an event
        .should(callOf("java.lang.String", "format"))
        .orShould(callOf("java.lang.String", "formatted"))
        .because("it allocates and parses each time; write into a buffer as AlertJson does")
        .check(WEIR);
  }

  @ParameterizedTest
  @CsvSource({"sin", "cos", "tan", "atan2", "exp", "log", "log10", "pow", "cbrt"})
  void shouldComputeTheSameOnEveryMachine(String method) {
    noClasses()
        .that()
        .resideInAnyPackage(LIBRARIES)
        .should(callOf("java.lang.Math", method))
        .because("StrictMath gives the same bits everywhere")
        .check(WEIR);
  }

  @Test
  void shouldNameNothingAfterAKitchenDrawer() {
    List<String> found =
        WEIR.stream()
            .flatMap(
                c ->
                    java.util.stream.Stream.concat(
                        Arrays.stream(c.getPackageName().split("[.]", -1)),
                        Arrays.stream(c.getSimpleName().split("(?=\\p{Lu})", -1))))
            .map(word -> word.toLowerCase(Locale.ROOT))
            .filter(BANNED_NAMES::contains)
            .distinct()
            .toList();
    assertThat(found).as("words in names of packages and classes").isEmpty();
  }

  @Test
  void shouldDescribeEachPackage() {
    Set<String> described =
        WEIR.stream()
            .filter(c -> c.getSimpleName().equals("package-info"))
            .map(JavaClass::getPackageName)
            .collect(Collectors.toSet());
    assertThat(WEIR.stream().map(JavaClass::getPackageName).distinct())
        .as("packages with a package-info")
        .allMatch(described::contains);
  }
}
