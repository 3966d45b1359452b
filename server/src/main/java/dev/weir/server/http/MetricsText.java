package dev.weir.server.http;

import dev.weir.journal.Durations;
import java.util.Map;
import java.util.TreeMap;

/** Metrics in the text format of Prometheus 0.0.4. Owned by one thread. */
final class MetricsText {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final double NS = 1e9;

  private final StringBuilder text = new StringBuilder();
  private String name = "";

  /** Begins a metric; its samples follow. */
  MetricsText metric(String called, String type, String help) {
    name = called;
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    return this;
  }

  /** A sample of the metric at hand. */
  MetricsText sample(Map<String, String> labels, long value) {
    begin("", labels, "", "");
    text.append(value).append('\n');
    return this;
  }

  MetricsText sample(Map<String, String> labels, double value) {
    begin("", labels, "", "");
    text.append(value).append('\n');
    return this;
  }

  /** All samples of a histogram. */
  MetricsText histogram(Map<String, String> labels, Durations.Counts durations) {
    long[] bounds = durations.upToNs();
    long[] counts = durations.counts();
    long upTo = 0;
    for (int i = 0; i < counts.length; i++) {
      upTo += counts[i];
      begin("_bucket", labels, "le", i < bounds.length ? Double.toString(bounds[i] / NS) : "+Inf");
      text.append(upTo).append('\n');
    }
    begin("_sum", labels, "", "");
    text.append(durations.sumNs() / NS).append('\n');
    begin("_count", labels, "", "");
    text.append(upTo).append('\n');
    return this;
  }

  /** The samples of a summary without quantiles. */
  MetricsText summary(Map<String, String> labels, long count, double sum) {
    begin("_count", labels, "", "");
    text.append(count).append('\n');
    begin("_sum", labels, "", "");
    text.append(sum).append('\n');
    return this;
  }

  private void begin(String ending, Map<String, String> labels, String more, String value) {
    text.append(name).append(ending);
    String lead = "{";
    for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
      label(lead, label.getKey(), label.getValue());
      lead = ",";
    }
    if (!more.isEmpty()) {
      label(lead, more, value);
      lead = ",";
    }
    text.append(lead.equals("{") ? " " : "} ");
  }

  private void label(String lead, String label, String value) {
    text.append(lead).append(label).append("=\"");
    text.append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
    text.append('"');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
