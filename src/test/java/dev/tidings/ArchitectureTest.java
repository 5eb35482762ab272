package dev.tidings;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows of {@code dev.tidings.package-info}, and the habits that a machine can check. */
class ArchitectureTest {
    private static final String[] CORE = {"dev.tidings.channel", "dev.tidings.session", "dev.tidings.broker", "dev.tidings.presence", "dev.tidings.hub"};
    private static final Path SOURCES = Path.of("src/main/java");
    private static final int MAX_LINES = 500;
    private static final Pattern TYPE = Pattern.compile("^\\s*(?:public|protected) (?:(?:static|final|abstract|sealed|non-sealed) )*(?:class|interface|record|enum) .*");
    private static final Pattern NESTED_IN_INTERFACE = Pattern.compile("^ {4}(?:record|interface|sealed interface|enum|class) .*");
    private static JavaClasses ours;

    @BeforeAll
    static void read() {
        ours = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.tidings");
    }

    private static void mayDependOn(String who, String... whom) {
        classes().that().resideInAPackage("dev.tidings." + who).should()
                .onlyDependOnClassesThat(resideInAnyPackage(whom).or(resideInAPackage("java..")).or(resideInAPackage("dev.tidings." + who))).check(ours);
    }

    @Test
    void channelKnowsNobody() {
        mayDependOn("channel");
    }

    @ParameterizedTest
    @ValueSource(strings = {"session", "broker", "presence"})
    void sessionBrokerAndPresenceKnowChannelAlone(String who) {
        mayDependOn(who, "dev.tidings.channel");
    }

    @Test
    void theHubKnowsTheFourAndTheJdkAlone() {
        mayDependOn("hub", CORE);
    }

    @Test
    void theProtocolKnowsTheCoreAndJackson() {
        String[] whom = Stream.concat(Stream.of(CORE), Stream.of("com.fasterxml.jackson.core..")).toArray(String[]::new);
        mayDependOn("protocol", whom);
    }

    @Test
    void authKnowsTokensAndOneOfItsClassesRequests() {
        DescribedPredicate<JavaClass> tokens = resideInAnyPackage("java..", "javax.crypto..", "dev.tidings.auth", "dev.tidings.channel", "dev.tidings.session",
                "org.jose4j..", "com.fasterxml.jackson.core..");
        DescribedPredicate<JavaClass> readsRequests = simpleName("RequestCredentials");

        classes().that().resideInAPackage("dev.tidings.auth").and(not(readsRequests)).should().onlyDependOnClassesThat(tokens).check(ours);
        classes().that(readsRequests).should().onlyDependOnClassesThat(tokens.or(resideInAnyPackage("io.vertx.core", "io.vertx.core.http", "io.vertx.core.net"))).check(ours);
    }

    @Test
    void redisKnowsTheSeamsAndIsTheOnlyOneThatKnowsRedis() {
        String[] whom = {"dev.tidings.channel", "dev.tidings.broker", "dev.tidings.presence", "io.vertx..", "org.jboss.logging"};
        mayDependOn("redis", whom);
        noClasses().that().resideOutsideOfPackage("dev.tidings.redis").should().dependOnClassesThat().resideInAPackage("io.vertx.redis..").check(ours);
    }

    @Test
    void whatMakesTheLinksSureNeedsTheJdkAlone() {
        classes().that(simpleName("RedisBroker").or(simpleName("Feed")).or(simpleName("Mark")).or(simpleName("Store"))).should()
                .onlyDependOnClassesThat(resideInAnyPackage("java..", "dev.tidings.channel", "dev.tidings.broker").or(resideInAPackage("dev.tidings.redis"))).check(ours);
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "sse", "websocket"})
    void doorsDoNotKnowEachOther(String door) {
        String[] others = Stream.of("api", "sse", "websocket").filter(other -> !other.equals(door)).map(other -> "dev.tidings." + other).toArray(String[]::new);

        noClasses().that().resideInAPackage("dev.tidings." + door).should().dependOnClassesThat().resideInAnyPackage(others).check(ours);
    }

    @Test
    void nobodyKnowsTheApplication() {
        noClasses().that().resideOutsideOfPackage("dev.tidings.app").should().dependOnClassesThat().resideInAPackage("dev.tidings.app").check(ours);
    }

    @Test
    void onlyTheApplicationKnowsConfigurationAndMetrics() {
        noClasses().that().resideOutsideOfPackage("dev.tidings.app").should().dependOnClassesThat()
                .resideInAnyPackage("io.smallrye.config..", "org.eclipse.microprofile.config..", "io.micrometer..").check(ours);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.tidings.(*)..").should().beFreeOfCycles().check(ours);
    }

    @Test
    void noNameEndsInAWordThatSaysNothing() {
        noClasses().should().haveNameMatching(".*(Service|Manager|Handler|Helper|Utils?|Impl|Processor)").check(ours);
    }

    @Test
    void everythingArrivesByConstructor() {
        noFields().should().beAnnotatedWith("jakarta.inject.Inject").orShould().beAnnotatedWith("org.eclipse.microprofile.config.inject.ConfigProperty").check(ours);
    }

    @Test
    void noFileHasMoreThan500Lines() {
        List<String> tooLong = sources().filter(file -> lines(file).size() > MAX_LINES).map(file -> file + " has " + lines(file).size() + " lines").toList();

        assertEquals(List.of(), tooLong);
    }

    @Test
    void everyPackageSaysWhatItIs() {
        List<Path> silent = sources().map(Path::getParent).distinct()
                .filter(folder -> !isDescribed(folder.resolve("package-info.java"))).toList();

        assertEquals(List.of(), silent);
    }

    private static boolean isDescribed(Path packageInfo) {
        return Files.exists(packageInfo) && lines(packageInfo).getFirst().startsWith("/**");
    }

    @Test
    void everyTypeThatOthersSeeSaysWhatItIs() {
        List<String> silent = new ArrayList<>();
        sources().forEach(file -> {
            List<String> lines = lines(file);
            for (int i = 0; i < lines.size(); i++) {
                boolean isType = TYPE.matcher(lines.get(i)).matches() || isInterface(lines) && NESTED_IN_INTERFACE.matcher(lines.get(i)).matches();
                if (isType && !isDocumented(lines, i)) {
                    silent.add(file.getFileName() + ": " + lines.get(i).strip());
                }
            }
        });

        assertEquals(List.of(), silent);
    }

    private static boolean isInterface(List<String> lines) {
        return lines.stream().anyMatch(line -> line.matches("public (?:sealed )?interface .*"));
    }

    private static boolean isDocumented(List<String> lines, int type) {
        int above = type - 1;
        while (above >= 0 && lines.get(above).strip().startsWith("@")) {
            above--;
        }
        return above >= 0 && lines.get(above).strip().endsWith("*/");
    }

    private static Stream<Path> sources() {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
