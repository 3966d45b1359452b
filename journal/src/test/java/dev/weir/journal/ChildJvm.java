package dev.weir.journal;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes with the class path and the flags of this one, for tests that end them in bad ways. */
public final class ChildJvm {
  private static final List<String> QUICK_TO_START =
      List.of("-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private ChildJvm() {}

  /** A process of the same JDK. Its streams are as the builder's are at first. */
  public static ProcessBuilder of(String main, List<String> arguments) {
    return of(Path.of(System.getProperty("java.home")), List.of(), main, arguments);
  }

  /**
   * A process of any JDK.
   *
   * @param javaHome where it is
   * @param flags stand behind those of this process, and win
   */
  public static ProcessBuilder of(
      Path javaHome, List<String> flags, String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(javaHome.resolve("bin").resolve("java").toString());
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> !flag.startsWith("-Xmx") && !flag.startsWith("-javaagent"))
            .toList());
    command.addAll(QUICK_TO_START);
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }
}
