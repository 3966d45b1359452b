package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real launcher over a home of its own, with a {@code java} that tells what it was given and a
 * {@code mvn} that writes down that it was called.
 */
class LauncherTest {
  private static final String TOOLS =
      "bash basename cat dirname find flock git mkdir mv pwd readlink rm sleep tail touch";

  @TempDir Path folder;

  private Path home;
  private Path bin;

  @BeforeEach
  void writeHome() throws IOException {
    home = Files.createDirectories(folder.resolve("the home"));
    bin = Files.createDirectories(folder.resolve("bin"));
    Files.copy(Cli.HOME.resolve("weir"), home.resolve("weir"));
    executable(home.resolve("weir"));
    old(Cli.write(home.resolve("pom.xml"), "<project/>"));
    old(Cli.write(home.resolve("server/src/main/java/A.java"), "class A {}"));
    for (String tool : TOOLS.split(" ")) {
      for (Path of : List.of(Path.of("/bin", tool), Path.of("/usr/bin", tool))) {
        if (Files.exists(of) && !Files.exists(bin.resolve(tool))) {
          Files.createSymbolicLink(bin.resolve(tool), of);
        }
      }
    }
    tool("java", "echo \"java in $PWD\"; for a in \"$@\"; do echo \"[$a]\"; done");
    tool("mvn", "echo \"mvn $* in $PWD\" >> '" + folder.resolve("calls") + "'; sleep 0.3");
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void old(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
  }

  private void tool(String name, String script) throws IOException {
    Path file = bin.resolve(name);
    Files.writeString(file, "#!" + bin.resolve("bash") + "\n" + script + "\n");
    executable(file);
  }

  private Cli.Result weir(String command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(bin.resolve("bash").toString(), "-c", command)
            .directory(folder.toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().put("PATH", bin.toString());
    builder.environment().remove("JAVA_HOME");
    builder.environment().remove("WEIR_JAVA_OPTS");
    Cli.Result result = Cli.end(builder.start());
    return new Cli.Result(result.code(), result.out(), Cli.read(folder.resolve("err")));
  }

  private List<String> builds() {
    Path calls = folder.resolve("calls");
    return Files.exists(calls) ? Cli.lines(Cli.read(calls)) : List.of();
  }

  @Test
  void shouldBuildOnFirstUseOnlyAndSayItInOneLine() throws IOException {
    Cli.Result first = weir("'the home/weir' run 'a b'");
    assertThat(first.err()).isEqualTo("weir: building, a minute or two (first use)\n");
    assertThat(first.out()).contains("[run]\n[a b]\n").contains("[dev.weir.server.WeirCommand]");
    assertThat(first.code()).isZero();
    Cli.Result second = weir("'the home/weir' run 'a b'");
    assertThat(second.err()).isEmpty();
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(builds())
        .containsExactly("mvn -q -B -ntp -DskipTests package in " + home.toRealPath());
  }

  @Test
  void shouldBuildAgainOnlyWhenSourcesAreNewer() throws IOException {
    weir("'the home/weir' help");
    Cli.write(home.resolve("server/target/classes/B.class"), "");
    Cli.write(home.resolve("server/src/test/java/ATest.java"), "");
    Cli.write(home.resolve("README.md"), "");
    weir("'the home/weir' help");
    assertThat(builds()).hasSize(1);
    Path source = home.resolve("server/src/main/java/A.java");
    FileTime built = Files.getLastModifiedTime(home.resolve("server/target/.built"));
    Files.setLastModifiedTime(source, FileTime.from(built.toInstant().plusSeconds(1)));
    assertThat(weir("'the home/weir' help").err())
        .contains("(sources are newer than the last build)");
    assertThat(builds()).hasSize(2);
  }

  @Test
  void shouldRunFromAnywhereAndThroughLinks() throws IOException {
    Files.createDirectories(folder.resolve("else/where"));
    Files.createSymbolicLink(folder.resolve("else/relative"), Path.of("../the home/weir"));
    Files.createSymbolicLink(folder.resolve("else/where/weir"), folder.resolve("else/relative"));
    Cli.Result result = weir("cd else/where && ./weir help");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .startsWith("java in " + folder.toRealPath().resolve("else/where"))
        .contains("[" + home.toRealPath().resolve("server/target/classes") + ":");
  }

  @Test
  void shouldBuildOnceWhenSeveralStartAtOnce() throws IOException {
    Cli.Result result =
        weir("for i in 1 2 3 4; do 'the home/weir' help > out$i & done; wait; cat out1 out4");
    assertThat(result.out()).containsSubsequence("[help]", "[help]");
    assertThat(builds()).hasSize(1);
  }

  @Test
  void shouldShowTheEndOfTheLogWhenTheBuildFails() throws IOException {
    tool("mvn", "for i in {1..40}; do echo \"[ERROR] line $i\"; done; exit 1");
    Cli.Result result = weir("'the home/weir' help");
    assertThat(result.code()).isEqualTo(70);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .contains("[ERROR] line 40\n")
        .doesNotContain("[ERROR] line 20\n")
        .endsWith(
            "weir: the build failed; the whole log is " + home.toRealPath() + "/.weir-build.log\n");
    assertThat(home.resolve("server/target/.built")).doesNotExist();
  }

  @Test
  void shouldSayWhatIsNotInstalled() throws IOException {
    Files.delete(bin.resolve("mvn"));
    Cli.Result noMaven = weir("'the home/weir' help");
    assertThat(noMaven.code()).isEqualTo(69);
    assertThat(noMaven.err())
        .isEqualTo("weir: needs Maven 3.8 or later to build; found no mvn on the PATH\n");
    Files.delete(bin.resolve("java"));
    Cli.Result noJava = weir("'the home/weir' help");
    assertThat(noJava.code()).isEqualTo(69);
    assertThat(noJava.err()).startsWith("weir: needs Java 17 or later; found no java");
    Cli.Result wrongHome = weir("JAVA_HOME=/nowhere 'the home/weir' help");
    assertThat(wrongHome.code()).isEqualTo(69);
    assertThat(wrongHome.err()).contains("found no /nowhere/bin/java");
  }
}
