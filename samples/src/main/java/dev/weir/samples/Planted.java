package dev.weir.samples;

/**
 * A planted case of fraud: the one alert that it must give.
 *
 * @param time of the alert, ISO 8601
 * @param rule name of the rule
 * @param key value of the rule's key
 */
public record Planted(String time, String rule, String key) implements Comparable<Planted> {
  @Override
  public int compareTo(Planted other) {
    return toString().compareTo(other.toString());
  }

  /** As a row of {@code planted.csv}. */
  @Override
  public String toString() {
    return time + "," + rule + "," + key;
  }
}
