package dev.weir.server;

import dev.weir.journal.ChildJvm;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** Runs command lines, in this process or as a child with a {@code weir} of its own on the path. */
final class Cli {
  static final Path HOME = Path.of(System.getProperty("weir.home", "..")).toAbsolutePath();

  static final String RULES =
      """
      event Payment {
        id     text id within 1d
        card   text
        amount money
        at     time
      } late 10s to side

      rule large {
        severity high
        by card
        when on Payment amount > 100
        alert "card {card} paid {amount}" { amount: amount }
      }

      rule rising {
        severity low
        by card
        match a: Payment then b: Payment where amount > a.amount
        within 1h
        alert "card {card}: {a.amount}, then {b.amount}"
      }

      test "above the limit" for large {
        at 0s Payment { id "1", card "c", amount 100.00 }
        at 1s Payment { id "2", card "c", amount 100.01 }
        at 2s Payment { id "2", card "c", amount 100.01 }
        expect large at 1s { amount 100.01 }
      }

      test "rises" for rising {
        at 0s Payment { id "1", card "c", amount 1.00 }
        at 1s Payment { id "2", card "c", amount 2.00 }
        expect rising at 1s
      }
      """;

  static final String ROWS =
      """
      id,card,amount,at
      1,a,50.00,2026-01-01T00:00:00Z
      2,a,150.00,2026-01-01T00:00:20Z
      2,a,150.00,2026-01-01T00:00:21Z
      3,b,7.00,2026-01-01T00:00:05Z
      4,b,999.99,2026-01-01T00:00:40Z
      """;

  /** What a command line gave. */
  record Result(int code, String out, String err) {}

  private Cli() {}

  static Result run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    int code = WeirCommand.execute(new PrintWriter(out), new PrintWriter(err), words);
    return new Result(code, out.toString(), err.toString());
  }

  /** A command line in a process of its own. */
  static ProcessBuilder child(Object... arguments) {
    return ChildJvm.of(
        WeirCommand.class.getName(), Stream.of(arguments).map(Object::toString).toList());
  }

  /** Runs a line of shell in a folder; {@code weir} is this build. */
  static Result shell(Path folder, String line) {
    try {
      Process process = start(folder, line);
      process.getOutputStream().close();
      return end(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Process start(Path folder, String line) throws IOException {
    Path bin = Files.createDirectories(folder.resolve(".bin"));
    Path weir = bin.resolve("weir");
    if (!Files.exists(weir)) {
      Files.writeString(
          weir,
          "#!/usr/bin/env bash\nexec '"
              + Path.of(System.getProperty("java.home"), "bin", "java")
              + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+IgnoreUnrecognizedVMOptions"
              + " --add-exports=java.base/jdk.internal.misc=ALL-UNNAMED"
              + " --add-exports=java.base/sun.nio.ch=ALL-UNNAMED"
              + " --add-exports=java.base/jdk.internal.ref=ALL-UNNAMED"
              + " --add-opens=java.base/java.lang.reflect=ALL-UNNAMED"
              + " -Dchronicle.analytics.disable=true -Dchronicle.disk.monitor.disable=true"
              + " -Dslf4j.internal.verbosity=ERROR"
              + " --sun-misc-unsafe-memory-access=allow ${WEIR_TEST_TTY:+-Dweir.tty=$WEIR_TEST_TTY}"
              + " -cp '"
              + System.getProperty("java.class.path")
              + "' dev.weir.server.WeirCommand \"$@\"\n");
      Files.setPosixFilePermissions(weir, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", line).directory(folder.toFile());
    builder
        .environment()
        .merge("PATH", bin.toString(), (old, own) -> own + File.pathSeparator + old);
    builder.redirectError(folder.resolve(".err").toFile());
    return builder.start();
  }

  static Result end(Process process) throws IOException {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return new Result(process.waitFor(), out, "");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static Path write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path write(Path file, byte[] bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static List<String> lines(String text) {
    return new ArrayList<>(text.lines().toList());
  }
}
