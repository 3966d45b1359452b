package dev.weir.rules.conformance;

import dev.weir.rules.conformance.Verdict.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Runs files of cases, one JSON object a line. Owned by one thread. */
public final class Conformance {
  private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
  private final Consumer<Verdict> verdicts;
  private final boolean movesState;

  /**
   * @param verdicts takes what became of each case, in order
   * @param movesState after each event the live state goes out and into a new engine, which must
   *     change nothing
   */
  public Conformance(Consumer<Verdict> verdicts, boolean movesState) {
    this.verdicts = verdicts;
    this.movesState = movesState;
  }

  /**
   * Runs the cases of a file.
   *
   * @throws BadCaseException if a line is not a case; its message names the line
   */
  public void run(Path file) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          run(line, file + ":" + number);
        }
      }
    }
  }

  private void run(String line, String place) {
    Verdict verdict;
    try {
      Json json = Json.parse(line);
      verdict = PeerCase.judge(json, movesState);
    } catch (BadCaseException e) {
      throw new BadCaseException(place + ": " + e.getMessage());
    }
    counts.merge(verdict.outcome(), 1, Integer::sum);
    verdicts.accept(verdict);
  }

  /** Cases that came to this. */
  public int count(Outcome outcome) {
    return counts.getOrDefault(outcome, 0);
  }

  /** The counts in one line. */
  public String summary() {
    return Arrays.stream(Outcome.values())
        .map(outcome -> count(outcome) + " " + outcome.words())
        .collect(Collectors.joining(", "));
  }
}
